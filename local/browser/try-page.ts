/** Somebody who chats on the page: the claims of a token. */
export interface TryPerson {
  readonly sub: string;
  readonly org_id: string;
  readonly name: string;
  readonly email: string;
}

/** What the page tells its script. */
export interface TryPage {
  readonly liveUrl: string;
  readonly tokenPath: string;
  readonly conversationId: string;
  /** Names of whoever has written, by user id. */
  readonly names: Readonly<Record<string, string>>;
  /** One for each pane. */
  readonly people: readonly TryPerson[];
}
