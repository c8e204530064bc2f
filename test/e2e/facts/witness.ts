/** A service that the product does not know: it takes the product's facts off a queue of its own, and logs what it heard. */
import { type Entrypoint, functionsOf, on, queue, type Service, type Sql } from 'function-runtime';
import { serverResources } from 'function-runtime/resources/servers';
import Type from 'typebox';
import { chatMemberAdded, chatMemberRemoved, messageStored } from '#functions/domain/events.js';

export const witnessed = { name: 'test.witness', partitions: 4 };

export const FACTS = [messageStored, chatMemberAdded, chatMemberRemoved];

interface Messages {
  isStored(chatId: string, seq: number): Promise<boolean>;
}

const { single } = functionsOf<{ rows: Messages }, 'internal'>();

const witness = single({
  name: 'witness',
  access: 'internal',
  needs: ['rows'],
  summary: 'Logs what has happened, and whether a message was stored by then.',
  input: Type.Object({ chatId: Type.String(), seq: Type.Optional(Type.Integer()) }),
  async handle({ ports, log }, { id, type, data }) {
    const isStored = data.seq === undefined || (await ports.rows.isStored(data.chatId, data.seq));
    log.info({ fact: { id, type, data, isStored } }, 'heard');
    return {};
  },
});

export const bindings = [on(queue(witnessed, FACTS), witness)];

export const rowsOn = (sql: Sql): Messages => ({
  async isStored(chatId, seq) {
    const text = 'select 1 from messages where chat_id = $1 and seq = $2';
    return (await sql.query('witness_is_stored', text, [chatId, seq])).length === 1;
  },
});

const service: Service = { name: 'witness', queues: [witnessed], bindings };

export const entrypoint: Entrypoint = {
  service,
  open: serverResources,
  ports: ({ sql }) => ({ rows: async () => rowsOn(await sql()) }),
};
