/** The first SIGTERM or SIGINT asks for a drain; the second ends the process at once. */

export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    let asked = false;
    const hear = (signal: NodeJS.Signals) => {
      if (asked) process.exit(1);
      asked = true;
      resolve(signal);
    };
    process.on('SIGTERM', hear);
    process.on('SIGINT', hear);
  });
}
