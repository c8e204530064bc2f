/** Messages stored as a busy chat-svc stores them, from none on, in many chats of two and one busy group. */
import { message, type World } from './world.js';

/** Partitions that are worked off at the same time. */
const WRITERS = 4;
const BATCH = 25;
const CHATS = 40;
/** Of a batch, in the one group. */
const BUSY = 5;

/** Resolves when so many are stored; `stored` is told after each batch how many are, and how long that batch took. */
export async function growMessages(
  world: Pick<World, 'people' | 'group' | 'messages'>,
  count: number,
  stored: (count: number, batch: { readonly size: number; readonly ms: number }) => void = () => {},
): Promise<void> {
  const people = await world.people(CHATS + 1);
  const [first = '', ...others] = people;
  const busy = await world.group(people);
  const pairs = await Promise.all(others.map(async other => ({ id: await world.group([first, other]), other })));
  let begun = 0;
  let done = 0;
  async function write(writer: number): Promise<void> {
    const own = pairs.filter((_, at) => at % WRITERS === writer);
    while (begun < count) {
      const size = Math.min(BATCH, count - begun);
      begun += size;
      const batch = Array.from({ length: size }, (_, at) => {
        const { id, other } = own[(begun + at) % own.length] as (typeof pairs)[number];
        return at < BUSY && writer === 0 ? message(busy, other) : message(id, at % 2 ? first : other);
      });
      const began = performance.now();
      const answers = await world.messages.append(batch);
      if (answers.some(answer => 'refused' in answer)) throw new Error('a message was refused');
      done += size;
      stored(done, { size, ms: performance.now() - began });
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
}
