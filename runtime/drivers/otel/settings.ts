/** OpenTelemetry's standard variables, as far as they are read here. https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */

/** Where the spans go. Throws an Error whose message holds no part of the text. */
export function parseOtlpEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new Error('must be an http:// or https:// URL');
  if (url.username !== '' || url.password !== '') throw new Error('must hold no user and no password');
  return `${url.href.replace(/\/$/, '')}/v1/traces`;
}

export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

/** The share of traces to keep. Throws an Error. */
export function parseRatio(text: string): number {
  const ratio = text.trim() === '' ? Number.NaN : Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new Error('must be a number from 0 to 1');
}
