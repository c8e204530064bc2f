/** Bad input over a socket: an acknowledgement with the right code, or silence where there is nobody to tell; never a crash. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { send } from '../../support/people.js';
import type { Message } from '../../support/shapes.js';
import { NOBODY, type Scene, scene } from './scene.js';
import { type Witness, witness } from './witness.js';

type Attempt = readonly [what: string, event: string, args: (scene: Scene) => unknown[], code: string];

const sending = (what: string, change: object, code = 'invalid'): Attempt => [
  `a message with ${what}`,
  'message:send',
  ({ chat }) => [{ chatId: chat.id, clientId: randomUUID(), body: 'text', ...change }],
  code,
];
const marking = (event: string, seq: unknown): Attempt => [
  `${event} at ${JSON.stringify(seq)}`,
  event,
  ({ chat }) => [{ chatId: chat.id, seq }],
  'invalid',
];

const ids = (count: number) => Array.from({ length: count }, () => randomUUID());

const ATTEMPTS: readonly Attempt[] = [
  ['no payload', 'message:send', () => [], 'invalid'],
  ['null', 'message:send', () => [null], 'invalid'],
  ['text', 'message:send', () => ['hello'], 'invalid'],
  ['a list', 'message:send', () => [[1, 2]], 'invalid'],
  ['a buffer', 'message:send', () => [Buffer.from([0, 1, 2])], 'invalid'],
  ['an empty object', 'message:send', () => [{}], 'invalid'],
  [
    'several payloads',
    'message:send',
    ({ chat }) => [{ chatId: chat.id, clientId: randomUUID(), body: 'a' }, { more: true }],
    'invalid',
  ],
  sending('an unknown field', { colour: 'red' }),
  sending('a number as body', { body: 7 }),
  sending('a buffer as body', { body: Buffer.from('text') }),
  sending('an empty body', { body: '' }),
  sending('5,000 characters', { body: 'x'.repeat(5_000) }),
  sending('4,097 astral characters', { body: '\u{1F600}'.repeat(4_097) }),
  sending('a lone surrogate', { body: 'a\ud800' }),
  sending('a NUL', { body: 'a\u0000' }),
  sending('a chat that is no id', { chatId: 'here' }),
  sending('a chat that is an object', { chatId: { toString: 'x' } }),
  sending('a chat that there is not', { chatId: NOBODY }, 'not_found'),
  ...['message:read', 'message:delivered'].flatMap(event =>
    [-1, 1.5, 2 ** 53, '1', null].map(seq => marking(event, seq)),
  ),
  ['typing that is neither on nor off', 'typing', ({ chat }) => [{ chatId: chat.id, active: 'yes' }], 'invalid'],
  ['presence of 1,000 people', 'presence:get', () => [{ userIds: ids(1_000) }], 'invalid'],
  ['presence of what is no id', 'presence:get', () => [{ userIds: ['ben'] }], 'invalid'],
  ['a sync without cursors', 'sync', () => [{}], 'invalid'],
  ['a sync from a negative seq', 'sync', () => [{ cursors: { [NOBODY]: -1 } }], 'invalid'],
  ['a renewal without token', 'auth:renew', () => [{}], 'invalid'],
  ['an unknown event', 'message:destroy', () => [{ all: true }], 'not_found'],
  ['an event named like an object’s own', 'constructor', () => [{}], 'not_found'],
  ['an event named __proto__', '__proto__', () => [{}], 'not_found'],
  ['a server’s event from a client', 'message:new', () => [{ chatId: NOBODY }], 'not_found'],
];

export function badSocket(the: () => Deployment): void {
  describe('bad input over a socket', () => {
    let here: Scene;
    let bystanders: Witness;

    before(async () => {
      [here, bystanders] = await Promise.all([scene(the()), witness(the())]);
    });

    afterEach(async () => {
      await bystanders.undisturbed();
    });

    after(() => {
      here.ann.leave();
      bystanders.leave();
    });

    for (const [what, event, args, code] of ATTEMPTS) {
      it(`${what} is refused as ${code}`, async () => {
        const ack = await here.live.emit(event, ...args(here));
        expect(ack)
          .to.have.nested.property('error.code')
          .that.is.oneOf(event === 'message:send' ? [code] : [code, 'invalid']);
        expect(ack).to.have.nested.property('error.message').that.is.a('string');
        expect(here.live.socket.connected).to.equal(true);
      });
    }

    it('events without a callback cost nobody anything', async () => {
      const { socket } = here.live;
      for (const [, event, args] of ATTEMPTS) socket.emit(event, ...args(here));
      socket.emit('message:send', { chatId: here.chat.id, clientId: randomUUID(), body: 'without a callback' });
      expect((await send(here.live, here.chat.id, 'with one')).status).to.equal('stored');
      expect(socket.connected).to.equal(true);
    });

    it('a callback that is no callback is garbage like any other', async () => {
      const { socket } = here.live;
      socket.emit('message:send', { chatId: here.chat.id, clientId: randomUUID(), body: 'x' }, 'callback');
      socket.emit(
        'message:send',
        () => {},
        () => {},
      );
      expect((await send(here.live, here.chat.id, 'still here')).status).to.equal('stored');
    });

    const large: [string, string, (scene: Scene) => object][] = [
      [
        '2 MB',
        'message:send',
        ({ chat }) => ({ chatId: chat.id, clientId: randomUUID(), body: 'x'.repeat(2_000_000) }),
      ],
      ['10,000 ids', 'presence:get', () => ({ userIds: ids(10_000) })],
    ];
    for (const [size, event, payload] of large) {
      it(`a frame of ${size} costs its sender the connection at most`, async () => {
        const other = await here.ann.connect();
        const ack = await other.emit(event, payload(here)).catch(() => undefined);
        if (ack) expect(ack).to.have.nested.property('error.code').that.is.oneOf(['too_large', 'invalid']);
        else expect(other.socket.connected).to.equal(false);
        expect(here.live.socket.connected).to.equal(true);
      });
    }

    it('packets that are no Socket.IO cost their sender the connection at most', async () => {
      for (const packet of [
        '4garbage',
        '42{"not":"a list"}',
        '451-["x",{"_placeholder":true,"num":9}]',
        '42["message:send",',
        '\u0000',
      ]) {
        const other = await here.ann.connect();
        const engine = other.socket.io.engine as unknown as { transport: { ws: { send(data: string): void } } };
        engine.transport.ws.send(packet);
        await bystanders.undisturbed();
        other.close();
      }
    });

    it('4,096 astral characters are no bad input', async () => {
      const text = '\u{1F600}'.repeat(4_096);
      const stored = await send(here.live, here.chat.id, text);
      const heard = await here.live.waitFor<Message>('message:new', ({ id }) => id === stored.id);
      expect(heard.body === text, 'byte for byte').to.equal(true);
    });
  });
}
