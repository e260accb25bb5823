/** The numbers of the contract. Lengths of text are in Unicode code points unless a name says otherwise. */
export const limits = {
  text: 5_000,
  name: 255,
  linkType: 128,
  linkId: 100,
  email: 320,
  avatarUrl: 2_048,
  publicKey: 128,
  idempotencyKey: 255,
  emojiBytes: 64,
  /** On one message, of all users together: it is kept with them in one piece. */
  reactions: 1_000,
  participantsInCreate: 1_000,
  /** Past this many participants a conversation has no roster, and shows its caller alone. */
  roster: 200,
  pageDefault: 50,
  pageMost: 100,
  bodyBytes: 256 * 1024,
  /** Past this a page ends early. */
  pageBytes: 4 * 1024 * 1024,
} as const;
