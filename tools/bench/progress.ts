/** How far the run is: a bar with what is under way on a terminal, a line for each step elsewhere. */

export interface Progress {
  /** A step begins; of those before it, `done` are over. */
  show(done: number, what: string): void;
  /** Takes the bar away, so that something else can be printed. */
  clear(): void;
}

const CELLS = 30;

export function progress(total: number, out: NodeJS.WriteStream = process.stderr): Progress {
  const began = Date.now();
  return {
    show(done, what) {
      const seconds = Math.round((Date.now() - began) / 1_000);
      if (!out.isTTY) return void out.write(`${seconds} s  ${done}/${total}  ${what}\n`);
      const full = Math.round((done / total) * CELLS);
      out.write(`\r\x1b[2K${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${done}/${total}  ${seconds} s  ${what}`);
    },
    clear: () => void (out.isTTY && out.write('\r\x1b[2K')),
  };
}
