/** One request to one function, asked of faas-js-runtime and of ours: the answers are the same, or the case says why not. */
import type { Answer } from '../ask.js';

export type Variant = 'plain' | 'raw' | 'cors' | 'small' | 'returning' | 'replying' | 'elsewhere' | 'failing';

export interface Case {
  readonly name: string;
  /** What the hosted function does; it returns nothing when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: foreign functions take and return anything
  readonly run?: (context: any, input: any) => unknown;
  readonly variant?: Variant;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Where the original is wrong: both answers, as far as they matter, and the reason. */
  readonly deviates?: { readonly because: string; readonly original: Partial<Answer>; readonly ours: Partial<Answer> };
}

export const json = { 'content-type': 'application/json' };
export const text = { 'content-type': 'text/plain' };
export const bytes = { 'content-type': 'application/octet-stream' };
export const form = { 'content-type': 'application/x-www-form-urlencoded' };
export const event = {
  'ce-id': '1',
  'ce-source': '/here',
  'ce-type': 'a.b',
  'ce-specversion': '1.0',
  'ce-time': '2024-01-02T03:04:05Z',
};
export const structured = { 'content-type': 'application/cloudevents+json' };
export const batch = { 'content-type': 'application/cloudevents-batch+json' };
export const attributes = { id: '1', source: '/here', type: 'a.b', specversion: '1.0', time: '2024-01-02T03:04:05Z' };

export const body = (event: object) => JSON.stringify(event);
export const invalid = (message: string) =>
  JSON.stringify({ statusCode: 400, error: 'Bad Request', message: `not a CloudEvent: ${message}` });
// biome-ignore lint/suspicious/noExplicitAny: whatever the event holds
export const arrives = (_: any, input: any) => ({ data: input?.data ?? null, id: input?.id ?? null });
