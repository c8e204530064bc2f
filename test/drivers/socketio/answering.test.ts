/** What the socket driver answers to events, and how long credentials last. */
import { once } from 'node:events';
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import { until } from '../../support/eventually.js';
import { callerOf } from '../../support/gateway.js';
import { type RawWebSocket, rawWebSocket } from '../../support/raw-websocket.js';
import { type Ack, ask, stage } from './stage.js';

describe('socket.io driver', () => {
  const the = stage();

  describe('answering', () => {
    it('acknowledges with the reply, or with nothing', async () => {
      the.gateway.invoker.on('ask', ({ data }) => ({ reply: data }));
      const { client } = await the.gateway.client('ann');
      expect(await ask(client, 'ask', { a: [1, { b: null }] })).to.deep.equal({
        ok: true,
        data: { a: [1, { b: null }] },
      });
      expect(await ask(client, 'send', {})).to.deep.equal({ ok: true, data: {} });
    });

    it('acknowledges a failure by its code, and a defect without its words', async () => {
      const { client } = await the.gateway.client('ann');
      const answers = [];
      for (const thrown of [
        new Failure('invalid', 'bad', { errors: [{ path: '/a', message: 'worse' }] }),
        new Failure('unsupported', 'odd'),
        new Failure('rate_limited', 'slow', { retryAfterMs: 10 }),
        new Failure('unavailable', 'away'),
        new Error('secret'),
      ]) {
        the.gateway.invoker.on('ask', () => {
          throw thrown;
        });
        answers.push((await ask(client, 'ask', {})).error);
      }
      the.gateway.invoker.on('ask', () => ({ reply: { big: 1n } }));
      answers.push((await ask(client, 'ask', {})).error);
      const defect = { code: 'internal', message: 'something went wrong' };
      expect(answers).to.deep.equal([
        { code: 'invalid', message: 'bad', errors: [{ path: '/a', message: 'worse' }] },
        { code: 'invalid', message: 'odd' },
        { code: 'rate_limited', message: 'slow', retryAfterMs: 10 },
        { code: 'unavailable', message: 'away', retryAfterMs: 1_000 },
        defect,
        defect,
      ]);
    });

    const garbage: [string, unknown[]][] = [
      ['an unknown event', ['no:such', {}]],
      ['an event called error', ['error', {}]],
      ['an event called __proto__', ['__proto__', {}]],
      ['no payload', ['ask']],
      ['null', ['ask', null]],
      ['a list', ['ask', [{}]]],
      ['a string', ['ask', 'text']],
      ['bytes', ['ask', Buffer.from('x')]],
      ['two payloads', ['ask', {}, {}]],
    ];
    for (const [name, [event, ...args]] of garbage) {
      it(`answers ${name} with invalid, and goes on`, async () => {
        const { client } = await the.gateway.client('ann');
        const { ok, error } = await ask(client, event as string, ...args);
        expect([ok, error?.code]).to.deep.equal([false, 'invalid']);
        expect(the.named('ask')).to.have.length(0);
        expect((await ask(client, 'ask', {})).ok).to.equal(true);
      });
    }

    const empty: [string, (web: RawWebSocket) => void][] = [
      ['an event without a payload', web => web.send('42')],
      ['an event with a number and no payload', web => web.send('427')],
      ['an event of the namespace by its name, without a payload', web => web.send('42/,')],
      [
        'an event that is one attachment and nothing else',
        web => {
          web.send('451-');
          web.sendBytes(Buffer.from('x'));
        },
      ],
      ['an acknowledgement of nothing, without a payload', web => web.send('437')],
    ];
    for (const [name, say] of empty) {
      it(`outlives ${name}, and goes on with its sender and with others`, async () => {
        const bob = await the.gateway.client('bob');
        the.gateway.invoker.tokens.set('ann', callerOf('ann'));
        const web = await rawWebSocket(the.gateway.port);
        web.send('40{"token":"ann"}');
        await until(() => web.heard().includes('40{"sid"'));
        say(web);
        web.send('428["ask",{}]');
        await until(() => web.heard().includes('438[{"ok":true'));
        expect((await ask(bob.client, 'ask', {})).ok).to.equal(true);
        web.socket.destroy();
      });
    }

    it('does not carry out what comes without a callback', async () => {
      const { client } = await the.gateway.client('ann');
      client.emit('ask', {}).emit('send', {}).emit('no:such').emit('ask', 1, 2, 3);
      expect((await ask(client, 'ask', { last: true })).ok).to.equal(true);
      expect(the.gateway.invoker.calls.slice(1).map(({ data }) => data)).to.deep.equal([{ last: true }]);
    });

    it('invokes ordered events one after the other, each when the former has handed over', async () => {
      const { client } = await the.gateway.client('ann');
      let finish: () => void = () => {};
      the.gateway.invoker.on('send', () => new Promise(resolve => (finish = () => resolve({}))));
      const release = the.gateway.invoker.hold('send');
      const first = ask(client, 'send', { n: 1 });
      const second = ask(client, 'send', { n: 2 });
      await ask(client, 'ask', {});
      expect(the.named('send').map(({ data }) => data)).to.deep.equal([{ n: 1 }]);
      const finishFirst = finish;
      release();
      await until(() => the.named('send').length === 2);
      finish();
      expect((await second).ok).to.equal(true);
      finishFirst();
      expect((await first).ok).to.equal(true);
    });

    it('bounds the events of a connection that have no answer', async () => {
      await the.reopen({ maxUnanswered: 3 });
      const { client } = await the.gateway.client('ann');
      let finish: (value: object) => void = () => {};
      const held = new Promise<object>(resolve => (finish = resolve));
      the.gateway.invoker.on('ask', () => held);
      const three = [1, 2, 3].map(n => ask(client, 'ask', { n }));
      expect((await ask(client, 'send', {})).error?.code).to.equal('rate_limited');
      finish({});
      for (const each of await Promise.all(three)) expect(each.ok).to.equal(true);
      expect((await ask(client, 'send', {})).ok).to.equal(true);
    });

    it('refuses, and does not serve, what a client asks for in thousands without waiting', async () => {
      const { client } = await the.gateway.client('ann');
      const bob = await the.gateway.client('bob');
      let finish: (value: object) => void = () => {};
      const held = new Promise<object>(resolve => (finish = resolve));
      the.gateway.invoker.on('ask', ({ caller }) => (caller?.userId === 'ann' ? held : {}));
      const asked = Array.from({ length: 5_000 }, (_, n) => ask(client, 'ask', { n }));
      const answered: Ack[] = [];
      for (const each of asked) each.then(answer => answered.push(answer));
      await until(() => answered.length === 2_500);
      expect(new Set(answered.map(({ error }) => error?.code))).to.deep.equal(new Set(['rate_limited']));
      expect(answered[0]?.error).to.include({ retryAfterMs: 1_000 });
      expect(the.named('ask'), 'so many of one user at a time').to.have.length(4);
      expect((await ask(bob.client, 'ask', {})).ok).to.equal(true);
      finish({});
      expect((await Promise.all(asked)).filter(({ ok }) => ok)).to.have.length(2_500);
    });

    it('cuts off nobody but the sender of a packet that is too big, or no packet at all', async () => {
      const ann = await the.gateway.client('ann');
      const bob = await the.gateway.client('bob');
      const cut = once(ann.client as never, 'disconnect');
      ann.client.emit('ask', { text: 'x'.repeat(2_000_000) }, () => {});
      await cut;
      const web = await rawWebSocket(the.gateway.port);
      web.send('42["ask"');
      await until(() => the.gateway.server.io.engine.clientsCount === 1);
      web.socket.destroy();
      expect((await ask(bob.client, 'ask', {})).ok).to.equal(true);
    });
  });

  describe('credentials', () => {
    it('sends away whose credentials have expired, and says so', async () => {
      the.gateway.invoker.tokens.set('ann', callerOf('ann', Date.now() + 300));
      const { client, events } = await the.gateway.client('ann');
      const [reason] = await once(client as never, 'disconnect');
      expect(reason).to.equal('io server disconnect');
      expect(events).to.deep.equal([['auth:expired', {}]]);
    });

    it('refuses events from the moment of expiry', async () => {
      const expiresAt = Date.now() + 150;
      the.gateway.invoker.tokens.set('ann', callerOf('ann', expiresAt));
      const { client } = await the.gateway.client('ann');
      await until(() => Date.now() > expiresAt);
      const answer = client.emitWithAck('ask', {}) as Promise<Ack>;
      const left = once(client as never, 'disconnect').then(() => undefined);
      const first = await Promise.race([answer, left]);
      if (first) expect(first.error?.code).to.equal('unauthorized');
      expect(the.named('ask')).to.have.length(0);
    });

    it('goes on with new credentials', async () => {
      const first = Date.now() + 400;
      the.gateway.invoker.tokens.set('ann', callerOf('ann', first));
      the.gateway.invoker.on('ask', () => ({ caller: callerOf('ann', first + 3_000_000_000_000) }));
      const { client, events } = await the.gateway.client('ann');
      await ask(client, 'ask', {});
      await until(() => Date.now() > first + 1200);
      expect((await ask(client, 'send', {})).ok).to.equal(true);
      const { caller } = the.named('send')[0] ?? {};
      expect(caller?.expiresAt).to.equal(first + 3_000_000_000_000);
      expect(caller?.connection?.inRoom('user:ann')).to.equal(true);
      expect(events).to.deep.equal([]);
    });
  });
});
