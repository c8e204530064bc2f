/** REST: one call, its answer or a Refusal. */
import { type Code, codeOf, type FieldError, isCode, Refusal } from './refusal.js';
import type { Wire } from './wire.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Call {
  readonly body?: unknown;
  readonly token?: string;
}

/** Rejects with a Refusal only. An answer without a body is undefined. */
export type Rest = <Reply>(method: Method, path: string, call?: Call) => Promise<Reply>;

const WITHIN_MS = 15_000;

export function createRest({ url, wire }: { readonly url: string; readonly wire: Wire }): Rest {
  async function request<Reply>(method: Method, path: string, { body, token }: Call): Promise<Reply> {
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const answer = await fetch(url + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(WITHIN_MS),
    }).catch(() => undefined);
    if (!answer) throw new Refusal('unavailable', 'the server cannot be reached');
    const text = await answer.text().catch(() => '');
    const json = parsed(text);
    if (answer.ok) return json as Reply;
    throw refusalOf(answer, json);
  }

  return (method, path, call = {}) => {
    const shown = path.startsWith('/v1/auth') ? undefined : call.body;
    return wire.timed('asked', `${method} ${path}`, shown, request(method, path, call));
  };
}

/** What an answer says that is no success. */
export async function refusalIn(answer: Response): Promise<Refusal> {
  return refusalOf(answer, parsed(await answer.text().catch(() => '')));
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Problem details (RFC 9457), as far as there are any: what stands in between may answer as it likes. */
function refusalOf({ status, headers }: Response, body: unknown): Refusal {
  const {
    code: given,
    detail,
    errors,
  } = (body ?? {}) as {
    code?: unknown;
    detail?: string;
    errors?: readonly FieldError[];
  };
  const code: Code = isCode(given) ? given : codeOf(status);
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  return new Refusal(code, detail ?? `the server answered ${status}`, {
    ...(errors && { errors }),
    ...(retryAfter > 0 && { retryAfterMs: retryAfter * 1000 }),
  });
}
