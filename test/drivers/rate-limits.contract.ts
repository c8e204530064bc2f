/** What counting calls keeps, wherever it counts. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Failure } from '#runtime/contract/failure.js';
import type { RateLimit } from '#runtime/contract/limit.js';
import type { RateLimits } from '#runtime/contract/ports.js';
import { eventually } from '../support/eventually.js';

/** A limit that no other test counts. */
export const limitOf = (times: number, perSeconds = 60, name = `test-${randomUUID()}`): RateLimit => ({
  name,
  times,
  perSeconds,
  by: 'user',
});

/** How each call went: `ok`, or the code of its failure. */
export const tried = (limits: RateLimits, limit: RateLimit, key: string, calls = 1): Promise<string[]> =>
  Promise.all(
    Array.from({ length: calls }, () =>
      limits.take(limit, key).then(
        () => 'ok',
        (failure: Failure) => failure.code ?? String(failure),
      ),
    ),
  );

export const granted = async (...[limits, limit, key, calls]: Parameters<typeof tried>): Promise<number> =>
  (await tried(limits, limit, key, calls)).filter(result => result === 'ok').length;

export function rateLimitsContract(make: () => RateLimits): void {
  let limits: RateLimits;
  beforeEach(() => {
    limits = make();
  });

  it('lets as many calls through as the limit says, and says of the next when to come again', async () => {
    const limit = limitOf(3, 30);
    for (let call = 0; call < 3; call++) await limits.take(limit, 'ann');
    const failure: Failure = await limits.take(limit, 'ann').then(
      () => expect.fail('let through'),
      error => error,
    );
    expect(failure).to.include({ name: 'Failure', code: 'rate_limited' });
    expect(failure.retryAfterMs).to.be.within(1, 30_000);
  });

  it('counts calls that come at one moment', async () => {
    const results = await tried(limits, limitOf(7), 'ann', 40);
    expect(results.filter(result => result === 'ok')).to.have.length(7);
    expect(results.filter(result => result === 'rate_limited')).to.have.length(33);
  });

  it('takes back what was counted, and lets as many more through', async () => {
    const limit = limitOf(3);
    expect(await granted(limits, limit, 'ann', 3)).to.equal(3);
    await limits.giveBack(limit, 'ann');
    expect(await granted(limits, limit, 'ann', 2)).to.equal(1);
    await limits.giveBack(limit, 'bob');
    expect(await granted(limits, limit, 'cid', 4)).to.equal(3);
  });

  it('keeps users apart, and limits of different names', async () => {
    const [one, other] = [limitOf(1), limitOf(1)];
    expect(await tried(limits, one, 'ann', 2)).to.include('rate_limited');
    expect(await tried(limits, one, 'bob')).to.deep.equal(['ok']);
    expect(await tried(limits, other, 'ann')).to.deep.equal(['ok']);
  });

  it('takes limits of one name for one', async () => {
    const limit = limitOf(2);
    expect(await tried(limits, limit, 'ann')).to.deep.equal(['ok']);
    expect(await granted(limits, { ...limit }, 'ann', 2)).to.equal(1);
  });

  it('takes any text for a key', async () => {
    const limit = limitOf(1);
    for (const key of ['', ' ', ':', 'ümlaut ☂', '*', '__proto__', '::1', 'x'.repeat(10_000)]) {
      expect(await granted(limits, limit, key, 2), key.slice(0, 20)).to.equal(1);
    }
  });

  it('begins anew when the window is over', async () => {
    const limit = limitOf(2, 1);
    expect(await granted(limits, limit, 'ann', 3)).to.equal(2);
    await eventually('another call is let through', async () => (await granted(limits, limit, 'ann')) === 1);
  });
}
