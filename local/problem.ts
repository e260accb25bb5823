/** Trouble that the developer can mend: `message` says how, and is shown alone, without a stack. */
export class Problem extends Error {}
