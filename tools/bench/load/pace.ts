/** Calls so many times a second, evenly, whatever comes of the calls: each millisecond, as often as is due by then. */
export function pace(perSecond: number, call: (count: number) => void): () => void {
  const began = performance.now();
  let count = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - began) * perSecond) / 1_000;
    while (count < due) call(count++);
  }, 1);
  return () => clearInterval(timer);
}
