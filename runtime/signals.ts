/** The first SIGTERM or SIGINT asks for a drain; a second one ends the process at once. */

/** A terminal's Ctrl-C, and some supervisors, send one request twice: to the process and to its group. */
const SAME_REQUEST_MS = 50;

export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    let asked: number | undefined;
    const hear = (signal: NodeJS.Signals) => {
      const now = performance.now();
      if (asked !== undefined && now - asked > SAME_REQUEST_MS) process.exit(1);
      asked ??= now;
      resolve(signal);
    };
    process.on('SIGTERM', hear);
    process.on('SIGINT', hear);
  });
}
