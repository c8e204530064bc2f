import { expect } from 'chai';
import { Check } from 'typebox/value';
import type { MemberStore } from '#functions/ports/members.js';
import { batchDeliveryReceipts } from '#functions/receipts/batchDeliveryReceipts.js';
import { batchReadReceipts } from '#functions/receipts/batchReadReceipts.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';
import { CHAT } from '../../support/samples.js';

type Mark = { chatId: string; userId: string; seq: number };

const ANN = uuid(2);
const BEN = uuid(3);
const AT = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T00:00:09.000Z';

for (const [fn, method, event] of [
  [batchReadReceipts, 'markRead', 'receipt:read'],
  [batchDeliveryReceipts, 'markDelivered', 'receipt:delivered'],
] as const) {
  /** The store's watermarks stand at `standing`; the chat's last seq is 20. */
  const contextWith = (standing: Record<string, number>) => {
    const asked: Mark[][] = [];
    const move: MemberStore['markRead'] = async marks => {
      asked.push(marks.map(({ chatId, userId, seq }) => ({ chatId, userId, seq })));
      return marks
        .map(({ chatId, userId, seq }) => ({ chatId, userId, seq: Math.min(seq, 20) }))
        .filter(({ userId, seq }) => seq > (standing[userId] ?? 0));
    };
    return { asked, context: testContext({ ports: somePorts({ members: { [method]: move } }) }) };
  };

  describe(fn.name, () => {
    it('folds the reports of each member into the farthest one, whatever their order', async () => {
      const { context, asked } = contextWith({});
      const { items, emit } = await fn.handle(context, [
        testEvent({ chatId: CHAT, userId: ANN, seq: 3, at: AT }),
        testEvent({ chatId: CHAT, userId: BEN, seq: 1, at: AT }),
        testEvent({ chatId: CHAT, userId: ANN, seq: 9, at: LATER }),
        testEvent({ chatId: CHAT, userId: ANN, seq: 5, at: AT }),
      ]);
      expect(asked).to.deep.equal([
        [
          { chatId: CHAT, userId: ANN, seq: 9 },
          { chatId: CHAT, userId: BEN, seq: 1 },
        ],
      ]);
      expect(items).to.deep.equal([{}, {}, {}, {}]);
      expect(emit).to.deep.equal([
        { send: event, data: { chatId: CHAT, userId: ANN, seq: 9, at: LATER }, to: [`chat:${CHAT}`] },
        { send: event, data: { chatId: CHAT, userId: BEN, seq: 1, at: AT }, to: [`chat:${CHAT}`] },
      ]);
    });

    it('tells nobody of a watermark that was there already', async () => {
      const { context } = contextWith({ [ANN]: 9 });
      const { items, emit } = await fn.handle(context, [testEvent({ chatId: CHAT, userId: ANN, seq: 9, at: AT })]);
      expect({ items, emit }).to.deep.equal({ items: [{}], emit: [] });
    });

    it('tells where the watermark stands, not what was claimed', async () => {
      const { context } = contextWith({});
      const { emit } = await fn.handle(context, [testEvent({ chatId: CHAT, userId: ANN, seq: 99, at: AT })]);
      expect(emit).to.deep.equal([
        { send: event, data: { chatId: CHAT, userId: ANN, seq: 20, at: AT }, to: [`chat:${CHAT}`] },
      ]);
    });

    it('takes the time from the envelope, else from the clock, when a foreign publisher gives none', async () => {
      const { context } = contextWith({});
      const { emit } = await fn.handle(context, [
        testEvent({ chatId: CHAT, userId: ANN, seq: 1 }, { time: AT }),
        testEvent({ chatId: CHAT, userId: BEN, seq: 1 }),
      ]);
      const times = emit?.map(emission => 'data' in emission && (emission.data as { at: string }).at);
      expect(times).to.deep.equal([AT, new Date(NOW).toISOString()]);
    });

    it('ignores members that it does not know', () => {
      expect(Check(fn.input, { chatId: CHAT, userId: ANN, seq: 1, device: 'phone' })).to.equal(true);
      expect(Check(fn.input, { chatId: CHAT, userId: ANN, seq: 0 })).to.equal(false);
    });
  });
}
