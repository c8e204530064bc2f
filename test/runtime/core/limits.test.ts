/** What a limit counts, whom it stops, and whom it does not. */
import { expect } from 'chai';
import Type from 'typebox';
import { Failure } from '#runtime/contract/failure.js';
import type { RateLimit } from '#runtime/contract/limit.js';
import { http } from '#runtime/contract/trigger.js';
import { rateLimits } from '#runtime/drivers/rate-limits.js';
import { define, workbench } from './workbench.js';

const Input = Type.Object({ who: Type.String(), secret: Type.String() });

type Limits = readonly Omit<RateLimit, 'perSeconds'>[];

/** Networks in `known` are known, and so are the devices of who is called `… on it`. */
function door(limits: Limits, known: readonly string[] = []) {
  const tried: string[] = [];
  const fn = define.single({
    name: 'door',
    access: 'anybody',
    needs: [],
    limits: limits.map(limit => ({ perSeconds: 60, ...limit })),
    summary: 'Opens for those who say the word.',
    input: Input,
    output: { ok: Type.Object({ in: Type.Boolean() }) },
    async knownBy({ client }, { data }) {
      if (data.who.endsWith(' on it')) return 'device';
      return known.includes(client?.network ?? '') ? 'network' : undefined;
    },
    async handle(_context, { data }) {
      tried.push(data.secret);
      if (data.secret === 'away') throw new Failure('unavailable', 'away');
      if (data.secret !== 'sesame') throw new Failure('unauthorized', 'no');
      return { reply: { in: true } };
    },
  });
  const { invoker } = workbench({ limits: rateLimits() });
  const binding = { trigger: http.post('/door'), fn };
  const knock = (secret: string, address = '192.0.2.1', who = 'ann') =>
    invoker.invoke({ binding, data: { who, secret }, address }).result.then(
      () => 'ok',
      (failure: Failure) => failure.code,
    );
  const knocks = async (count: number, ...how: Parameters<typeof knock>) => {
    const answers: string[] = [];
    for (let n = 0; n < count; n++) answers.push(await knock(...how));
    return answers;
  };
  return { knock, knocks, tried };
}

const times = (count: number, what: string) => Array.from({ length: count }, () => what);

