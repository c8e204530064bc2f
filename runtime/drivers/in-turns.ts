/**
 * Spreads a rush of work over turns of the event loop, so that what else there is to do comes in between.
 *
 * @example
 * import { inTurns } from 'function-runtime/drivers/in-turns';
 *
 * const inTurn = inTurns(100);
 * inTurn(() => console.log('at most 100 of these a turn'));
 */
export function inTurns(mostATurn: number): (work: () => void) => void {
  let waiting: (() => void)[] = [];
  let going = false;

  function go(): void {
    const now = waiting;
    waiting = now.splice(mostATurn);
    for (const work of now) work();
    going = waiting.length > 0;
    if (going) setImmediate(go);
  }

  return work => {
    waiting.push(work);
    if (!going) setImmediate(go);
    going = true;
  };
}
