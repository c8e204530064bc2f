/** CloudEvents over HTTP: `POST /` runs the service's function for each event's type, and answers as the contract says. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Mode, type Parsed, parseHttp } from '../cloudevents/http.js';
import { type HttpMessage, toBatch, toHttp, toStructured } from '../cloudevents/write.js';
import type { Event } from '../contract/event.js';
import { Failure } from '../contract/failure.js';
import type { Binding } from '../contract/service.js';
import { type Resolution, type RunBatch, validate } from '../core/batch.js';
import { CODES } from '../core/codes.js';
import { end, refuse } from './answer.js';
import { announcedBytes, BODY_LIMIT, type Bounds, createBounds } from './bounds/bounds.js';
import { brings } from './request/bearer.js';
import { readBody, takeLittle } from './request/body.js';

export function createReceiver(options: {
  bindings: readonly Binding[];
  runBatch: RunBatch;
  newId: () => string;
  source: string;
  /** What senders must bring as a bearer token. Undefined: the network decides who can send, and all who can may. */
  token?: string;
  /** Of bodies. Default: as if no others came to the process. */
  bounds?: Bounds;
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const functions = new Map(
    options.bindings.flatMap(({ trigger, fn }) => (trigger.kind === 'event' ? [[trigger.type, fn] as const] : [])),
  );

  const { bounds = createBounds() } = options;
  const maySend = options.token === undefined ? () => true : brings(options.token);

  /** Consecutive events of one function are one batch, so that order holds and neighbours travel together. */
  async function run(events: readonly Event[]): Promise<readonly Resolution[]> {
    const [only] = events;
    if (only && events.length === 1) return runAll(only.type, events);
    const resolutions: Resolution[] = [];
    for (let start = 0; start < events.length; ) {
      const type = events[start]?.type ?? '';
      let end = start + 1;
      while (end < events.length && events[end]?.type === type) end++;
      const done = await runAll(type, events.slice(start, end));
      resolutions.push(...done);
      start += done.length;
    }
    return resolutions;
  }

  /** Events of one type; resolutions of the first of them at least. */
  function runAll(type: string, events: readonly Event[]): Promise<readonly Resolution[]> {
    const fn = functions.get(type);
    if (!fn) throw new Error(`no function for ${type}`);
    return options.runBatch(fn, events, { system: 'http', name: type });
  }

  /** Nothing runs unless every event of the request can. */
  function accept({ events }: Parsed): readonly Event[] {
    for (const event of events as readonly Event[]) {
      const fn = functions.get(event.type);
      if (!fn) throw new Refusal(404, new Failure('not_found', `no function here takes events of type ${event.type}`));
      const fault = validate(fn, event);
      if (fault) throw new Refusal(422, fault);
    }
    return events as readonly Event[];
  }

  function replyTo(event: Event, reply: unknown): object {
    const type = functions.get(event.type)?.replyType ?? `${event.type}.reply`;
    return {
      specversion: '1.0',
      id: options.newId(),
      source: options.source,
      type,
      datacontenttype: 'application/json',
      data: reply,
    };
  }

  /** As much as the body says that it has, and else what has come of it. Gives what is to hear of each chunk. */
  function held(request: IncomingMessage, response: ServerResponse): ((bytes: number) => void) | undefined {
    const announced = announcedBytes(request);
    try {
      const more = bounds.holdBody(bounds.ownerOf(request), announced ?? 0, response);
      return announced === undefined ? more : undefined;
    } catch (thrown) {
      const failure = Failure.from(thrown);
      throw new Refusal(CODES[failure.code].event, failure);
    }
  }

  return async (request, response) => {
    if (request.method === 'OPTIONS') return allowWebhook(request, response);
    try {
      if (!maySend(request))
        throw new Refusal(401, new Failure('unauthorized', 'events need the bearer token of EVENTS_TOKEN'));
      const parsed = await parsed400(request, () => held(request, response));
      const events = accept(parsed);
      const resolutions = await run(events);
      const replies: object[] = [];
      for (const [at, resolution] of resolutions.entries()) {
        const { failure } = resolution;
        if (failure) throw new Refusal(CODES[failure.code].event, failure);
        if (resolution.is === 'ok' && resolution.reply !== undefined)
          replies.push(replyTo(events[at] as Event, resolution.reply));
      }
      answer(response, parsed.mode, replies);
    } catch (thrown) {
      const failure = thrown instanceof Refusal ? thrown.failure : Failure.from(thrown);
      refuse(response, failure, thrown instanceof Refusal ? thrown.status : 500);
    }
  };
}

/**
 * Whoever asks may send, as often as it likes: what it sends is judged by its token, which this request need not bring.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#42-validation-response
 */
function allowWebhook(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const { 'webhook-request-origin': origin, 'webhook-request-rate': rate } = request.headers;
  const allowed = [
    'webhook-allowed-origin',
    String(origin),
    ...(rate === undefined ? [] : ['webhook-allowed-rate', '*']),
  ];
  end(response, 200, ['allow', 'POST', ...allowed]);
}

/** A failure with the status that this binding gives it. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly failure: Failure,
  ) {
    super(failure.message);
  }
}

/** `hold` is called before a body is read that is to be counted; what it gives hears of each chunk. */
async function parsed400(request: IncomingMessage, hold: () => ((bytes: number) => void) | undefined): Promise<Parsed> {
  try {
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    if (encoding.toLowerCase() !== 'identity') throw new Failure('unsupported', 'a compressed body is not taken');
    // A body that came with the headers is there after that.
    await undefined;
    const body = takeLittle(request) ?? (await readBody(request, BODY_LIMIT, hold()));
    return parseHttp(request.headers, body);
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown;
    const failure = Failure.from(thrown);
    throw new Refusal(failure.code === 'too_large' ? 413 : failure.code === 'unsupported' ? 415 : 400, failure);
  }
}

function answer(response: ServerResponse, mode: Mode, replies: readonly object[]): void {
  const [only] = replies;
  if (only)
    told(response, mode === 'batch' ? toBatch(replies) : mode === 'structured' ? toStructured(only) : toHttp(only));
  else end(response, 204, []);
}

function told(response: ServerResponse, { headers, body }: HttpMessage): void {
  const lines: string[] = [];
  for (const name in headers) lines.push(name, headers[name] as string);
  end(response, 200, lines, body);
}
