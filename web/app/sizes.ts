/** How large and how long files are, in words. */

const language = document.documentElement.lang;
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
const formats = UNITS.map(
  (unit, at) => new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: at < 2 ? 0 : 1 }),
);

export function sizeOf(bytes: number): string {
  const at = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return formats[at]?.format(bytes / 1000 ** at) ?? '';
}

/** Minutes and seconds, as on a clock. */
export function durationOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (count: number) => String(count).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
