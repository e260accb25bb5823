/** An app of an organization that speaks the platforms' dialect; it says which it is by its public key. */
export interface Platform {
  readonly publicKey: string;
  readonly name: string;
  readonly organization: string;
}
