/**
 * Carries out changes, one after the other, on what was found, and says what is to be written in the end: a message that
 * changed several times is written once, with one number. A value in memory; whoever writes it holds the chats' locks.
 */

import type { Standing } from '../ports/members.js';
import type { FoundMedia } from './attachment.js';
import type { Alteration, Change } from './change.js';
import { changed } from './changed.js';
import { decide, NO_MESSAGE, type Refusal } from './decide.js';
import { saysTheSame } from './entities.js';
import { mentionedIn } from './mentions.js';
import type { ChatType, Message } from './model.js';

interface FoundChat {
  readonly type: ChatType;
  readonly firstSeq: number;
  readonly lastChange: number;
  readonly keepVersions: boolean;
  readonly pins: number;
}

interface FoundMessage {
  /** With its reactions as they were counted just now. */
  readonly message: Message;
  /** The highest number of its versions. */
  readonly edits: number;
  /** Since when it says what its newest kept version says; null where none is kept. */
  readonly keptAt: string | null;
}

interface FoundPerson {
  readonly standing: Standing;
  /** Their reactions to the message. */
  readonly own: readonly string[];
  /** The seq of the message that they edited under the same name. */
  readonly usedFor: number | undefined;
  /** Whether they hide the message from themselves. */
  readonly hidden: boolean;
}

/** What there is about each change. */
export interface Ground {
  chat(change: Alteration): FoundChat | undefined;
  message(change: Alteration): FoundMessage | undefined;
  person(change: Change): FoundPerson;
  /** What messages name, and what changes would have them name. Locked: nobody else gives them a name or takes one away. */
  media(id: string): FoundMedia | undefined;
}

type Place = Pick<Message, 'chatId' | 'seq'>;

export interface Writes {
  readonly chats: readonly { readonly chatId: string; readonly lastChange: number }[];
  /** `newBody` where it says something else. */
  readonly messages: readonly (Message & { readonly newBody: string | null })[];
  readonly versions: readonly (Place & {
    readonly version: number;
    readonly editorId: string;
    readonly clientId: string | null;
    readonly body: string | null;
    readonly at: string;
  })[];
  /** What these said before is kept no more. */
  readonly superseded: readonly Place[];
  /** Without a time where it is taken back. */
  readonly reactions: readonly (Place & {
    readonly userId: string;
    readonly emoji: string;
    readonly at: string | null;
  })[];
  /** What these say is another thing, or nothing any more: they mention `mentions` and nobody else. */
  readonly said: readonly Place[];
  readonly mentions: readonly (Place & { readonly userId: string; readonly senderId: string })[];
  readonly pins: readonly (Place & { readonly by: string; readonly at: string | null })[];
  /** What these name is another thing: `named` and nothing else. */
  readonly renamed: readonly Place[];
  readonly named: readonly (Place & { readonly n: number; readonly mediaId: string })[];
  /** Media that a message names no more. */
  readonly released: readonly string[];
  /** Everything of these goes. */
  readonly deleted: readonly Place[];
}

export interface Entry {
  /** The message as it is when all are entered. */
  readonly message: () => Message | undefined;
  /** The number that it took; 0 where it took none. */
  readonly change: number;
  /** The message's number before all of them. */
  readonly was?: number;
  readonly refusal?: Refusal;
}

interface Draft {
  readonly before: Message;
  message: Message;
  edits: number;
  keptAt: string | null;
  superseded: boolean;
}

type EditOf = Extract<Change, { kind: 'edit' }>;

const mediaOf = ({ media = [] }: Message): readonly string[] => media.map(({ id }) => id);

/** Who describes a message is none of its members. */
const NOBODY: FoundPerson = { standing: 'outsider', own: [], usedFor: undefined, hidden: false };

const keyOf = ({ chatId, seq }: Place): string => `${chatId}/${seq}`;

