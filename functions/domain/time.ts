/** Moments as the system writes them: ISO 8601, UTC, milliseconds. */

export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** The moment in that form, whatever its offset and precision; undefined for what names none of the years 1 to 9999. */
export function normalTime(text: string): string | undefined {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return undefined;
  const iso = isoTime(ms);
  return /^(?!0000)\d{4}-/.test(iso) ? iso : undefined;
}
