/** What strangers, and people who do not read, can try to make a gateway hold. Each holds on for some seconds, and tells. */
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { rawWebSocket } from '#support/raw-websocket.js';

export interface Target {
  readonly port: number;
  /** Of a person with much to read. */
  readonly token: string;
  /** A chat of theirs. */
  readonly chatId: string;
}

interface Assault {
  readonly title: string;
  /** Answers what came of it. */
  run(target: Target): Promise<string>;
}

const HOLD_MS = 8_000;
/** An address of this machine that is not the bystander's. */
const THEIRS = '127.0.0.2';
const MB = 1_000_000;

/** A connection that writes the text and whatever follows, and does not read beyond the first bytes. */
function dial(port: number, ...parts: readonly (string | Buffer)[]): { readonly socket: Socket; heard: string } {
  const socket = connect({ port, host: '127.0.0.1', localAddress: THEIRS }).on('error', () => {});
  const one = { socket, heard: '' };
  socket.once('data', bytes => {
    one.heard = bytes.toString('latin1').slice(9, 12);
    socket.pause();
  });
  for (const part of parts) socket.write(part);
  return one;
}

async function held(all: readonly ReturnType<typeof dial>[]): Promise<string> {
  await pause(HOLD_MS);
  const counts = new Map<string, number>();
  for (const { socket, heard } of all) {
    const came = heard || (socket.destroyed ? 'closed' : 'held');
    counts.set(came, (counts.get(came) ?? 0) + 1);
  }
  return [...counts].map(([came, times]) => `${times} ${came}`).join(', ');
}

const many = <Made>(count: number, make: (n: number) => Made): Made[] =>
  Array.from({ length: count }, (_, n) => make(n));
const head = (line: string, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'host: x', ...headers, '', ''].join('\r\n');

export const ASSAULTS: Readonly<Record<string, Assault>> = {
  bodies: {
    title: '600 bodies of 1 MB, all but the last byte, half of them of nobody',
    run({ port, token }) {
      const body = Buffer.alloc(MB - 1, ' ');
      const json = ['content-type: application/json', `content-length: ${MB}`];
      const sync = head('POST /v1/sync', ...json, `authorization: Bearer ${token}`);
      const login = head('POST /v1/auth/login', ...json);
      return held(many(600, n => dial(port, n % 2 ? sync : login, body)));
    },
  },
  sync: {
    title: '60 `sync` events of 25 MB that are not read',
    async run({ port, token }) {
      const web = await rawWebSocket(port);
      web.frame(`40${JSON.stringify({ token })}`);
      while (!web.heard().includes('40{"sid"')) await once(web.socket, 'data');
      web.socket.pause();
      for (let id = 1; id <= 60; id++) web.send(`42${id}["sync",{"cursors":{},"limit":200}]`);
      await pause(2 * HOLD_MS);
      return web.socket.destroyed ? 'closed' : 'held';
    },
  },
  history: {
    title: '150 pages of history that are not read',
    async run({ port, token, chatId }) {
      const ask = head(`GET /v1/chats/${chatId}/messages?limit=200`, `authorization: Bearer ${token}`);
      return held(many(150, () => dial(port, ask)));
    },
  },
  attachments: {
    title: '70 sockets that never join, with 9 MB of attachments each',
    async run({ port }) {
      const event = `4510-["x",${many(10, num => `{"_placeholder":true,"num":${num}}`).join(',')}]`;
      const webs = await Promise.all(many(70, () => rawWebSocket(port)));
      for (const web of webs) {
        web.frame(event);
        for (let n = 0; n < 9; n++) web.frame(Buffer.alloc(MB, 'x'));
      }
      return held(webs.map(({ socket }) => ({ socket, heard: '' })));
    },
  },
  handshakes: {
    title: '25,000 polling handshakes of one address',
    async run({ port }) {
      const agent = new Agent({ keepAlive: true, maxSockets: 40, localAddress: THEIRS });
      let [left, opened] = [25_000, 0];
      const one = () =>
        new Promise<void>(resolve => {
          const options = { port, host: '127.0.0.1', path: '/socket.io/?EIO=4&transport=polling', agent };
          get(options, answer => {
            if (answer.statusCode === 200) opened += 1;
            answer.resume().once('close', resolve);
          }).once('error', () => setTimeout(resolve, 10));
        });
      await Promise.all(
        many(40, async () => {
          while (left-- > 0) await one();
        }),
      );
      await pause(HOLD_MS / 4);
      return `${opened} opened`;
    },
  },
  idle: {
    title: '12,000 TCP connections of one address, silent or idle after a request',
    async run({ port }) {
      const ask = head('GET /health/liveness');
      const all: ReturnType<typeof dial>[] = [];
      for (let n = 0; n < 12_000; n++) {
        all.push(n % 2 ? dial(port, ask) : dial(port));
        if (n % 200 === 0) await pause(20);
      }
      return held(all);
    },
  },
};
