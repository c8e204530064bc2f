/** Takes what is queued, as much at a time as there is, stores it with a seq that has no holes, tells, and acknowledges. */
import amqplib, { type ConsumeMessage } from 'amqplib';
import {
  type Answer,
  answersTo,
  database,
  type Message,
  NEWS,
  QUEUES,
  QUORUM,
  ready,
  redis,
  variable,
  type Wanted,
} from './parts.js';

const AT_ONCE = 100;
const AGAIN_MS = 1_000;
/** Whoever stores into these chats waits until we are done, so that seqs are given out one batch after the other. */
const LOCK = 'select from pipeline.chats where id = any ($1::uuid[]) order by id for update';
/** What is there by its sender and clientId stays, and is answered again; who is no member is answered nothing. */
const STORE = `
with wanted as (
  select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[])
    with ordinality as t (id, chat_id, sender_id, client_id, body, place)
), fresh as (
  select w.*, row_number() over (partition by w.chat_id order by place) as nth from (
    select distinct on (chat_id, sender_id, client_id) * from wanted order by chat_id, sender_id, client_id, place
  ) w join pipeline.members m on (m.chat_id, m.user_id) = (w.chat_id, w.sender_id)
  where not exists (
    select from pipeline.messages m where (m.chat_id, m.sender_id, m.client_id) = (w.chat_id, w.sender_id, w.client_id))
), stored as (
  insert into pipeline.messages (id, chat_id, seq, sender_id, client_id, body)
  select f.id, chat_id, last_seq + nth, sender_id, client_id, body from fresh f join pipeline.chats c on c.id = chat_id
  returning *
), moved as (
  update pipeline.chats c set last_seq = last_seq + more
  from (select chat_id, count(*) as more from fresh group by chat_id) f where f.chat_id = c.id
)
select true as fresh, * from stored
union all select false, m.* from pipeline.messages m join wanted using (chat_id, sender_id, client_id)`;

interface Row {
  readonly fresh: boolean;
  readonly id: string;
  readonly chat_id: string;
  readonly seq: string;
  readonly sender_id: string;
  readonly client_id: string;
  readonly body: string;
  readonly sent_at: Date;
}

const db = database();
const telling = redis();
const channel = await (await amqplib.connect(variable('AMQP_URL'))).createChannel();
let queued: ConsumeMessage[] = [];
let busy = false;

async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  while (queued.length > 0) {
    const batch = queued.splice(0, AT_ONCE);
    await store(batch.map(({ content }) => JSON.parse(content.toString()) as Wanted)).then(
      // And all before it, which are stored as well: they came on the same channel.
      () => channel.ack(batch.at(-1)!, true),
      async () => {
        // The order is kept: they are tried again before anything that came after them.
        await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
        queued = [...batch, ...queued];
      },
    );
  }
  busy = false;
}

async function store(wanted: readonly Wanted[]): Promise<void> {
  const client = await db.connect();
  const rows: Row[] = [];
  try {
    await client.query('begin');
    await client.query({ name: 'lock', text: LOCK, values: [wanted.map(each => each.chatId)] });
    const members = ['id', 'chatId', 'senderId', 'clientId', 'body'] as const;
    const values = members.map(member => wanted.map(each => each[member]));
    rows.push(...(await client.query<Row>({ name: 'store', text: STORE, values })).rows);
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
  const news = rows.filter(({ fresh }) => fresh).map(messageOf);
  const keyOf = (each: Omit<Wanted, 'gateway' | 'id' | 'body'>): string =>
    `${each.chatId} ${each.senderId} ${each.clientId}`;
  const found = new Map(rows.map(row => [keyOf(messageOf(row)), messageOf(row)]));
  const tell = telling.pipeline().publish(NEWS, JSON.stringify(news.toSorted((one, other) => one.seq - other.seq)));
  for (const gateway of new Set(wanted.map(each => each.gateway))) {
    const its = wanted.filter(each => each.gateway === gateway);
    const answers = its.map((each): Answer => {
      const message = found.get(keyOf(each));
      return { wantedId: each.id, ...(message && { message }) };
    });
    tell.publish(answersTo(gateway), JSON.stringify(answers));
  }
  await tell.exec();
}

const messageOf = (row: Row): Message => ({
  ...{ id: row.id, chatId: row.chat_id, seq: Number(row.seq), senderId: row.sender_id },
  ...{ clientId: row.client_id, body: row.body, sentAt: row.sent_at.toISOString() },
});

await channel.prefetch(2 * AT_ONCE);
for (const queue of QUEUES) {
  await channel.assertQueue(queue, QUORUM);
  await channel.consume(queue, message => {
    if (!message) process.exit(1);
    queued.push(message);
    // What comes in one turn of the event loop is stored together.
    setImmediate(work);
  });
}
ready(1);
