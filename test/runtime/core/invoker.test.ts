/** One call of one function: what happens in which order, what stops it, and what its caller is answered. */
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import type { Outcome } from '#runtime/contract/outcome.js';
import { socket } from '#runtime/contract/trigger.js';
import { NOW } from '#runtime/testing/context.js';
import { type Act, bench, caller, emission, publication } from './invoker.bench.js';
import { workbench } from './workbench.js';

describe('a call', () => {
  it('is counted, authorized, handled, published and emitted, each when the one before is done, and then answered', async () => {
    const act: Act = { limited: true, handle: () => ({ reply: 1, publish: [publication], emit: [emission] }) };
    const { call, steps } = bench(act);
    expect(await call()).to.deep.equal({ status: 'ok', reply: 1 });
    expect(steps).to.deep.equal([
      ...['limit', 'limit done', 'authorize', 'authorize done', 'handle'],
      ...['publish', 'publish done', 'emit', 'emit done'],
    ]);
  });

  it('whose data does not fit is neither counted nor authorized nor handled', async () => {
    const { refused, steps } = bench({ limited: true });
    expect(await refused({ data: { n: 'one' } })).to.equal('invalid');
    expect(steps).to.deep.equal([]);
  });

  it('that is not authorized is not handled', async () => {
    const { refused, steps } = bench({}, { authorize: new Failure('forbidden', 'no') });
    expect(await refused()).to.equal('forbidden');
    expect(steps).to.deep.equal(['authorize']);
  });

  it('over its limit is neither authorized nor handled', async () => {
    const { refused, steps } = bench({ limited: true }, { limit: new Failure('rate_limited', 'too often') });
    expect(await refused()).to.equal('rate_limited');
    expect(steps).to.deep.equal(['limit']);
  });

  it('is authorized by its level, its caller and its data, at this time', async () => {
    const { call, asked, dependencies } = bench();
    await call({ caller });
    expect(asked).to.deep.equal([[dependencies.ports, 'anybody', caller, { n: 1 }, NOW, NOW]]);
  });

  it('needs no guard', async () => {
    const { invoker } = workbench();
    const { fn } = bench();
    const binding = { trigger: socket('work'), fn };
    expect(await invoker.invoke({ binding, data: { n: 1 } }).result).to.deep.equal({ status: 'ok' });
  });

  it('that cannot be published is not emitted, and fails', async () => {
    const act: Act = { handle: () => ({ publish: [publication], emit: [emission] }) };
    const { refused, steps } = bench(act, { publish: new Failure('unavailable', 'no broker') });
    expect(await refused()).to.equal('unavailable');
    expect(steps).to.deep.equal(['authorize', 'authorize done', 'handle', 'publish']);
  });

  it('is handed over when its publications stand in line, and not only when they are confirmed', async () => {
    const { invoker, fn, dependencies } = bench({ handle: () => ({ publish: [publication] }) });
    let confirm = (): void => {};
    dependencies.publisher.publish = () => new Promise(resolve => (confirm = () => resolve({})));
    const { handedOver, result } = invoker.invoke({ binding: { trigger: socket('work'), fn }, data: { n: 1 } });
    await handedOver;
    confirm();
    expect(await result).to.deep.equal({ status: 'ok' });
  });

  it('that says no more than who is in a room has that carried out before it is answered', async () => {
    const { call, steps } = bench({ handle: () => ({ memberships: [{ room: 'group', of: 'ann', is: 'in' }] }) });
    await call();
    expect(steps.slice(3)).to.deep.equal(['emit', 'emit done']);
  });

  it('that emits only does not publish, and the other way round', async () => {
    const emitting = bench({ handle: () => ({ emit: [emission], publish: [] }) });
    await emitting.call();
    expect(emitting.steps.slice(3)).to.deep.equal(['emit', 'emit done']);
    const publishing = bench({ handle: () => ({ publish: [publication], emit: [] }) });
    await publishing.call();
    expect(publishing.steps.slice(3)).to.deep.equal(['publish', 'publish done']);
  });

  it('fails as its function says, after everything that it did say is done', async () => {
    const failure = new Failure('conflict', 'taken');
    const whole = bench({ handle: () => ({ failure }) });
    expect(await whole.refused()).to.equal('conflict');
    const told = bench({ handle: () => ({ failure, emit: [emission] }) });
    expect(await told.refused()).to.equal('conflict');
    expect(told.steps.at(-1)).to.equal('emit done');
  });

  it('has an answer of what its function said, and of no more', async () => {
    const answer = async (outcome: Outcome) => bench({ handle: () => outcome }).call();
    expect(await answer({})).to.deep.equal({ status: 'ok' });
    expect(await answer({ status: 'created', reply: null })).to.deep.equal({ status: 'created', reply: null });
    expect(await answer({ rooms: ['a'] })).to.deep.equal({ status: 'ok', rooms: ['a'] });
    expect(await answer({ caller, reply: 1 })).to.deep.equal({ status: 'ok', reply: 1, caller });
  });
});

describe('a bearer', () => {
  it('is made sure of by the guard', async () => {
    const { invoker, asked, dependencies } = bench();
    expect(await invoker.authenticate('token', 'member')).to.equal(caller);
    expect(asked).to.deep.equal([[dependencies.ports, 'token', NOW, 'member']]);
  });

  it('is nobody where there is no guard', async () => {
    const failure = await workbench()
      .invoker.authenticate('token')
      .catch(thrown => thrown);
    expect(failure)
      .to.be.instanceOf(Failure)
      .and.to.include({ code: 'unauthorized', message: 'nobody can sign in here' });
  });

  it('is refused with a Failure, whatever was thrown', async () => {
    const broken = bench({}, { authenticate: new TypeError('a defect') });
    expect(await broken.invoker.authenticate('token').catch(thrown => thrown)).to.have.property('code', 'internal');
    const away = new Failure('unavailable', 'away');
    const refusing = bench({}, { authenticate: away });
    expect(await refusing.invoker.authenticate('token').catch(thrown => thrown)).to.equal(away);
  });
});
