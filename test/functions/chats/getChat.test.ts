import { expect } from 'chai';
import { getChat } from '#functions/chats/getChat.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aChat, aMember, CHAT } from '../../support/samples.js';

const chat = aChat({ unread: 4, members: [aMember(uuid(1)), aMember(uuid(2))] });
const context = testContext({
  caller: {},
  ports: somePorts({
    chats: { view: async (id, viewer) => (id === CHAT && viewer === uuid(1) ? chat : undefined) },
  }),
});

describe('getChat', () => {
  it('answers the chat itself, as the caller sees it', async () => {
    expect(await getChat.handle(context, testEvent({ chatId: CHAT }))).to.deep.equal({ reply: chat });
  });

  it('tells nothing to who is none of its members by the time that it is read', async () => {
    const ports = somePorts({ chats: { view: async () => aChat({ members: [aMember(uuid(2))] }) } });
    const failure = await failureOf(() =>
      getChat.handle(testContext({ caller: {}, ports }), testEvent({ chatId: CHAT })),
    );
    expect(failure.code).to.equal('forbidden');
  });

  it('knows no other chat', async () => {
    const failure = await failureOf(() => getChat.handle(context, testEvent({ chatId: uuid(7) })));
    expect(failure.code).to.equal('not_found');
  });
});
