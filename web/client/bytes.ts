/** Calls whose bodies are bytes, as the one who is signed in. */
import type { Account } from './account.js';
import { Refusal } from './refusal.js';
import { refusalIn } from './rest.js';
import type { Wire } from './wire.js';

interface BytesCall {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob;
  readonly signal?: AbortSignal;
  readonly withinMs?: number;
  /** Statuses besides success that are an answer, and no refusal. */
  readonly answers?: readonly number[];
}

/** `path` may be a whole address of the same server. Rejects with a Refusal only. */
export type Bytes = (method: string, path: string, call?: BytesCall) => Promise<Response>;

const WITHIN_MS = 60_000;

interface Options {
  readonly url: string;
  readonly account: Pick<Account, 'token' | 'renew'>;
  readonly wire: Wire;
}

export function createBytes({ url, account, wire }: Options): Bytes {
  async function attempt(bearer: string, method: string, path: string, call: BytesCall): Promise<Response> {
    const { headers = {}, body, signal, withinMs = WITHIN_MS, answers = [] } = call;
    const late = AbortSignal.timeout(withinMs);
    const answer = await fetch(new URL(path, url), {
      method,
      headers: { ...headers, authorization: `Bearer ${bearer}` },
      ...(body && { body }),
      signal: signal ? AbortSignal.any([signal, late]) : late,
    }).catch(() => undefined);
    if (!answer) throw new Refusal('unavailable', 'the server cannot be reached');
    if (answer.ok || answers.includes(answer.status)) return answer;
    throw await refusalIn(answer);
  }

  async function ask(method: string, path: string, call: BytesCall): Promise<Response> {
    const first = await account.token();
    return attempt(first, method, path, call).catch(async thrown => {
      if (Refusal.from(thrown).code !== 'unauthorized') throw thrown;
      return attempt(await account.renew(first), method, path, call);
    });
  }

  return (method, path, call = {}) => wire.timed('asked', `${method} ${path}`, undefined, ask(method, path, call));
}
