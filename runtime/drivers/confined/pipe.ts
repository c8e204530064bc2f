/**
 * Bytes between a process and its confined child, beside their words: as part of a message they would be copied four times
 * more. What is announced is read at once, so that no others come meanwhile.
 */
import { read, write } from 'node:fs';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';

/** Where the child finds its end, after its own channel for words. */
export const PIPE_FD = 4;
/** More are not announced at once. */
export const MOST_BYTES = 16 * 1024 * 1024;

/**
 * An answer of bytes that are not in one place; who asked hears them as one.
 *
 * @example
 * import { Pieces } from 'function-runtime/drivers/confined/pipe';
 *
 * const answer = new Pieces([Uint8Array.of(1), Uint8Array.of(2, 3)]);
 */
export class Pieces {
  constructor(readonly list: readonly Uint8Array[]) {}
}

/** Undefined where an answer is no bytes. */
export const piecesOf = (answer: unknown): readonly Uint8Array[] | undefined =>
  answer instanceof Pieces ? answer.list : answer instanceof Uint8Array ? [answer] : undefined;

export const sizeOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

export interface BytesPipe {
  write(pieces: readonly Uint8Array[]): void;
  /** Rejects where that many are not announced at once, or others come, or the other end is gone. */
  read(count: number): Promise<Uint8Array>;
}

/** The parent's end, which waits for nobody. */
export function socketPipe(socket: Duplex): BytesPipe {
  // Who reads hears of the end of the other process, and who writes by its words.
  socket.on('error', () => {});
  return {
    write(pieces) {
      for (const piece of pieces) socket.write(piece);
    },
    async read(count) {
      const bytes = roomFor(count);
      for (let at = 0; at < count; ) {
        const chunk: Buffer | null = socket.read();
        if (chunk) {
          bytes.set(chunk, at);
          at += chunk.length;
        } else if (socket.closed) throw new Error('the bytes broke off');
        else await changed(socket);
      }
      return bytes;
    },
  };
}

const [readSome, writeSome] = [promisify(read), promisify(write)];

/** The child's end: it blocks, in a thread that has nothing else to do, and takes bytes straight to their place. */
export function blockingPipe(fd: number): BytesPipe {
  async function writeAll(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; )
        at += (await writeSome(fd, piece, at, piece.length - at, null)).bytesWritten;
    }
  }
  return {
    // Whoever does not read them is gone, and hears no word either.
    write: pieces => void writeAll(pieces).catch(() => {}),
    async read(count) {
      const bytes = roomFor(count);
      for (let at = 0; at < count; ) {
        const { bytesRead } = await readSome(fd, bytes, at, count - at, null);
        if (bytesRead === 0) throw new Error('the bytes broke off');
        at += bytesRead;
      }
      return bytes;
    },
  };
}

function roomFor(count: number): Buffer {
  if (!(count >= 0 && count <= MOST_BYTES)) throw new Error(`${count} bytes are announced`);
  return Buffer.allocUnsafeSlow(count);
}

function changed(socket: Duplex): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      socket.off('readable', done).off('close', done);
      resolve();
    };
    socket.on('readable', done).on('close', done);
  });
}