export function createLedger(ground: Ground, editWindowMs: number) {
  const chats = new Map<string, { lastChange: number; pins: number }>();
  const drafts = new Map<string, Draft>();
  const names = new Map<string, number>();
  const own = new Map<string, Set<string>>();
  const versions: Writes['versions'][number][] = [];
  const reactions = new Map<string, Writes['reactions'][number]>();
  const pins = new Map<string, Writes['pins'][number]>();

  /** Under the edit's name, so that its repetition is known; without what it says where that is not kept. */
  function addVersion(
    draft: Draft,
    { chatId, seq, userId: editorId, clientId, at }: EditOf,
    body: string | null,
  ): void {
    draft.edits += 1;
    versions.push({ chatId, seq, version: draft.edits, editorId, clientId, body, at });
  }

  function addVersions(draft: Draft, change: EditOf, keepVersions: boolean): void {
    const { chatId, seq, senderId: editorId, body, sentAt, editedAt: since = sentAt } = draft.message;
    if (keepVersions && draft.keptAt !== since) {
      if (draft.edits > 0) draft.edits += 1;
      versions.push({ chatId, seq, version: draft.edits, editorId, clientId: null, body, at: since });
    }
    draft.superseded ||= !keepVersions && draft.keptAt !== null;
    draft.keptAt = keepVersions ? change.at : null;
    addVersion(draft, change, keepVersions ? change.body : null);
  }

  return {
    enter(change: Alteration): Entry {
      const { chatId, seq } = change;
      const key = keyOf(change);
      const foundChat = ground.chat(change);
      const found = ground.message(change);
      if (!foundChat || !found) return { message: () => undefined, change: 0, refusal: NO_MESSAGE };
      const person = change.kind === 'describe' ? NOBODY : ground.person(change);
      const userId = change.kind === 'describe' ? '' : change.userId;
      const chat = keep(chats, chatId, () => ({ lastChange: foundChat.lastChange, pins: foundChat.pins }));
      const draft = keep(drafts, key, () => ({ ...found, before: found.message, superseded: false }));
      const mine = keep(own, `${key}/${userId}`, () => new Set(person.own));
      const name = change.kind === 'edit' ? `${chatId}/${userId}/${change.clientId}` : '';
      const usedFor = names.get(name) ?? person.usedFor;
      const entry = { message: () => draft.message, change: 0, was: draft.before.rev };

      const { standing, hidden } = person;
      const { message, edits } = draft;
      const { keepVersions } = foundChat;
      const decision = decide(
        change,
        {
          chat: { ...foundChat, pins: chat.pins },
          standing,
          hidden,
          message,
          edits,
          usedFor,
          own: mine,
          media: ground.media,
        },
        editWindowMs,
      );
      if (typeof decision === 'object') return { ...entry, refusal: decision };
      if (change.kind === 'edit') {
        if (decision === 'takes effect') addVersions(draft, change, keepVersions);
        else if (usedFor === undefined) addVersion(draft, change, null);
        names.set(name, seq);
      }
      if (decision === 'changes nothing') return entry;

      if (change.kind === 'react') {
        const { emoji, on, at } = change;
        mine[on ? 'add' : 'delete'](emoji);
        reactions.set(`${key}/${userId}/${emoji}`, { chatId, seq, userId, emoji, at: on ? at : null });
      }
      if (change.kind === 'pin') pins.set(key, { chatId, seq, by: userId, at: change.on ? change.at : null });
      const rev = message.rev === draft.before.rev ? ++chat.lastChange : message.rev;
      draft.message = { ...changed(message, change, ground.media), rev };
      chat.pins += Number(draft.message.pinnedAt !== undefined) - Number(message.pinnedAt !== undefined);
      return { ...entry, change: rev };
    },

    writes(): Writes {
      const messages = [...drafts.values()].filter(({ message, before }) => message !== before);
      const said = messages.flatMap(({ message, before }) => (saysTheSame(message, before) ? [] : [message]));
      const deleted = messages.map(({ message }) => message).filter(({ deletedAt }) => deletedAt !== undefined);
      const renamed = messages.filter(({ message, before }) => mediaOf(message).join() !== mediaOf(before).join());
      const gone = new Set(deleted.map(keyOf));
      const stays = (place: Place): boolean => !gone.has(keyOf(place));
      return {
        chats: [...chats].map(([chatId, { lastChange }]) => ({ chatId, lastChange })),
        messages: messages.map(({ message, before }) => ({
          ...message,
          newBody: message.body === before.body ? null : message.body,
        })),
        versions: versions.filter(stays),
        superseded: messages.flatMap(({ message, superseded }) => (superseded ? [message] : [])).filter(stays),
        reactions: [...reactions.values()].filter(stays),
        pins: [...pins.values()].filter(stays),
        said,
        mentions: said.flatMap(message =>
          mentionedIn(message).map(userId => ({
            chatId: message.chatId,
            seq: message.seq,
            userId,
            senderId: message.senderId,
          })),
        ),
        renamed: renamed.map(({ message }) => message),
        named: renamed.flatMap(({ message }) =>
          mediaOf(message).map((mediaId, n) => ({ chatId: message.chatId, seq: message.seq, n, mediaId })),
        ),
        released: renamed.flatMap(({ message, before }) =>
          mediaOf(before).filter(id => !mediaOf(message).includes(id)),
        ),
        deleted,
      };
    },
  };
}

function keep<Value>(kept: Map<string, Value>, key: string, make: () => Value): Value {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  kept.set(key, made);
  return made;
}
