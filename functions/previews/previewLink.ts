/**
 * Looks up where the first link of a message leads, and has the message say it: a change that is no edit. A page is asked once;
 * if this comes again before the message says it, once more. Whatever goes wrong with the page, there is no preview, and
 * nobody tries again. What becomes of the message meanwhile wins: only a message whose first link this is says it.
 */
import { Failure, type Log, type Output } from 'function-runtime';
import Type from 'typebox';
import { batch } from '../define.js';
import type { Description } from '../domain/change.js';
import { messageChanged } from '../domain/events.js';
import { firstLink } from '../domain/first-link.js';
import { Message } from '../domain/model.js';
import { previewOf } from '../domain/page-preview.js';
import type { Preview } from '../domain/preview.js';
import { tellChanges } from '../domain/telling.js';
import { isoTime } from '../domain/time.js';
import type { Ports } from '../ports/index.js';

const { chatId, seq, senderId, sentAt, editedAt, body, entities, preview } = Message.properties;
const Said = Type.Object({ chatId, seq, senderId, sentAt, editedAt, body, entities, preview }, { title: 'Linking' });
type Said = Output<typeof Said>;

/** Of a fact that a message was stored, or that it was changed. */
const Input = Type.Union([
  Type.Object({ kind: Type.String({ examples: ['edit'] }), message: Said }, { title: 'LinkingChange' }),
  Said,
]);

/** Older news is of a backlog: nobody looks there any more. */
const WORTH_MS = 10 * 60_000;

/** The link of which the message says nothing yet. */
function lacking(said: Pick<Message, 'body' | 'entities' | 'preview'>): string | undefined {
  const url = firstLink(said);
  return said.preview?.url === url ? undefined : url;
}

/** The message where it may want a preview: one that is new, or says another thing. */
function wantedOf(told: Output<typeof Input>, now: number): Said | undefined {
  if ('message' in told && (told.kind !== 'edit' || told.message.editedAt === undefined)) return undefined;
  const said = 'message' in told ? told.message : told;
  const since = Date.parse(said.editedAt ?? said.sentAt);
  return lacking(said) !== undefined && now - since <= WORTH_MS ? said : undefined;
}

async function look({ pages }: Pick<Ports, 'pages'>, url: string, log: Log): Promise<Preview | undefined> {
  try {
    const html = await pages.html(url);
    return html === undefined ? undefined : previewOf(url, html);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    log.debug({ code: thrown.code }, 'no preview');
    return undefined;
  }
}

export const previewLink = batch({
  name: 'previewLink',
  access: 'internal',
  needs: ['changes', 'messages', 'pages'],
  emits: ['message:changed'],
  publishes: [messageChanged],
  summary:
    'Looks up where the first link of a message leads, and has the message say what the page says of itself. Notifies the members.',
  input: Input,
  async handle({ now, ports, log }, events) {
    const asked = new Map<string, Promise<Preview | undefined>>();
    const lookOnce = (url: string): Promise<Preview | undefined> => {
      const found = asked.get(url) ?? look(ports, url, log);
      asked.set(url, found);
      return found;
    };

    async function describe(said: Said): Promise<Description | undefined> {
      const { chatId, seq, senderId } = said;
      // As it is by now: changed perhaps, gone, or looked up already.
      const [message] = (await ports.messages.page(chatId, senderId, { after: seq - 1, limit: 1 })) ?? [];
      const url = message?.seq === seq ? lacking(message) : undefined;
      if (url === undefined || url !== firstLink(said)) return undefined;
      const preview = await lookOnce(url);
      return preview && { kind: 'describe', chatId, seq, at: isoTime(now), preview };
    }

    const found = await Promise.all(
      events.map(async ({ data }, item) => {
        const said = wantedOf(data, now);
        const change = said && (await describe(said));
        return change ? [{ change, item }] : [];
      }),
    );
    const described = found.flat();
    const changes = described.map(({ change }) => change);
    const results = await ports.changes.apply(changes);
    return { items: events.map(() => ({})), ...tellChanges(changes, results, at => described[at]?.item ?? 0) };
  },
});
