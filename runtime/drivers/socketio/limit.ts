/** At most `most` pieces of work at a time; the others wait in the order in which they came. */
export type Limit = <Value>(work: () => Promise<Value>) => Promise<Value>;

export function limit(most: number): Limit {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async work => {
    if (running >= most) await new Promise<void>(resolve => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
