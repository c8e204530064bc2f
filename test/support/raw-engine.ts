/** A connection of Engine.IO over either transport, packet by packet, without a client library. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { frame, frameReader } from './websocket-wire.js';

export type Packet = string | Buffer;

export interface RawEngine {
  /** All in one go: frames of one write, or one request. */
  send(...packets: Packet[]): void;
  /** Every packet that came, as text. */
  readonly heard: readonly string[];
  /** Whether the server has ended it. */
  readonly ended: boolean;
  close(): void;
}

const PATH = '/socket.io/?EIO=4&transport=';
const SEPARATOR = '\x1e';
const BINARY = 2;

export type Dial = (port: number) => RawEngine;

export const dialWebSocket =
  (query = ''): Dial =>
  port => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    const heard: string[] = [];
    const state = { upgraded: false, ended: false };
    const reader = frameReader(
      text => heard.push(text),
      pong => socket.write(pong),
      () => socket.end(),
    );
    let head = Buffer.alloc(0);
    socket.on('close', () => {
      state.ended = true;
    });
    socket.on('data', bytes => {
      if (state.upgraded) return reader.read(bytes);
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      state.upgraded = true;
      if (head.toString().startsWith('HTTP/1.1 101')) reader.read(head.subarray(end + 4));
    });
    socket.write(
      `GET ${PATH}websocket${query} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
        'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    return {
      heard,
      get ended() {
        return state.ended;
      },
      send: (...packets) =>
        void socket.write(
          Buffer.concat(packets.map(each => frame(each, typeof each === 'string' ? {} : { opcode: BINARY }))),
        ),
      close: () => void socket.destroy(),
    };
  };

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Sending {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** One request of polling; `query` follows the transport. */
export function poll(port: number, query = '', { method = 'GET', body, headers = {} }: Sending = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path: `${PATH}polling${query}`, method, headers, agent: AGENT });
    sent.on('error', reject).on('response', (answer: IncomingMessage) => {
      let text = '';
      answer.setEncoding('utf8').on('data', part => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.end(body);
  });
}

const AGENT = new Agent({ keepAlive: false });

export const dialPolling: Dial = port => {
  const heard: string[] = [];
  const state = { ended: false };
  let sid = '';
  let sending: Promise<unknown> = Promise.resolve();

  async function listen(): Promise<void> {
    while (!state.ended) {
      const answer = await poll(port, sid && `&sid=${sid}`).catch(() => undefined);
      if (answer?.status !== 200) state.ended = true;
      else heard.push(...answer.text.split(SEPARATOR));
      sid ||= /"sid":"([^"]+)"/.exec(answer?.text ?? '')?.[1] ?? '';
    }
  }
  const listening = listen();
  return {
    heard,
    get ended() {
      return state.ended;
    },
    send(...packets) {
      const body = packets
        .map(each => (typeof each === 'string' ? each : `b${each.toString('base64')}`))
        .join(SEPARATOR);
      sending = sending.then(() => poll(port, `&sid=${sid}`, { method: 'POST', body })).catch(() => {});
    },
    close() {
      if (!state.ended) this.send('1');
      void listening;
    },
  };
};
