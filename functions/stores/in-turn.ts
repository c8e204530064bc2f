/** Work that goes one after the other for each key, in the order in which it was asked for. */
export function inTurn(): <Result>(key: string, work: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, turn);
    const over = (): void => {
      if (last.get(key) === turn) last.delete(key);
    };
    turn.then(over, over);
    return turn;
  };
}
