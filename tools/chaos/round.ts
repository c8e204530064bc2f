/** What was done to the system at one time, and how it bore it. Times are in ms on the journal's clock. */
export interface Round {
  /** One fault; some that overlap, and maybe others after them; or each into the recovery from the one before. */
  readonly shape: 'alone' | 'together' | 'in turn';
  readonly faults: readonly string[];
  readonly from: number;
  /** When the last part was back. */
  readonly healed: number;
  /** From then until each chat was served again. */
  readonly recoveryMs: number;
  /** The longest time without any acknowledgement. */
  readonly silenceMs: number;
}
