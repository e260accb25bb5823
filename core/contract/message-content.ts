/** What a message is, for whoever shows it. */
export const contentTypes = ['text', 'image', 'file', 'audio', 'video'] as const;

/** On what messages are written. */
export const deviceTypes = ['web', 'mobile', 'desktop'] as const;
