/** A short conversation, and what each of its people saw of it on their own screen. */
import type { Live } from '#support/live.js';
import { type Person, send } from '#support/people.js';
import type { Chat, Message, Receipt } from '#support/shapes.js';

export interface Actor {
  readonly name: string;
  readonly person: Person;
}

/** Who says what, by place in the cast. */
const LINES: readonly (readonly [speaker: number, text: string])[] = [
  [0, 'Morning! Walk to the lake on Saturday?'],
  [1, 'Yes! I bring the soup.'],
  [2, 'In. Does it rain?'],
  [0, 'Sun all day, they say 🌞'],
  [1, 'They said that last time.'],
  [2, 'Then I bring an umbrella, and nobody needs it.'],
  [0, 'Ten o’clock at the bridge?'],
  [1, '👍'],
  [2, 'See you there!'],
  [0, 'I am glad already.'],
];
const WIDTH = 36;

/** The three screens, side by side. */
export async function converse(cast: readonly Actor[], chat: Chat): Promise<string> {
  const screens = await Promise.all(cast.map(({ person }) => person.connect()));
  for (const [speaker, text] of LINES) {
    const typing = screens[speaker]!;
    await typing.ask('typing', { chatId: chat.id, active: true });
    const { seq } = await send(typing, chat.id, text);
    for (const screen of screens) await screen.waitFor<Message>('message:new', heard => heard.seq === seq);
  }
  for (const screen of screens.slice(1)) await screen.ask('message:read', { chatId: chat.id, seq: LINES.length });
  for (const { person } of cast.slice(1)) {
    await screens[0]!.waitFor<Receipt>('receipt:read', ({ userId }) => userId === person.id);
  }
  const columns = cast.map((actor, place) => column(actor, screens[place]!, cast));
  for (const screen of screens) screen.close();
  const height = Math.max(...columns.map(({ length }) => length));
  const row = (number: number) => columns.map(lines => padded(lines[number] ?? '')).join(' │ ');
  return Array.from({ length: height }, (_, number) => row(number).trimEnd()).join('\n');
}

function column({ name, person }: Actor, screen: Live, cast: readonly Actor[]): string[] {
  const nameOf = (id: string) => cast.find(actor => actor.person.id === id)?.name ?? 'somebody';
  const messages = screen
    .heard<Message>('message:new')
    .flatMap(({ senderId, body }) => wrap(senderId === person.id ? `me: ${body}` : `${nameOf(senderId)}: ${body}`));
  const readers = new Set(screen.heard<Receipt>('receipt:read').map(({ userId }) => nameOf(userId)));
  readers.delete(name);
  const typed = screen.heard<{ userId: string }>('typing').length;
  const seen = readers.size > 0 ? `✓✓ read by ${[...readers].join(', ')}` : '';
  return [`${name}’s screen`, '─'.repeat(WIDTH), ...messages, seen, `(saw the others typing ${typed} times)`];
}

function wrap(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`;
    if (widthOf(longer) <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(`  ${word}`);
  }
  return lines;
}

const padded = (text: string): string => text + ' '.repeat(Math.max(0, WIDTH - widthOf(text)));

/** In terminal cells: pictographs take two. */
const widthOf = (text: string): number =>
  [...text].reduce((cells, character) => cells + (/\p{Extended_Pictographic}/u.test(character) ? 2 : 1), 0);
