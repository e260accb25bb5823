/** Which page of a list is wanted, where pages are told by their numbers. */
export interface NumberedPage {
  /** 1, 2, 3 … */
  readonly number: number;
  /** So many entries it has, at most. */
  readonly size: number;
}
