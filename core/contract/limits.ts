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
  /** What a device is told by is text of this length. */
  device: 255,
  /** What apps send along with a message, as JSON. */
  attachments: 100,
  attachmentsBytes: 32 * 1024,
  metadataBytes: 16 * 1024,
  jsonDepth: 64,
  /** On one message, of all users together: it is kept with them in one piece. */
  reactions: 1_000,
  participantsInCreate: 1_000,
  usersInInvite: 50,
  /** Past this many participants a conversation has no roster, and shows its caller alone. */
  roster: 200,
  pageDefault: 50,
  pageMost: 100,
  bodyBytes: 256 * 1024,
  /** Past this a page ends early. */
  pageBytes: 4 * 1024 * 1024,
  /** So much an answer may weigh as a string within JSON, as it leaves its function; Lambda takes six megabytes. */
  encodedBytes: 5_000_000,
  /** So many of its latest messages a conversation shows where it is listed with them. */
  latestMessages: 20,
  /** What one frame to a client may weigh. */
  frameBytes: 120 * 1024,
  /** To so many sockets a message is delivered before its sender is answered; the stream's consumer has the rest. */
  inlineSockets: 100,
  /** So many sockets one user has open, or one service; each message to the user is posted to all of them. */
  sockets: 100,
  /** So long a socket counts as alive without a frame of its own. */
  leaseSeconds: 150,
  /** What a welcome lists at most. */
  welcomeUsers: 100,
  welcomeConversations: 50,
} as const;
