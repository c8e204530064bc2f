/** A context with a fixed clock and counted ids, so that a function's test is values in, values out. */

import type { Body, Signal } from '../contract/bytes.js';
import type { Caller } from '../contract/caller.js';
import type { Event } from '../contract/event.js';
import type { Client, Context } from '../contract/function.js';
import type { RawRequest } from '../contract/raw.js';

/**
 * The time of a test, 2026-01-02 03:04:05.678 UTC, in milliseconds.
 *
 * @example
 * import { NOW } from 'function-runtime/testing';
 *
 * const tomorrow = NOW + 24 * 3_600_000;
 */
export const NOW = Date.parse('2026-01-02T03:04:05.678Z');

/**
 * A UUID that a reader can tell apart.
 *
 * @example
 * import { uuid } from 'function-runtime/testing';
 *
 * uuid(7); // '00000000-0000-7000-8000-000000000007'
 */
export const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/**
 * What a test says of its context; everything else is filled in. Without `caller` nobody calls.
 *
 * @example
 * import type { TestContextOptions } from 'function-runtime/testing';
 *
 * const options: TestContextOptions<{ clock: Clock }> = { ports: { clock }, caller: { userId: 'ann' } };
 */
export interface TestContextOptions<Ports> {
  readonly ports: Ports;
  readonly caller?: Partial<Caller>;
  readonly client?: Client;
  readonly body?: Body;
  readonly request?: RawRequest;
  readonly signal?: Signal;
  readonly now?: number;
}

/**
 * A context with a fixed clock and a silent log. Ids are uuid(1001), uuid(1002), … in the order in which they are
 * asked for.
 *
 * @example
 * import { testContext, testEvent } from 'function-runtime/testing';
 *
 * const outcome = await tell.handle(testContext({ ports: { clock } }), testEvent({ city: 'Paris' }));
 */
export function testContext<Ports>(options: TestContextOptions<Ports>): Context<Ports> {
  let ids = 1000;
  const silent = () => {};
  return {
    now: options.now ?? NOW,
    newId: () => uuid(++ids),
    ports: options.ports,
    ...(options.client && { client: options.client }),
    ...(options.body && { body: options.body }),
    ...(options.request && { request: options.request }),
    ...(options.signal && { signal: options.signal }),
    log: { debug: silent, info: silent, warn: silent, error: silent },
    ...(options.caller && {
      caller: { userId: uuid(1), sessionId: uuid(901), expiresAt: (options.now ?? NOW) + 900_000, ...options.caller },
    }),
  };
}

/**
 * An event as the runtime would hand it over: validated data in an envelope.
 *
 * @example
 * import { testEvent } from 'function-runtime/testing';
 *
 * const asked = testEvent({ city: 'Paris' }, { id: 'e1' });
 */
export function testEvent<Data>(data: Data, envelope: Partial<Event<Data>> = {}): Event<Data> {
  return { specversion: '1.0', id: uuid(500), source: '/test', type: 'test', data, ...envelope };
}
