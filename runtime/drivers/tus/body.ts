/** A body on its way to the store: what breaks off has an end there, so that what came of it is kept. */
import { createHash, type Hash } from 'node:crypto';
import type { Body } from '../../contract/bytes.js';
import { Failure } from '../../contract/failure.js';

export interface Passing {
  readonly bytes: AsyncGenerator<Uint8Array>;
  /** What it ended with instead of its end. */
  readonly failure: Failure | undefined;
  /** In hexadecimal, of what has passed; so many bytes that is. */
  digest(): { readonly sha256: string; readonly size: number };
}

/** `mayPass` is asked for each chunk: the first that may not is the end. */
export function passing({ bytes }: Pick<Body, 'bytes'>, mayPass: () => boolean): Passing {
  const hash: Hash = createHash('sha256');
  let size = 0;
  let failure: Failure | undefined;
  async function* pass(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of bytes) {
        if (!mayPass()) {
          failure = new Failure('conflict', 'somebody else goes on with this upload');
          return;
        }
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    } catch (thrown) {
      failure = Failure.from(thrown);
    }
  }
  return {
    bytes: pass(),
    get failure() {
      return failure;
    },
    digest: () => ({ sha256: hash.copy().digest('hex'), size }),
  };
}
