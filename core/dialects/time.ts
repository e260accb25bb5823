/** A time in Unix milliseconds as most dialects write it, in ISO 8601 with milliseconds. */
export const isoTime = (millis: number): string => new Date(millis).toISOString();
