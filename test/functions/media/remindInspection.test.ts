/** Media whose wish to be looked at was lost: it is wished again. */
import { expect } from 'chai';
import { remindInspection } from '#functions/media/remindInspection.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';

describe('remindInspection', () => {
  it('wishes that each of the overdue is looked at, and waits for no answer', async () => {
    const asked: unknown[] = [];
    const inspections = {
      overdue: async (...how: unknown[]) => {
        asked.push(how);
        return [uuid(1), uuid(2)];
      },
    };
    const context = testContext({ ports: somePorts({ inspections }), now: Date.UTC(2026, 0, 2) });
    const { publish = [] } = await remindInspection.handle(context, testEvent({}));
    expect(asked).to.deep.equal([['2026-01-02T00:00:00.000Z', 100]]);
    expect(publish.map(({ type, data }) => [type, data])).to.deep.equal(
      [1, 2].map(n => ['minitelegram.media.ready.v1', { mediaId: uuid(n) }]),
    );
  });
});
