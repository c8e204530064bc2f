/**
 * Bytes between a process and its confined child, beside their words: as part of a message they would be copied four times
 * more. What is announced is read at once, so that no others come meanwhile.
 */
import type { Duplex } from 'node:stream';

/** Where the child finds its end, after its own channel for words. */
export const PIPE_FD = 4;
/** More are not announced at once. */
export const MOST_BYTES = 16 * 1024 * 1024;

export interface BytesPipe {
  write(bytes: Uint8Array): void;
  /** Rejects where that many are not announced at once, or others come, or the other end is gone. */
  read(count: number): Promise<Uint8Array>;
}

export function bytesPipe(socket: Duplex): BytesPipe {
  // Who reads hears of the end of the other process, and who writes by its words.
  socket.on('error', () => {});
  return {
    write: bytes => void socket.write(bytes),
    async read(count) {
      if (!(count >= 0 && count <= MOST_BYTES)) throw new Error(`${count} bytes are announced`);
      const bytes = new Uint8Array(count);
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

function changed(socket: Duplex): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      socket.off('readable', done).off('close', done);
      resolve();
    };
    socket.on('readable', done).on('close', done);
  });
}
