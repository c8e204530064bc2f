/** Bytes that travel as they are, and not as JSON: what a route takes as a body, and what a function answers with. */

/**
 * As much of the web's `AbortSignal` as functions need; theirs is one.
 *
 * @example
 * const untilGone = (signal: Signal) => new Promise<void>(resolve => signal.addEventListener('abort', resolve));
 */
export interface Signal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * The body of a route that takes bytes: `context.body`.
 *
 * @example
 * async function sizeOf({ bytes }: Body): Promise<number> {
 *   let size = 0;
 *   for await (const chunk of bytes) size += chunk.length;
 *   return size;
 * }
 */
export interface Body {
  /** The media type, as the client says it; `application/octet-stream` where it says none. */
  readonly type: string;
  /** How many bytes the client announces. It does not send more, but may break off before. */
  readonly length?: number;
  /**
   * As they come, once; the client sends no faster than they are taken. Throws a Failure: `too_large` past the route's
   * `maxBytes`, `invalid` when the client breaks off or stops sending, and instead of an end whatever the caller is
   * refused with by then: who has seen the end may keep what came.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What the driver of a route hands over: the same, and who calls by the time that the bytes are in. */
export interface ArrivingBody<Caller> extends Body {
  /** Asked for at the end. Absent when everything was there already when the caller was authenticated. */
  readonly callerAtEnd?: () => Promise<Caller | undefined>;
}

interface ContentHead {
  readonly type: string;
  /** Names exactly these bytes: other bytes have another one. Letters, digits, `-`, `_`. */
  readonly etag?: string;
  /** ISO 8601 */
  readonly modifiedAt?: string;
  /** How long a browser may keep them without asking again. Default: with an `etag` it asks each time, without one it keeps nothing. */
  readonly maxAgeSeconds?: number;
  /** What a browser calls the file. */
  readonly filename?: string;
  /** A browser may show them in its window. Default: it saves them, whatever they are. */
  readonly inline?: true;
}

/**
 * What a function answers with instead of JSON. Parts (RFC 9110, 14) are served of bytes that are in memory and of
 * those that can be read from anywhere; who asks for a part of any others gets all.
 *
 * @example
 * const content: Content = { type: 'image/png', etag: 'v7', bytes: new Uint8Array(64) };
 * const streamed: Content = { type: 'video/mp4', bytes: file };
 */
export type Content = ContentHead &
  (
    | { readonly bytes: Uint8Array }
    | {
        /** Taken no faster than the client reads. `return` is called when the client is gone, or does not want them. */
        readonly bytes: AsyncIterable<Uint8Array>;
        readonly length?: number;
      }
    | {
        readonly length: number;
        /** Reads from `start` up to, and without, `end`; called once, or not at all when nobody wants any. */
        readonly read: (start: number, end: number) => AsyncIterable<Uint8Array>;
      }
  );
