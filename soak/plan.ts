/** How much of everything a soak holds. */
export interface Plan {
  /** Users are spread over this many organizations evenly, and so are conversations. */
  readonly organizations: number;
  readonly users: number;
  readonly sockets: number;
  readonly conversations: number;
  /** Messages in all. */
  readonly sends: number;
  /** Sends under way at once. */
  readonly senders: number;
  /** Sockets lost without a word while messages are sent, in all; their clients come back. */
  readonly drops: number;
  /** Times that somebody leaves a conversation and is added again, in all. */
  readonly comings: number;
  /** Of a thousand posts, so many fail by each kind of failure. */
  readonly failingPosts: number;
  /** Of a thousand invocations that deliver, so many die in the midst. */
  readonly dyingInvocations: number;
  /** Milliseconds between two pings of a client. */
  readonly pingMs: number;
  /** Whether to wait for leases to lapse by themselves, which takes minutes; else time is turned forward in the table. */
  readonly waitForLeases: boolean;
}

/** What `npm run soak` plays: some minutes. */
export const wholePlan: Plan = {
  organizations: 2,
  users: 50,
  sockets: 200,
  conversations: 20,
  sends: 1_000,
  senders: 8,
  drops: 60,
  comings: 20,
  failingPosts: 4,
  dyingInvocations: 10,
  pingMs: 5_000,
  waitForLeases: true,
};

/** What `npm test` plays: some seconds. */
export const shortPlan: Plan = {
  ...wholePlan,
  users: 8,
  sockets: 16,
  conversations: 4,
  sends: 120,
  senders: 4,
  drops: 8,
  comings: 4,
  failingPosts: 8,
  dyingInvocations: 20,
  pingMs: 1_000,
  waitForLeases: false,
};
