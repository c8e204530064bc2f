import { expect } from 'chai';
import type { AccessChange } from '#functions/ports/accessChanges.js';
import { recheckConnections } from '#functions/presence/recheckConnections.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';

const tick = testEvent({});
const ofUser = (id: number, userId: string): AccessChange => ({ id, userId, sessionId: null });
const ofSession = (id: number, sessionId: string): AccessChange => ({ id, userId: null, sessionId });

function contextWith(due: readonly AccessChange[]) {
  const done: unknown[] = [];
  const ports = somePorts({
    accessChanges: { due: async (...asked) => (asked[0] === 6_000 ? due : []), done: async ids => void done.push(ids) },
  });
  return { context: testContext({ ports }), done };
}

describe('recheckConnections', () => {
  it('has the connections of people and sessions look again, each once, and is done when they have taken it on', async () => {
    const { context, done } = contextWith([ofUser(1, uuid(1)), ofSession(2, uuid(901)), ofUser(4, uuid(1))]);
    const outcome = await recheckConnections.handle(context, tick);
    expect(outcome.emit).to.deep.equal([{ refresh: `user:${uuid(1)}` }, { refresh: `session:${uuid(901)}` }]);
    expect(done).to.deep.equal([]);
    await recheckConnections.settle!(context, tick, { outcome });
    expect(done).to.deep.equal([[1, 2, 4]]);
  });

  it('asks nobody for anything when nothing has changed', async () => {
    const { context, done } = contextWith([]);
    const outcome = await recheckConnections.handle(context, tick);
    expect(outcome.emit).to.deep.equal([]);
    await recheckConnections.settle!(context, tick, { outcome });
    expect(done).to.deep.equal([]);
  });
});
