/** How many messages chat-svc stores together, from its own metrics. */

const SUM = 'queue_batch_items_sum';
const COUNT = 'queue_batch_items_count';

/** Begins to count over all of these processes; the function that it returns answers the mean size of a batch. */
export async function countBatches(urls: readonly string[], queue: string): Promise<() => Promise<number>> {
  const total = async (): Promise<readonly [items: number, batches: number]> => {
    const texts = await Promise.all(urls.map(async url => (await fetch(`${url}/metrics`)).text()));
    const sum = (name: string) => texts.reduce((all, text) => all + valueIn(text, name, queue), 0);
    return [sum(SUM), sum(COUNT)];
  };
  const before = await total();
  return async () => {
    const after = await total();
    return (after[0] - before[0]) / (after[1] - before[1]);
  };
}

/** 0 before the first batch. */
function valueIn(text: string, name: string, queue: string): number {
  const line = text.split('\n').find(each => each.startsWith(`${name}{`) && each.includes(`queue="${queue}"`));
  return Number(line?.split(' ').at(-1) ?? 0);
}
