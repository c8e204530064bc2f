/**
 * Takes from the TCP stream under a WebSocket what was of use to the request that it began with. The listeners that it
 * has left are those of `ws`.
 */
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

export type TcpStream = Socket;

interface Answering {
  readonly answer: EventEmitter;
  readonly listener: () => void;
}

/** Of each WebSocket what its answer's end is heard with. */
const answering = new WeakMap<TcpStream, Answering>();

/** Engine.IO gives the middleware of an upgrade something that is no answer, and listens to the stream for it. */
export function noteAnswer(answer: object): void {
  const { socket } = answer as { socket?: TcpStream };
  if (answer.constructor.name !== 'WebSocketResponse' || !(answer instanceof EventEmitter) || !socket) return;
  const listener = socket.rawListeners?.('close').at(-1);
  if (listener) answering.set(socket, { answer, listener: listener as () => void });
}

export function slimStream(stream: TcpStream): void {
  const noted = answering.get(stream);
  answering.delete(stream);
  if (noted?.answer.listenerCount('close') === 0) stream.removeListener('close', noted.listener);
  // Node's own, which does nothing where a stream may be half open.
  const [ended] = stream.listeners('end');
  if (stream.allowHalfOpen && ended?.name === 'onReadableStreamEnd') stream.removeListener('end', ended as () => void);
}

/** By which ws notes on a stream what reads it. Private there: it is found by its name. */
let mark: symbol | undefined;

export function webSocketOf<Web>(stream: TcpStream): Web | undefined {
  mark ??= Object.getOwnPropertySymbols(stream).find(({ description }) => description === 'websocket');
  return mark && (stream as unknown as Record<symbol, Web | undefined>)[mark];
}
