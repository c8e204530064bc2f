/**
 * One connection to the broker's cluster that is opened again whenever it breaks, over the nodes in turn.
 * A broker that blocks it (memory or disk alarm) counts as down, though the connection stands.
 */
import type { SocketConstructorOpts } from 'node:net';
import { type ChannelModel, connect, type SocketOptions } from 'amqplib';
import type { Log } from '../../contract/function.js';
import type { PartState } from '../../contract/ports.js';
import { login } from './login.js';
import { settleWithin } from './settle-within.js';
import { CONNECTION_LOST, messageOf, type Supervised, supervise } from './supervise.js';

const CONNECT_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 1_000;

/** A broker that falls silent is given up after two to three of these. */
const HEARTBEAT_S = '5';

export interface LinkOptions {
  readonly urls: readonly string[];
  /** What the broker's tools show it as. */
  readonly name: string;
  readonly log: Log;
  readonly onBlocked?: (blocked: boolean) => void;
}

function withHeartbeat(text: string): string {
  const url = new URL(text);
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', HEARTBEAT_S);
  return url.href;
}

export function openLink({ urls, name, log, onBlocked }: LinkOptions): Supervised<ChannelModel> {
  // Replicas that start together begin at different nodes.
  let turn = Math.floor(Math.random() * urls.length);
  let blocked: string | undefined;

  /** What destroys the TCP connection: amqplib hands its options on to node:net, which takes a signal. */
  const sockets = new WeakMap<ChannelModel, AbortController>();

  async function close(connection: ChannelModel): Promise<void> {
    await settleWithin(CLOSE_TIMEOUT_MS, connection.close());
    // amqplib waits for a broker that may be silent for good, its heartbeat beating; the end of its socket makes it let go.
    sockets.get(connection)?.abort();
  }

  function block(reason: string | undefined): void {
    if (reason !== undefined) log.warn({ what: name, reason }, 'the broker blocks publishing');
    else if (blocked !== undefined) log.info({ what: name }, 'the broker takes messages again');
    blocked = reason;
    onBlocked?.(reason !== undefined);
  }

  const link = supervise<ChannelModel>({
    what: name,
    log,
    async open(broke) {
      const url = urls[turn++ % urls.length] ?? '';
      const socket = new AbortController();
      const options: SocketOptions & Pick<SocketConstructorOpts, 'signal'> = {
        noDelay: true,
        keepAlive: true,
        timeout: CONNECT_TIMEOUT_MS,
        ...login(url),
        clientProperties: { connection_name: name },
        signal: socket.signal,
      };
      const connection = await connect(withHeartbeat(url), options);
      sockets.set(connection, socket);
      connection.on('error', error => broke(messageOf(error)));
      connection.on('close', error => broke(error === undefined ? CONNECTION_LOST : messageOf(error)));
      connection.on('blocked', block);
      connection.on('unblocked', () => block(undefined));
      block(undefined);
      log.info({ what: name, host: new URL(url).host }, 'connected to the broker');
      return connection;
    },
    close,
  });
  const state = (): PartState =>
    link.state() === 'up' && blocked !== undefined
      ? { down: `${name}: blocked by the broker: ${blocked}` }
      : link.state();
  return { ...link, state };
}
