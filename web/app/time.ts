/** Moments, as people say them. What is relative to now is said again as time goes by. */
import { signal } from '@preact/signals';

/** Moves on twice a minute, for what reads it. */
const now = signal(Date.now());
setInterval(() => {
  now.value = Date.now();
}, 30_000);

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const longDate = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const longDateWithYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);
/** Whole days of the calendar from then until today. */
const daysAgo = (iso: string): number => Math.round((midnight(now.value) - midnight(Date.parse(iso))) / DAY);

export const isAhead = (iso: string): boolean => Date.parse(iso) > now.value;

export const timeOf = (iso: string): string => clock.format(new Date(iso));
export const fullTime = (iso: string): string => full.format(new Date(iso));
/** One text a day of the calendar. */
export const dayKey = (iso: string): string => new Date(iso).toDateString();

/** For a list: the time today, the weekday this week, and the date before. */
export function shortTime(iso: string): string {
  const days = daysAgo(iso);
  if (days <= 0) return timeOf(iso);
  if (days === 1) return relative.format(-1, 'day');
  return days < 7 ? weekday.format(new Date(iso)) : date.format(new Date(iso));
}

/** For the line between two days. */
export function dayOf(iso: string): string {
  const days = daysAgo(iso);
  if (days < 2) return capital(relative.format(-Math.max(0, days), 'day'));
  return (days < 300 ? longDate : longDateWithYear).format(new Date(iso));
}

export function ago(iso: string): string {
  const ms = Math.max(0, now.value - Date.parse(iso));
  if (ms < MINUTE) return 'just now';
  if (ms < HOUR) return relative.format(-Math.floor(ms / MINUTE), 'minute');
  if (ms < 12 * HOUR) return relative.format(-Math.floor(ms / HOUR), 'hour');
  const days = daysAgo(iso);
  if (days < 7) return `${relative.format(-days, 'day')} at ${timeOf(iso)}`;
  return date.format(new Date(iso));
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
