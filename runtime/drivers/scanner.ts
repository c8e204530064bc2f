/**
 * A scanner of files behind HTTP, as bridges to virus scanners are: the bytes are posted to it. It is the operator's, who names
 * it: its address is asked as it stands.
 */
import { Failure } from '../contract/failure.js';
import type { FileScanner } from '../contract/ports/scanner.js';

const TIMEOUT_MS = 120_000;
/** Its answer is a verdict, and no more is read. */
const MOST_ANSWER_BYTES = 64 * 1024;

/**
 * Posts each file's bytes to this URL as `application/octet-stream`. Harmful is what is answered with 406, or with a 2xx whose JSON
 * has `"infected": true` (also as `is_infected`, wherever it stands in it); clean what is answered with any other 2xx. Whatever else happens is
 * no verdict: Failure `unavailable`.
 *
 * @example
 * import { httpScanner } from 'function-runtime/drivers/scanner';
 *
 * const { isClean } = httpScanner('http://scanner:3310/scan');
 */
export function httpScanner(url: string): FileScanner {
  return {
    async isClean({ size, read }) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/octet-stream' },
        body: ReadableStream.from(read(0, size)) as ReadableStream<Uint8Array>,
        duplex: 'half',
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      } as RequestInit).catch(away);
      const answer = await beginningOf(response).catch(away);
      if (response.status === 406) return false;
      if (!response.ok) throw new Failure('unavailable', `the scanner of files answers ${response.status}`);
      return !/"(is_)?infected"\s*:\s*true/i.test(answer);
    },
  };
}

function away(cause: Error): never {
  throw new Failure('unavailable', 'the scanner of files does not answer', { cause });
}

async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MOST_ANSWER_BYTES) break;
  }
  return text;
}
