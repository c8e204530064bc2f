/**
 * Hears the answers to pings where they come in: each is a whole frame of a few bytes on the TCP stream. All else goes on
 * to `ws`, and so do these while it is in the middle of something; but of connections that are idle they are all that
 * comes, and on the way through two streams and three emitters each would leave a kilobyte of garbage behind.
 */
import type { Socket as TcpStream } from 'node:net';

/** Of ws, what reads frames. Private there, and there is no other way to know that it is between two of them. */
export interface Receiver {
  readonly _state: number;
  readonly _bufferedBytes: number;
  readonly _fragmented: number;
  readonly _loop: boolean;
  /** Of the frame before, in the memory of all that came with it. */
  _mask: unknown;
  _buffers: readonly unknown[];
}

/** Takes the answer that came over this stream, or says false: then it goes the usual way. */
export type TakePong = (stream: TcpStream) => boolean;
type Hear = (this: TcpStream, chunk: Buffer) => void;

/** RFC 6455, 5.2: a text of one character, masked: what it is, how long, four bytes of mask, and the character. */
const BYTES = 7;
const FINAL_TEXT = 0x81;
const MASKED_ONE = 0x81;
/** How Engine.IO marks it. */
const PONG = '3'.charCodeAt(0);

const isPong = (chunk: Buffer): boolean =>
  chunk.length === BYTES &&
  chunk[0] === FINAL_TEXT &&
  chunk[1] === MASKED_ONE &&
  ((chunk[2] as number) ^ (chunk[BYTES - 1] as number)) === PONG;

export const isBetweenFrames = (receiver: Receiver | null | undefined): boolean =>
  receiver?._state === 0 && receiver._bufferedBytes === 0 && receiver._fragmented === 0 && receiver._loop === false;

/** What it keeps of the last frame. Between frames only: otherwise it is of this one. */
export function forgetFrame(receiver: Receiver | null | undefined): void {
  if (receiver?._mask === undefined) return;
  receiver._mask = undefined;
  // A list keeps the room that it once had.
  if (receiver._buffers?.length === 0) receiver._buffers = [];
}

/** Gives what puts itself in the place of ws's listener, which is the same function for all streams. */
export function pongListener(take: TakePong): (stream: TcpStream) => void {
  const inPlaceOf = new WeakMap<Hear, Hear>();

  function listenerFor(usual: Hear): Hear {
    const known = inPlaceOf.get(usual);
    if (known) return known;
    const hear: Hear = function (chunk) {
      if (!isPong(chunk) || !take(this)) usual.call(this, chunk);
    };
    inPlaceOf.set(usual, hear);
    // Node takes a listener for the one that it has as this: so it goes when ws takes its own away.
    return Object.assign(hear, { listener: usual });
  }

  return stream => {
    const [usual, ...others] = stream.rawListeners('data') as Hear[];
    if (usual?.name !== 'socketOnData' || others.length > 0) return;
    stream.removeListener('data', usual);
    stream.on('data', listenerFor(usual));
  };
}
