/**
 * What a process and its confined child say to each other. They take turns: to each word of the one the other says one, so
 * that none is ever unasked for and nothing piles up. The child asks while it works; then it answers what it is asked about
 * its result, until the next job.
 */
export type ParentWord =
  | { readonly job: unknown }
  | { readonly answer: unknown }
  | BytesWord
  | { readonly refusal: string }
  | { readonly ask: unknown };

export type ChildWord =
  /** The first, unasked: from then on it works. */
  | { readonly ready: true }
  | { readonly ask: unknown }
  | { readonly result: unknown }
  | { readonly answer: unknown }
  | BytesWord
  /** `invalid`: it is the job's fault. */
  | { readonly refusal: string; readonly invalid: boolean };

/** An answer that is bytes: so many come beside the words. */
export interface BytesWord {
  readonly bytes: number;
}
