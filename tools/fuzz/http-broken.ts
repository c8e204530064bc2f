/** Requests whose framing is broken or which never end. Each has a connection of its own, which the server may close. */
import { choicesOf } from './choices.js';
import type { Random } from './random.js';
import type { World } from './world.js';

export interface BrokenInput {
  readonly about: string;
  readonly bytes: Buffer;
  /** The client goes away in the middle. */
  readonly cut: boolean;
  /** There is nothing wrong with it but that it is unusual: it has to be answered. */
  readonly whole: boolean;
}

const POST = 'POST /v1/auth/login HTTP/1.1\r\nhost: fuzz\r\ncontent-type: application/json\r\n';

type Breaking = (random: Random, chat: string, token: string) => string | Buffer;

const BREAKINGS: Readonly<Record<string, Breaking>> = {
  'no request line': random => random.bytes(1 + random.int(200)),
  'another protocol': random =>
    random.pick(['\x16\x03\x01\x02\x00\x01\x00', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'AMQP\0\0\x09\x01']),
  'a request line with something in it': random =>
    `GET /v1/${String.fromCharCode(random.int(256))} HTTP/1.1\r\nhost: fuzz\r\n\r\n`,
  'an odd version': random => `GET / HTTP/${random.pick(['0.9', '1.0', '1.2', '2.0', '9.9', 'x'])}\r\nhost: a\r\n\r\n`,
  'no host': () => 'GET / HTTP/1.1\r\n\r\n',
  'two hosts': () => 'GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n',
  'an absolute target': () => 'GET http://example.org/v1/users/me HTTP/1.1\r\nhost: a\r\n\r\n',
  'a connect': () => 'CONNECT example.org:443 HTTP/1.1\r\nhost: a\r\n\r\n',
  'an asterisk': () => 'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n',
  'endless headers': random =>
    `GET / HTTP/1.1\r\nhost: a\r\n${'x-a: b\r\n'.repeat(random.pick([100, 1_900, 9_000]))}\r\n`,
  'an endless path': () => `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
  'a header with something in it': random =>
    `GET / HTTP/1.1\r\nhost: a\r\nx-a${random.pick([' ', '\0', '\xff', ''])}: ${random.pick(['\0', '\x7f', '\r', '\n b'])}\r\n\r\n`,
  'a body shorter than said': () => `${POST}content-length: 100\r\n\r\n{"email":`,
  'a body longer than said': () => `${POST}content-length: 2\r\n\r\n{}{}{}GET`,
  'an odd length': random =>
    `${POST}content-length: ${random.pick(['-1', '1e3', '0x10', '99999999999999999999', '', '+5', '5, 5'])}\r\n\r\n{}`,
  'two lengths': () => `${POST}content-length: 2\r\ncontent-length: 3\r\n\r\n{} `,
  'a length beside chunks': () => `${POST}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  'an odd encoding of the transfer': random =>
    `${POST}transfer-encoding: ${random.pick(['gzip', 'chunked, chunked', 'identity', ' chunked', 'xchunked'])}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  'a broken chunk': random =>
    `${POST}transfer-encoding: chunked\r\n\r\n${random.pick(['zz\r\n{}', '-1\r\n', 'ffffffffffffffffff\r\n{}', '2\r\n{}x', '2;a="\r\n{}\r\n'])}`,
  'chunks without end': random => `${POST}transfer-encoding: chunked\r\n\r\n${'1\r\n \r\n'.repeat(random.int(500))}`,
  'a broken trailer': () => `${POST}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n:\0\r\n\r\n`,
  'an expectation': random => `${POST}expect: ${random.pick(['100-continue', 'a'])}\r\ncontent-length: 2\r\n\r\n{}`,
  'an upgrade to nothing': random =>
    `GET ${random.pick(['/', '/v1/users/me', '/socket.io', '/socket.io/?EIO=9', 'http://a/', 'http://a/socket.io/?EIO=4'])} HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: ${random.pick(['h2c', 'websocket', '', 'x'])}\r\n\r\n`,
  'a handshake with a wrong key': random =>
    `GET /socket.io/?EIO=4&transport=websocket${random.pick(['', '&sid=x', '&sid=__proto__', '&EIO=3', '&transport=polling'])} HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: ${random.pick(['13', '8', 'x'])}\r\nsec-websocket-key: ${random.pick(['', 'a', 'AAAAAAAAAAAAAAAAAAAAAA=='])}\r\n\r\n`,
  'a message cut off': (_, chat, token) =>
    `POST /v1/chats/${chat}/messages HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"clientId":"a","body":"b`,
  'an event cut off': () =>
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/cloudevents+json\r\ncontent-length: 500\r\n\r\n{"specversion":',
  'a request whose answer nobody waits for': (_, chat, token) =>
    `GET /v1/chats/${chat}/messages HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\n\r\n`.repeat(5),
};

const WHOLE: ReadonlySet<string> = new Set([
  'an absolute target',
  'a connect',
  'an asterisk',
  'an expectation',
  'an upgrade to nothing',
  'a handshake with a wrong key',
  'a request whose answer nobody waits for',
]);

const KINDS = Object.keys(BREAKINGS);

export function brokenInput(world: World, random: Random): BrokenInput {
  const about = random.pick(KINDS);
  const choices = choicesOf(world, random);
  const made = BREAKINGS[about]!(random, choices.chatId(), choices.actor.token);
  return {
    about,
    bytes: Buffer.isBuffer(made) ? made : Buffer.from(made, 'latin1'),
    cut: random.chance(0.6),
    whole: WHOLE.has(about),
  };
}
