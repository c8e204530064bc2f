/** Whether every acknowledged message is in the table `messages`, once, where its acknowledgement says. */
import type { Services } from '#support/services.js';

export interface Acknowledged {
  readonly chatId: string;
  /** `clientId`s are this with `.n`. */
  readonly prefix: string;
  /** The seq that message n was given; 0 where it was accepted without one, -1 where there was no answer. */
  readonly seqs: readonly number[];
}

interface Row {
  chatId: string;
  clientId: string;
  seq: number;
}

const rowsIn = (schema: string): string =>
  `select chat_id as "chatId", client_id as "clientId", seq::int from ${schema}.messages where chat_id = any ($1::uuid[])`;
const holesIn = (schema: string): string => `
select count(*)::int as holes from ${schema}.chats c
where id = any ($1::uuid[]) and last_seq <> (select count(*) from ${schema}.messages where chat_id = c.id)`;
const MOST = 10;

/** What is wrong, in words; empty when all is as it was promised. */
export async function storageFaults(
  services: Services,
  flows: readonly Acknowledged[],
  schema = 'public',
): Promise<string[]> {
  const chatIds = flows.map(({ chatId }) => chatId);
  const rows = await services.query<Row>(rowsIn(schema), [chatIds]);
  const [{ holes } = { holes: 0 }] = await services.query<{ holes: number }>(holesIn(schema), [chatIds]);
  const places = new Map<string, number[]>();
  for (const { chatId, clientId, seq } of rows) {
    const key = `${chatId} ${clientId}`;
    places.set(key, [...(places.get(key) ?? []), seq]);
  }
  const faults = flows.flatMap(({ chatId, prefix, seqs }) =>
    seqs.flatMap((seq, n) => {
      const found = places.get(`${chatId} ${prefix}.${n}`) ?? [];
      if (found.length > 1) return [`${prefix}.${n} is stored ${found.length} times`];
      if (seq < 0 || (seq === 0 && found.length === 1) || found[0] === seq) return [];
      return [`${prefix}.${n} was acknowledged at ${seq}, and stored at ${found[0] ?? 'no seq'}`];
    }),
  );
  return [...(holes > 0 ? [`${holes} chats have holes`] : []), ...faults.slice(0, MOST)];
}
