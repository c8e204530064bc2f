/** What a function that takes from a queue begins as: it tells each chat what came for it. */
import type { Place } from './place.js';

export const batchSource = ({
  name,
  toFunctions,
}: Place): string => `/** Tells each chat what came for it over the queue. */
import Type from 'typebox';
import { batch } from '${toFunctions}define.js';
import { room } from '${toFunctions}domain/names.js';
import { ChatId, UserId } from '${toFunctions}domain/text.js';

export const ${name} = batch({
  name: '${name}',
  access: 'internal',
  needs: [],
  emits: ['${name}'],
  summary: 'Tells each chat what came for it over the queue.',
  // Members that this version does not know are ignored: publishers of the next version run beside it.
  input: Type.Object({ chatId: ChatId, userId: UserId }),
  handle: (_context, events) => ({
    items: events.map(() => ({})),
    emit: events.map(({ data: { chatId, userId } }) => ({
      send: '${name}' as const,
      data: { chatId, userId },
      to: [room.chat(chatId)],
    })),
  }),
});
`;

export const batchTest = ({ name, source, toTest }: Place): string => `import { expect } from 'chai';
import { testContext, testEvent, uuid } from 'function-runtime/testing';
import { ${name} } from '#${source.replace(/ts$/, 'js')}';
import { CHAT } from '${toTest}support/samples.js';

describe('${name}', () => {
  it('tells each chat what came for it', async () => {
    const came = [
      { chatId: CHAT, userId: uuid(7) },
      { chatId: uuid(101), userId: uuid(8) },
    ];
    const events = came.map(data => testEvent(data));
    expect(await ${name}.handle(testContext({ ports: {} }), events)).to.deep.equal({
      items: [{}, {}],
      emit: [
        { send: '${name}', data: came[0], to: [\`chat:\${CHAT}\`] },
        { send: '${name}', data: came[1], to: [\`chat:\${uuid(101)}\`] },
      ],
    });
  });
});
`;

/** In the order in which the names are needed. */
export function batchLines({ name, source }: Place): string {
  const dotted = name.replace(/[A-Z]/g, letter => `.${letter.toLowerCase()}`);
  return `Declare its event in functions/domain/events.ts:

  export const ${name} = event('minitelegram.${dotted}.v1', { data: Membership });

Say in functions/domain/live.ts, in SERVER_EVENTS, what clients hear:

  ${name}: { summary: 'Something came for the chat over the queue. To its members.', data: Membership },

Name its queue in functions/services/queues.ts, and say how it is split:

  ${name}: { name: '${dotted}', partitions: 0 },

Say in functions/services/routes.ts that the event goes there:

  route(events.${name}, { queue: queues.${name} }),

Add to functions/services/chat-svc.ts, with queues.${name} in its \`queues\`:

  import { ${name} } from '../${source.replace(/^functions\/(.*)ts$/, '$1js')}';

    on(queue(queues.${name}, events.${name}, { size: 100 }), ${name}),

    on(cloudEvent(events.${name}), ${name}),

An image whose functions publish the event needs queues.${name} in its \`queues\` as well: functions/services/gateway.ts.
`;
}
