/** A progress bar on stderr for a terminal; elsewhere a plain line every quarter, so that logs stay readable. */

export interface ProgressBar {
  step(): void;
  end(): void;
}

const CELLS = 40;

export function progressBar(what: string, total: number, out: NodeJS.WriteStream = process.stderr): ProgressBar {
  let done = 0;
  const draw = () => {
    const full = Math.floor((done / total) * CELLS);
    out.write(`\r${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${done}/${total} ${what}`);
  };
  const quarter = Math.ceil(total / 4);
  return {
    step: () => {
      done++;
      if (out.isTTY) draw();
      else if (done % quarter === 0 || done === total) out.write(`${done}/${total} ${what}\n`);
    },
    end: () => void (out.isTTY && out.write('\n')),
  };
}
