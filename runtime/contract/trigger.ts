/** Triggers are plain data: what sets a function off. A driver for each kind turns the outside into invocations. */
import type { AnyEventType } from './event-type.js';
import type { Outcome } from './outcome.js';
import type { QueueSpec } from './route.js';

/**
 * The methods of routes.
 *
 * @example
 * const method: Method = 'PATCH';
 */
export type Method = 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * A route; `http` makes it. `Taken` and `Given` are members of the data and of the reply that travel as headers.
 *
 * @example
 * const trigger: HttpTrigger = { kind: 'http', method: 'GET', path: '/orders/:id' };
 */
export interface HttpTrigger<Taken extends string = string, Given extends string = string>
  extends RouteHeaders<Taken, Given> {
  readonly kind: 'http';
  readonly method: Method;
  /** An Express path. Its `:names`, the query, the body's members and the named headers together are the event's data. */
  readonly path: string;
  /** The body is bytes, which the function takes from its context; its data has no members of it. Default: JSON. */
  readonly bytes?: BytesBody;
  /** The function sees the request as it came, and answers as its protocol wants. */
  readonly raw?: RawRoute;
}

/**
 * What of the data and of the reply travels as headers, and how success is told.
 *
 * @example
 * const headers: RouteHeaders = { requestHeaders: { offset: 'Upload-Offset' }, statuses: { ok: 200 } };
 */
export interface RouteHeaders<Taken extends string = string, Given extends string = string> {
  /** Members of the data that are request headers, each by the header's name. The function sees no others. */
  readonly requestHeaders?: Readonly<Record<Taken, string>>;
  /** Members of the reply that are response headers, and not in the body. A reply of nothing else has no body. */
  readonly responseHeaders?: Readonly<Record<Given, string>>;
  /** How success is told in numbers. Default: 200, or 204 without a body; `created` 201; `accepted` 202. */
  readonly statuses?: { readonly [Status in NonNullable<Outcome['status']>]?: 200 | 201 | 202 | 204 };
}

/**
 * Which bytes a route takes.
 *
 * @example
 * const body: BytesBody = { maxBytes: 5 * 1024 * 1024, type: 'image/png' };
 */
export interface BytesBody {
  /** A larger body is answered `too_large`: before it is read when it says so, and else cut. */
  readonly maxBytes: number;
  /** The media type that it takes; another is answered `unsupported`. Default: any. */
  readonly type?: string;
}

/**
 * What is peculiar to a raw route.
 *
 * @example
 * const raw: RawRoute = { headers: { 'tus-resumable': '1.0.0' } };
 */
export interface RawRoute {
  /** Of every answer, refusals too; in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * An event of a Socket.IO client; `socket` makes it.
 *
 * @example
 * const trigger: SocketTrigger = { kind: 'socket', event: 'order:place', ordered: true };
 */
export interface SocketTrigger {
  readonly kind: 'socket';
  readonly event: string;
  /** Invocations of one connection hand over their publications in the order in which the connection sent them. */
  readonly ordered: boolean;
}

/**
 * A live connection came (before it hears or says anything), or went. `connect` runs again for a connection whose rooms
 * are in doubt, because news for it may have been missed. The data is `{connectionId}`.
 *
 * @example
 * const trigger: ConnectionTrigger = { kind: 'connection', on: 'disconnect' };
 */
export interface ConnectionTrigger {
  readonly kind: 'connection';
  readonly on: 'connect' | 'disconnect';
}

declare const TAKEN: unique symbol;

/**
 * Events off a queue; `queue` makes it.
 *
 * @example
 * const trigger: QueueTrigger = queue(queues.orders, orderPlaced, { size: 100 });
 */
export interface QueueTrigger<Taken extends AnyEventType = AnyEventType> {
  readonly kind: 'queue';
  readonly queue: string;
  /** The CloudEvent types that belong on this queue; anything else is dead-lettered. */
  readonly types: readonly string[];
  /** Items that one invocation may take. */
  readonly batch: Batch;
  /** There for the compiler alone. */
  readonly [TAKEN]?: Taken;
}

/**
 * What one invocation takes off a queue at most: items, the time to wait for more of them, and text.
 *
 * @example
 * const batch: Batch = { size: 100, lingerMs: 0, text: 64 * 1024 };
 */
export interface Batch {
  readonly size: number;
  readonly lingerMs: number;
  /** JSON text, in characters, give or take one item: everything that is made of it on its way is in memory at once. */
  readonly text: number;
}

/**
 * CloudEvents of one type over HTTP; `cloudEvent` makes it.
 *
 * @example
 * const trigger: EventTrigger = cloudEvent(orderPlaced);
 */
export interface EventTrigger<Taken extends AnyEventType = AnyEventType> {
  readonly kind: 'event';
  readonly type: string;
  /** There for the compiler alone. */
  readonly [TAKEN]?: Taken;
}

/**
 * A function in fixed intervals; `timer` makes it.
 *
 * @example
 * const trigger: TimerTrigger = { kind: 'timer', everyMs: 5_000 };
 */
export interface TimerTrigger {
  readonly kind: 'timer';
  readonly everyMs: number;
}

/**
 * What sets a function off. Plain data.
 *
 * @example
 * const isRoute = (trigger: Trigger): boolean => trigger.kind === 'http';
 */
export type Trigger = HttpTrigger | SocketTrigger | ConnectionTrigger | QueueTrigger | EventTrigger | TimerTrigger;

const route =
  (method: Method) =>
  <const Taken extends string = never, const Given extends string = never>(
    path: string,
    headers: RouteHeaders<Taken, Given> = {},
  ): HttpTrigger<Taken, Given> => {
    const { requestHeaders, responseHeaders, statuses } = headers;
    checkNames(path, Object.values(requestHeaders ?? {}), CREDENTIALS);
    checkNames(path, Object.values(responseHeaders ?? {}), FRAMING);
    return {
      ...{ kind: 'http', method, path },
      ...(requestHeaders && { requestHeaders }),
      ...(responseHeaders && { responseHeaders }),
      ...(statuses && { statuses }),
    };
  };

type MaybeBytes = ({ readonly body: 'bytes' } & BytesBody) | { readonly body?: never };

const routeWithBody =
  (method: Method) =>
  <const Taken extends string = never, const Given extends string = never>(
    path: string,
    options: RouteHeaders<Taken, Given> & MaybeBytes = {},
  ): HttpTrigger<Taken, Given> => {
    const trigger = route(method)(path, options);
    if (options.body === undefined) return trigger;
    const { maxBytes, type } = options;
    return { ...trigger, bytes: { maxBytes, ...(type !== undefined && { type }) } };
  };

interface RawOptions {
  /** Of the body. Default: it takes none. */
  readonly maxBytes?: number;
  /** As of any route that takes bytes. */
  readonly type?: string;
  /** Of every answer, refusals too. */
  readonly headers?: Readonly<Record<string, string>>;
}

function rawRoute(method: Method, path: string, { maxBytes = 0, type, headers = {} }: RawOptions = {}): HttpTrigger {
  checkNames(path, Object.keys(headers), FRAMING);
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    ...route(method)(path),
    bytes: { maxBytes, ...(type !== undefined && { type }) },
    raw: { headers: Object.fromEntries(lower) },
  };
}

