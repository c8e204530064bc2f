/**
 * One event to the sink, as a CloudEvent over HTTP in structured mode, again and again while the sink cannot take it.
 * https://github.com/knative/specs/blob/main/specs/eventing/data-plane.md
 */
import { setTimeout as pause } from 'node:timers/promises';
import { modeOf, parseHttp } from '../../cloudevents/http.js';
import { toStructured } from '../../cloudevents/write.js';
import type { Event } from '../../contract/event.js';
import { type Code, Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import { backoffMs } from '../../core/backoff.js';
import { CODES, type Problem } from '../../core/codes.js';

const RETRY = { firstMs: 25, mostMs: 400 };

/** What may be over in a moment: a timeout, a conflict, too early, too many. So may be whatever is the server's fault. */
const PASSING = [408, 409, 425, 429];

type Posted =
  /** Safe at the sink; with the answer's data when that is the reply to this event. */
  | { readonly is: 'taken'; readonly reply?: unknown }
  /** 404: this sink has nobody for events of this type. */
  | { readonly is: 'unknown' }
  /** The function that the sink gave it to refuses what it asks for, as it would off a queue. */
  | { readonly is: 'answered'; readonly failure: Failure }
  /** The sink will never take this event. */
  | { readonly is: 'refused'; readonly failure: Failure };

/** Rejects with Failure `unavailable` when the signal comes first; the event may have arrived nevertheless. */
export type Post = (event: Event, signal: AbortSignal) => Promise<Posted>;

export function createPost({ url, log }: { readonly url: string; readonly log: Log }): Post {
  let away = false;

  function isAway(now: boolean, trouble: object): void {
    if (now && !away) log.warn(trouble, 'the sink takes no events; trying on');
    if (!now && away) log.info({}, 'the sink takes events again');
    away = now;
  }

  /** Undefined when it is to be tried again. */
  async function attempt(event: Event, signal: AbortSignal): Promise<Posted | undefined> {
    let answer: SinkResponse;
    try {
      answer = await request(url, event, signal);
    } catch (error) {
      if (!signal.aborted) isAway(true, { code: codeOf(error) });
      return undefined;
    }
    const { status } = answer;
    const passing = status >= 500 || PASSING.includes(status);
    isAway(passing, { status });
    if (passing) return undefined;
    if (status === 404) return { is: 'unknown' };
    if (status >= 200 && status < 300) return { is: 'taken', ...replyIn(answer, event) };
    const failure = failureIn(answer);
    if (failure) return { is: 'answered', failure };
    log.error({ status, type: event.type, id: event.id }, 'the sink refuses an event');
    return { is: 'refused', failure: new Failure('internal', `the sink refuses the event with ${status}`) };
  }

  return async (event, signal) => {
    for (let tried = 0; !signal.aborted; tried++) {
      const posted = await attempt(event, signal);
      if (posted) return posted;
      await pause(backoffMs(tried, RETRY), undefined, { signal }).catch(() => undefined);
    }
    throw new Failure('unavailable', 'the sink did not take the event in time');
  };
}

interface SinkResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A redirection is an answer like any other: whoever configures the sink says where it is. */
async function request(url: string, event: Event, signal: AbortSignal): Promise<SinkResponse> {
  const { headers, body } = toStructured(event);
  const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
  // Read to its end even when nobody wants it: only then is the connection free for the next event.
  const answer = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, headers: Object.fromEntries(response.headers), body: answer };
}

/** The event that a function answers bears the type of the one it was called with; any other is not meant for us. */
function replyIn({ status, headers, body }: SinkResponse, event: Event): { reply?: unknown } {
  if (status !== 200 || modeOf(headers) === undefined) return {};
  try {
    const [only] = parseHttp(headers, body).events;
    return only?.type === `${event.type}.reply` ? { reply: only.data } : {};
  } catch {
    return {};
  }
}

const FAILED = CODES.invalid.event;

/**
 * Problem details with a final code, as our services answer what they refuse. Nothing else that a sink says is passed on.
 */
function failureIn({ status, headers, body }: SinkResponse): Failure | undefined {
  if (status !== FAILED || !headers['content-type']?.startsWith('application/problem+json')) return undefined;
  try {
    const { code, detail, errors, current } = JSON.parse(new TextDecoder().decode(body)) as Partial<Problem>;
    if (typeof detail !== 'string' || !isFinalCode(code)) return undefined;
    return new Failure(code, detail, {
      ...(Array.isArray(errors) && { errors }),
      ...(current !== undefined && { current }),
    });
  } catch {
    return undefined;
  }
}

const isFinalCode = (code: string | undefined): code is Code =>
  code !== undefined && Object.hasOwn(CODES, code) && CODES[code as Code].queue === 'dead';

const codeOf = (error: unknown): string | undefined =>
  ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;
