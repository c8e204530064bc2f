/** How slow a client may be with bytes that go on for long, either way. */

export interface Pace {
  /** Without a single byte. */
  readonly idleMs: number;
  /** All in all, as long as so many bytes take, and this time more. */
  readonly bytesPerSecond: number;
  readonly graceMs: number;
}

export const PACE: Pace = { idleMs: 10_000, bytesPerSecond: 1024, graceMs: 30_000 };

/** The longest that a timer of Node's can take. */
const LONGEST_MS = 2 ** 31 - 1;

/** Only the time in which the client is waited for counts: not what a function takes to read or to write. */
export class Patience {
  private bytes = 0;
  private waitedMs = 0;

  constructor(private readonly pace: Pace) {}

  moved(bytes: number): void {
    this.bytes += bytes;
  }

  /** Waits for something from the client; calls `giveUp` when it has been too slow, and waits on. */
  async wait<Value>(something: Promise<Value>, giveUp: () => void, mostMs = LONGEST_MS): Promise<Value> {
    const { bytesPerSecond, graceMs } = this.pace;
    const left = graceMs + (this.bytes * 1_000) / bytesPerSecond - this.waitedMs;
    const since = performance.now();
    const late = setTimeout(giveUp, Math.max(0, Math.min(mostMs, left)));
    try {
      return await something;
    } finally {
      clearTimeout(late);
      this.waitedMs += performance.now() - since;
    }
  }
}