describe('limits', () => {
  it('of refusals stop junk and no good call, and count nothing else', async () => {
    const { knock, knocks } = door([{ name: 'junk', times: 3, by: 'address', counts: 'refusals' }]);
    expect(await knocks(5, 'sesame')).to.deep.equal(times(5, 'ok'));
    expect(await knocks(5, 'away')).to.deep.equal(times(5, 'unavailable'));
    expect(await knocks(5, 'junk')).to.deep.equal([...times(3, 'unauthorized'), ...times(2, 'rate_limited')]);
    expect(await knock('sesame')).to.equal('ok');
    expect(await knock('junk', '192.0.2.2')).to.equal('unauthorized');
  });

  it('of guesses stop the right one as well, and only where the wrong ones came from', async () => {
    const { knock, knocks, tried } = door([{ name: 'guess', times: 3, by: ['/who', 'address'], counts: 'guesses' }]);
    expect(await knocks(9, 'sesame')).to.deep.equal(times(9, 'ok'));
    expect(await knocks(9, 'away')).to.deep.equal(times(9, 'unavailable'));
    expect(await knocks(4, 'wrong')).to.deep.equal([...times(3, 'unauthorized'), 'rate_limited']);
    tried.length = 0;
    expect(await knock('sesame')).to.equal('rate_limited');
    expect(tried, 'which is not even looked at').to.deep.equal([]);
    expect(await knock('sesame', '192.0.2.2')).to.equal('ok');
    expect(await knock('sesame', '192.0.2.1', 'bob')).to.equal('ok');
  });

  it('of guesses let no more through that come at one moment', async () => {
    const { knock, tried } = door([{ name: 'guess', times: 5, by: '/who', counts: 'guesses' }]);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => knock(`wrong ${n}`, `192.0.2.${n}`)));
    expect(answers.filter(answer => answer === 'unauthorized')).to.have.length(5);
    expect(tried).to.have.length(5);
  });

  it('that spare the known stop everybody else', async () => {
    const guesses = { times: 3, counts: 'guesses', spares: 'network' } as const;
    const { knock, knocks } = door(
      [
        { name: 'here', times: 2, by: ['/who', 'address'], counts: 'guesses' },
        { ...guesses, name: 'anywhere', by: '/who' },
        { ...guesses, name: 'from', by: 'address' },
      ],
      ['198.51.100.7'],
    );
    for (let n = 0; n < 6; n++) await knock('wrong', `203.0.113.${n}`);
    expect(await knock('sesame', '203.0.113.99')).to.equal('rate_limited');
    expect(await knocks(3, 'sesame', '198.51.100.7')).to.deep.equal(times(3, 'ok'));
    expect(await knocks(3, 'wrong', '198.51.100.7'), 'but not for ever').to.deep.equal([
      ...times(2, 'unauthorized'),
      'rate_limited',
    ]);
  });

  it('that spare known devices let them in whoever guesses beside them, and count their guesses among themselves', async () => {
    const { knock, knocks } = door(
      [
        { name: 'here', times: 2, by: 'address', counts: 'guesses', spares: 'device' },
        { name: 'anywhere', times: 2, by: 'address', counts: 'guesses', spares: 'network' },
        { name: 'known', times: 3, by: 'address', counts: 'guesses', ofSparedDevices: true },
      ],
      ['192.0.2.1'],
    );
    const [here, device] = ['192.0.2.1', 'ann on it'];
    expect(await knocks(4, 'wrong', here)).to.deep.equal([...times(2, 'unauthorized'), ...times(2, 'rate_limited')]);
    expect(await knock('sesame', here), 'which a known network does not help').to.equal('rate_limited');
    expect(await knocks(9, 'sesame', here, device)).to.deep.equal(times(9, 'ok'));
    expect(await knocks(5, 'wrong', here, device), 'but not for ever').to.deep.equal([
      ...times(3, 'unauthorized'),
      ...times(2, 'rate_limited'),
    ]);
    expect(await knock('sesame', here, device)).to.equal('rate_limited');
    expect(await knock('sesame', '192.0.2.9'), 'elsewhere').to.equal('ok');
  });

  it('count an IPv6 client by its /64', async () => {
    const { knock, knocks } = door([{ name: 'junk', times: 2, by: 'address', counts: 'refusals' }]);
    expect(await knocks(2, 'junk', '2001:db8::1')).to.deep.equal(times(2, 'unauthorized'));
    expect(await knock('junk', '2001:db8::ffff:2')).to.equal('rate_limited');
    expect(await knock('junk', '2001:db8:0:1::1')).to.equal('unauthorized');
  });

  it('that keep a call waiting do not make what is known of its caller any younger', async () => {
    let now = 1_000;
    const asked: unknown[] = [];
    const { invoker } = workbench({
      now: () => now,
      limits: {
        take: async () => {
          now += 1_500;
        },
        giveBack: async () => {},
      },
      guard: {
        needs: [],
        levels: {},
        authenticate: () => Promise.reject(new Error('nobody signs in')),
        authorize: async (_ports, _access, _caller, _data, at, since) => void asked.push({ at, since }),
      },
    });
    const fn = define.single({
      ...{ name: 'slow', access: 'anybody', needs: [], summary: 'Waits to be counted.', input: Type.Object({}) },
      limits: [{ name: 'slow', times: 1, perSeconds: 1, by: 'address' }],
      handle: () => ({}),
    });
    await invoker.invoke({ binding: { trigger: http.post('/slow'), fn }, data: {} }).result;
    expect(asked).to.deep.equal([{ at: 2_500, since: 1_000 }]);
  });
});
