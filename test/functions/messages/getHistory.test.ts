import { expect } from 'chai';
import { Check } from 'typebox/value';
import { getHistory } from '#functions/messages/getHistory.js';
import type { MessageStore } from '#functions/ports/messages.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aMessage, CHAT } from '../../support/samples.js';

type Range = Parameters<MessageStore['page']>[2];

function contextWith() {
  const ranges: Range[] = [];
  const page: MessageStore['page'] = async (chatId, userId, range) => {
    expect([chatId, userId]).to.deep.equal([CHAT, uuid(1)]);
    ranges.push(range);
    return [aMessage()];
  };
  return { ranges, context: testContext({ caller: {}, ports: somePorts({ messages: { page } }) }) };
}

describe('getHistory', () => {
  for (const [what, asked, range] of [
    ['the newest fifty when asked for nothing else', {}, { limit: 50 }],
    ['what comes after a seq', { after: 0, limit: 200 }, { after: 0, limit: 200 }],
    ['what comes before a seq', { before: 7, limit: 1 }, { before: 7, limit: 1 }],
  ] as const) {
    it(`answers ${what}`, async () => {
      const { context, ranges } = contextWith();
      const { reply } = await getHistory.handle(context, testEvent({ chatId: CHAT, ...asked }));
      expect(ranges).to.deep.equal([range]);
      expect(reply).to.deep.equal({ messages: [aMessage()] });
    });
  }

  it('does not guess what before and after mean together', async () => {
    const { context, ranges } = contextWith();
    const failure = await failureOf(() => getHistory.handle(context, testEvent({ chatId: CHAT, before: 9, after: 3 })));
    expect(failure.code).to.equal('invalid');
    expect(ranges).to.deep.equal([]);
  });

  it('tells nothing to who is out of the chat by the time that it is read', async () => {
    const ports = somePorts({ messages: { page: async () => undefined } });
    const context = testContext({ caller: {}, ports });
    const failure = await failureOf(() => getHistory.handle(context, testEvent({ chatId: CHAT })));
    expect(failure.code).to.equal('forbidden');
  });

  for (const wrong of [{ limit: 0 }, { limit: 201 }, { before: -1 }, { after: 1.5 }, { around: 5 }]) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      expect(Check(getHistory.input, { chatId: CHAT, ...wrong })).to.equal(false);
    });
  }
});
