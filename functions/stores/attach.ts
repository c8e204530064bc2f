/**
 * Storing messages with media: what they name is looked up and locked, so that nobody takes its last name away meanwhile,
 * under the locks of the messages' chats. What is stored already is known by its name, whatever has become of its media.
 */
import type { Sql } from 'function-runtime';
import { isWhole, type Media, unattachable } from '../domain/attachment.js';
import type { AppendRefusal, NewMessage } from '../ports/messages.js';
import { lockMedia } from './media-rows.js';
import { isNamed, keysOf } from './rows.js';

const STORED = `
select s.stored is not null as stored
from (select *, ${keysOf('t')} from unnest($1::uuid[], $2::uuid[], $3::text[])
    with ordinality as t (chat_id, sender_id, client_id, n)) t
  left join lateral (select true as stored from messages m where ${isNamed('m', 't')} limit 1) s on true
order by t.n`;

/** With what is told of its media. */
export interface Attached extends NewMessage {
  readonly attached?: readonly Media[];
}
type Refused = { readonly refused: AppendRefusal; readonly at?: number };

/** Of messages and refusals the messages that name media become such as are told of them, or are refused. */
export async function attachMedia(
  tx: Pick<Sql, 'query'>,
  messages: readonly (NewMessage | Refused)[],
): Promise<readonly (Attached | Refused)[]> {
  const naming = messages.flatMap(message => ('refused' in message || !message.mediaIds ? [] : [message]));
  if (naming.length === 0) return messages;
  const rows = await tx.query<{ stored: boolean }>('attach-stored', STORED, [
    ...(['chatId', 'senderId', 'clientId'] as const).map(column => naming.map(message => message[column])),
  ]);
  const stored = new Set(naming.filter((_, n) => rows[n]?.stored));
  const media = await lockMedia(
    tx,
    naming.flatMap(message => (stored.has(message) ? [] : (message.mediaIds ?? []))),
  );

  function attached(message: NewMessage): Attached | Refused {
    const ids = message.mediaIds ?? [];
    const found = ids.map(id => media.get(id));
    // A copy has what there still is of the media of what it is a copy of, whoever owns them.
    if (!message.forwardedFrom) {
      for (const [at, each] of found.entries()) {
        const why = unattachable(each, message.senderId);
        if (why) return { refused: why.code === 'conflict' ? 'media-unfinished' : 'no-media', at };
      }
    }
    return { ...message, attached: found.filter(isWhole).map(({ told }) => told) };
  }
  return messages.map(message =>
    'refused' in message || !message.mediaIds || stored.has(message) ? message : attached(message),
  );
}
