/**
 * Events for clients on their way through Redis: a line that says who is to hear which, then a line of data for each,
 * which only clients take apart. JSON has no line feeds but those that are put between its lines. To all gateways the
 * first line is written so that those of the version before shards read it; to a shard it is shorter.
 */
import type { Step } from '../../contract/ports.js';
import { RawJson } from '../raw-json.js';

export type SentEvent = Extract<Step, { readonly send: string }>;

export const isSentEvent = (step: Step): step is SentEvent => 'send' in step;

/** Everything but the data, and what only the emitter needs. */
type Heading = Omit<SentEvent, 'data' | 'item'>;
/** The last one only where there is something in it. */
type ShortHeading = readonly [send: string, to: string | readonly string[], rest?: Omit<Heading, 'send' | 'to'>];

const LINE_FEED = 0x0a;

export const writeEvents = (news: readonly SentEvent[]): string => write(news, heading => heading);

/** The data are RawJson. */
export const readEvents = (text: Buffer): readonly SentEvent[] => read<Heading>(text, heading => heading);

export const writeShort = (news: readonly SentEvent[]): string => write(news, shorten);

/** The data are RawJson. */
export const readShort = (text: Buffer): readonly SentEvent[] => read<ShortHeading>(text, lengthen);

function shorten({ send, to, ...rest }: Heading): ShortHeading {
  const [only = '', ...others] = to;
  const room = others.length > 0 ? to : only;
  return Object.keys(rest).length > 0 ? [send, room, rest] : [send, room];
}

const lengthen = ([send, to, rest]: ShortHeading): Heading => ({
  ...{ send, to: typeof to === 'string' ? [to] : to },
  ...rest,
});

function write(news: readonly SentEvent[], headingOf: (heading: Heading) => unknown): string {
  const headings: unknown[] = [];
  let lines = '';
  for (const { data, item: _, ...heading } of news) {
    headings.push(headingOf(heading));
    lines += `\n${JSON.stringify(data) ?? 'null'}`;
  }
  return JSON.stringify(headings) + lines;
}

function read<Written>(text: Buffer, headingOf: (written: Written) => Heading): readonly SentEvent[] {
  let end = lineEnd(text, 0);
  const headings = JSON.parse(text.toString('utf8', 0, end)) as readonly Written[];
  return headings.map(heading => {
    const start = end + 1;
    end = lineEnd(text, start);
    return { ...headingOf(heading), data: new RawJson(text.subarray(start, end)) };
  });
}

function lineEnd(text: Buffer, start: number): number {
  const end = text.indexOf(LINE_FEED, start);
  return end === -1 ? text.length : end;
}
