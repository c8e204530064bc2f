/** What Knative's SinkBinding writes into a container's environment. https://knative.dev/docs/eventing/custom-event-source/sinkbinding/ */

/** An absolute URL. Throws an Error whose message holds no part of it. */
export function parseSinkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new Error('must be an http:// or https:// URL');
  if (url.username !== '' || url.password !== '') throw new Error('must hold no user and no password');
  return url.href;
}

const FORM = 'must be JSON like {"extensions":{"name":"value"}}';
const NAME = /^[a-z0-9]+$/;
/** What an event says of itself, which its receivers, and its queue, rely on. */
const OWN = new Set(
  'specversion id source type subject time datacontenttype dataschema data data_base64 extensions'.split(' '),
);

/** The attributes that every outgoing event gets. Throws an Error whose message holds no value. */
export function parseCeOverrides(text: string): Readonly<Record<string, string>> {
  if (text === '') return {};
  const overrides = record(json(text));
  const extensions = Object.entries(record(overrides.extensions ?? {}));
  for (const [name, value] of extensions) {
    if (!NAME.test(name) || OWN.has(name)) throw new Error('names an attribute that is no extension of CloudEvents');
    if (typeof value !== 'string') throw new Error(FORM);
  }
  return Object.fromEntries(extensions) as Record<string, string>;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(FORM);
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(FORM);
  return value as Record<string, unknown>;
}
