/** However fast one reads, the server hears a watermark now and then, and always the last one. */
import { expect } from 'chai';
import { createReceipts } from '../../../web/client/receipts.js';
import { Refusal } from '../../../web/client/refusal.js';
import { fakeClock } from '../support/fake-clock.js';

describe('receipts of a client', () => {
  function stage() {
    const clock = fakeClock();
    const told: [string, string, number][] = [];
    const the = { online: true, refuse: false };
    const receipts = createReceipts({
      clock,
      online: () => the.online,
      ask: async (event, { chatId, seq }) => {
        if (the.refuse) throw new Refusal('unavailable', 'away');
        told.push([event, chatId, seq]);
      },
    });
    return { clock, told, the, receipts };
  }

  it('fold into one a chat and kind', async () => {
    const { clock, told, receipts } = stage();
    for (let seq = 1; seq <= 100; seq++) receipts.report('read', 'a', seq);
    receipts.report('delivered', 'a', 100);
    receipts.report('read', 'b', 7);
    await clock.pass(300);
    expect(told).to.deep.equal([
      ['message:read', 'a', 100],
      ['message:delivered', 'a', 100],
      ['message:read', 'b', 7],
    ]);
  });

  it('are not told twice, and never lower', async () => {
    const { clock, told, receipts } = stage();
    receipts.report('read', 'a', 5);
    await clock.pass(300);
    receipts.report('read', 'a', 5);
    receipts.report('read', 'a', 3);
    await clock.pass(10_000);
    expect(told).to.have.length(1);
  });

  it('wait for the connection, and are told again when they were not heard', async () => {
    const { clock, told, the, receipts } = stage();
    the.online = false;
    receipts.report('read', 'a', 5);
    await clock.pass(10_000);
    expect(told).to.deep.equal([]);
    the.online = true;
    the.refuse = true;
    receipts.flush();
    await clock.pass(1_000);
    the.refuse = false;
    await clock.pass(10_000);
    expect(told).to.deep.equal([['message:read', 'a', 5]]);
  });

  it('are told again of a chat that begins anew, also lower ones', async () => {
    const { clock, told, receipts } = stage();
    receipts.report('read', 'a', 5);
    receipts.report('read', 'b', 5);
    await clock.pass(300);
    receipts.forget('a');
    for (const chat of ['a', 'b']) receipts.report('read', chat, 2);
    await clock.pass(300);
    expect(told.slice(2)).to.deep.equal([['message:read', 'a', 2]]);
  });
});
