/** Bodies that are handed over as they come, chunk by chunk: the connection is read no faster than the function takes them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Body } from '../../contract/bytes.js';
import { Failure } from '../../contract/failure.js';
import type { BytesBody } from '../../contract/trigger.js';
import { deferred } from '../../deferred.js';
import type { Bounds } from '../bounds/bounds.js';
import { tooLarge } from '../request/body.js';
import { Patience } from './pace.js';

/**
 * Throws Failure `unsupported` or `too_large` where the headers say so, and as `bounds.check`. What it has read of the body
 * and the function has not taken yet counts for the owner until the request is answered.
 */
export function byteBody(
  request: IncomingMessage,
  response: ServerResponse,
  { maxBytes, type: taken }: BytesBody,
  { owner, bounds }: { readonly owner: string; readonly bounds: Bounds },
): Body {
  const { headers } = request;
  const type = headers['content-type'] ?? 'application/octet-stream';
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity')
    throw new Failure('unsupported', 'a compressed body is not taken');
  if (taken !== undefined && essenceOf(type) !== taken) throw new Failure('unsupported', `the body must be ${taken}`);
  const length = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : undefined;
  if (length !== undefined && length > maxBytes) throw tooLarge(maxBytes);

  let inHand = 0;
  const grew = bounds.holdStream(owner, response, () => request.readableLength + inHand);

  async function* read(): AsyncGenerator<Uint8Array> {
    // The answer goes over the same connection: leaving the body must not end it.
    const chunks: AsyncIterator<Buffer> = request.iterator({ destroyOnReturn: false });
    const patience = new Patience(bounds.pace);
    let size = 0;
    try {
      for (;;) {
        const { done, value } = await next(chunks, patience, bounds.pace.idleMs);
        if (done) return;
        size += value.length;
        if (size > maxBytes) throw tooLarge(maxBytes);
        patience.moved(value.length);
        inHand = value.length;
        grew(inHand);
        await bounds.chunkTurn();
        yield value;
        inHand = 0;
      }
    } finally {
      inHand = 0;
      // Not waited for: it comes after what did not come. What is left runs dry: the next request comes behind it.
      const runDry = () => request.resume();
      void chunks.return?.().then(runDry, runDry);
    }
  }
  return { type, ...(length !== undefined && { length }), bytes: read() };
}

const essenceOf = (type: string): string => (type.split(';', 1)[0] ?? '').trim().toLowerCase();

async function next(
  chunks: AsyncIterator<Buffer>,
  patience: Patience,
  idleMs: number,
): Promise<IteratorResult<Buffer>> {
  const { promise: late, reject } = deferred<never>();
  const giveUp = () => reject(new Failure('invalid', 'the body does not go on, or too slowly'));
  const coming = chunks.next().catch(cause => {
    throw new Failure('invalid', 'the body broke off', { cause });
  });
  return patience.wait(Promise.race([coming, late]), giveUp, idleMs);
}