/** These are the guard's, and never data. */
export const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie']);
/** These say how long a message is, and what becomes of its connection. */
export const FRAMING: ReadonlySet<string> = new Set(['connection', 'content-length', 'transfer-encoding']);
/** RFC 9110, 5.6.2 */
export const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

function checkNames(path: string, names: readonly string[], reserved: ReadonlySet<string>): void {
  const bad = names.find(name => !TOKEN.test(name) || reserved.has(name.toLowerCase()));
  if (bad !== undefined) throw new Error(`${path}: ${bad} is not a header that a route may name`);
}

/** Whether members of the data come as a JSON body, and not in the query. */
export const takesJson = ({ method, bytes }: Pick<HttpTrigger, 'method' | 'bytes'>): boolean =>
  bytes === undefined && (method === 'POST' || method === 'PUT' || method === 'PATCH');

/**
 * A route: the method, and an Express path. A body is JSON of at most 1 MiB, or bytes of at most `maxBytes`. `HEAD` without
 * a route of its own is answered by that of `GET`. `raw` is for protocols with words of their own: the function has
 * `context.request`, and the body as bytes, and answers with `response`; its data are the `:names` of the path alone.
 *
 * @example
 * on(http.post('/orders'), placeOrder); // data: the members of the path, the query and the JSON body
 * on(http.put('/files/:id', { body: 'bytes', maxBytes: 100 * 1024 * 1024 }), storeFile); // context.body: the bytes
 * http.head('/files/:id', { responseHeaders: { size: 'X-Size' } }); // of a function that replies { size: 7 }
 * http.raw('PATCH', '/uploads/:id', { maxBytes: 1024 }); // of a function that answers { response: { status: 204 } }
 */
export const http = {
  get: route('GET'),
  head: route('HEAD'),
  options: route('OPTIONS'),
  post: routeWithBody('POST'),
  put: routeWithBody('PUT'),
  patch: routeWithBody('PATCH'),
  delete: route('DELETE'),
  raw: rawRoute,
};

/**
 * A Socket.IO event with an acknowledgement.
 *
 * @example
 * on(socket('order:place', { ordered: true }), placeOrder);
 */
export const socket = (event: string, options: { ordered?: boolean } = {}): SocketTrigger => ({
  kind: 'socket',
  event,
  ordered: options.ordered ?? false,
});

/**
 * A live connection opens or has closed.
 *
 * @example
 * on(connection('connect'), enter); // returns { rooms: ['customer:ann'] }
 */
export const connection = (on: 'connect' | 'disconnect'): ConnectionTrigger => ({ kind: 'connection', on });

/** Enough for the longest items that are worked on for long; many small ones that fold into few are better off with more. */
const TEXT = 64 * 1024;

/**
 * Events off a queue, of one type or of several. `size` 1 to 1000 items, `lingerMs` how long to wait for more when
 * there
 * are fewer: 0 takes what is there.
 *
 * @example
 * on(queue(queues.orders, orderPlaced, { size: 100 }), storeOrders);
 * on(queue(queues.search, [orderPlaced, orderClosed], { size: 500 }), indexOrders);
 */
export const queue = <Taken extends AnyEventType>(
  { name }: Pick<QueueSpec, 'name'>,
  taken: Taken | readonly Taken[],
  { size, lingerMs = 0, text = TEXT }: Pick<Batch, 'size'> & Partial<Batch> = { size: 1 },
): QueueTrigger<Taken> => ({
  kind: 'queue',
  queue: name,
  types: [taken].flat().map(({ type }) => type),
  batch: { size, lingerMs, text },
});

/**
 * CloudEvents of this type over HTTP (`POST /`), from services that are trusted, or bring `EVENTS_TOKEN`.
 *
 * @example
 * on(cloudEvent(orderPlaced), storeOrders);
 */
export const cloudEvent = <Taken extends AnyEventType>({ type }: Taken): EventTrigger<Taken> => ({
  kind: 'event',
  type,
});

/**
 * Every so many milliseconds, in each replica.
 *
 * @example
 * on(timer(5_000), closeOrders);
 */
export const timer = (everyMs: number): TimerTrigger => ({ kind: 'timer', everyMs });
