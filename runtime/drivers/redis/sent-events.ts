/**
 * Events for clients on their way through Redis: a line that says who is to hear which, then a line of data for each,
 * which only clients take apart. JSON has no line feeds but those that are put between its lines.
 */
import type { Step } from '../../contract/ports.js';
import { RawJson } from '../raw-json.js';

export type SentEvent = Extract<Step, { readonly send: string }>;

export const isSentEvent = (step: Step): step is SentEvent => 'send' in step;

/** Everything but the data. */
type Heading = Omit<SentEvent, 'data'>;

const LINE_FEED = 0x0a;

export function writeEvents(news: readonly SentEvent[]): string {
  const headings: Heading[] = [];
  let lines = '';
  for (const { data, ...heading } of news) {
    headings.push(heading);
    lines += `\n${JSON.stringify(data) ?? 'null'}`;
  }
  return JSON.stringify(headings) + lines;
}

/** The data are RawJson. */
export function readEvents(text: Buffer): readonly SentEvent[] {
  let end = lineEnd(text, 0);
  const headings = JSON.parse(text.toString('utf8', 0, end)) as readonly Heading[];
  return headings.map(heading => {
    const start = end + 1;
    end = lineEnd(text, start);
    return { ...heading, data: new RawJson(text.subarray(start, end)) };
  });
}

function lineEnd(text: Buffer, start: number): number {
  const end = text.indexOf(LINE_FEED, start);
  return end === -1 ? text.length : end;
}
