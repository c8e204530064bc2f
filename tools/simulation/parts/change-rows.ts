/**
 * Changes of messages in the simulated database: decided and numbered by the product's own ledger, as its store does it,
 * and written in one instant. The rules break it on purpose.
 */
import type { Alteration, Change } from '#functions/domain/change.js';
import { byCodePoints } from '#functions/domain/emoji.js';
import { createLedger } from '#functions/domain/ledger.js';
import type { Message } from '#functions/domain/model.js';
import type { Changed } from '#functions/ports/changes.js';
import type { Standing } from '#functions/ports/members.js';
import type { StoredChat } from './rows.js';

export interface ChangeRules {
  /** What takes a number when it takes effect. */
  readonly numbers: 'everything' | 'all but reactions';
  /** Whether a deleted message can be edited. */
  readonly deletes: 'for good' | 'until edited';
  /** Whether the name of an edit is known when it comes again. */
  readonly knowsEdits: boolean;
  readonly reacts: 'as told' | 'the other way each time';
  readonly reactionsAre: 'in order' | 'as they came';
}

interface ChangeRowsOptions {
  readonly chats: ReadonlyMap<string, StoredChat>;
  readonly standingOf: (chatId: string, userId: string) => Standing;
  readonly hides: (userId: string, chatId: string, seq: number) => boolean;
  readonly rules: ChangeRules;
  readonly now: () => number;
}

/** As the product has it where nothing else is set. */
const EDIT_WINDOW_MS = 48 * 3_600_000;

const nameOf = (editorId: string, clientId: string): string => `${editorId} ${clientId}`;

export function createChangeRows({ chats, standingOf, hides, rules, now }: ChangeRowsOptions) {
  const reactionsOf = (chatId: string, seq: number) => chats.get(chatId)?.reactions.get(seq) ?? [];
  const ownOf = (chatId: string, seq: number, userId: string): string[] =>
    reactionsOf(chatId, seq).flatMap(each => (each.userId === userId ? [each.emoji] : []));

  function foundMessage({ chatId, seq, kind }: Alteration): Message | undefined {
    const message = chats.get(chatId)?.messages[seq - 1];
    if (!message || rules.deletes === 'for good' || kind !== 'edit') return message;
    const { deletedAt: _at, deletedBy: _by, ...alive } = message;
    return alive;
  }

  const ground: Parameters<typeof createLedger>[0] = {
    chat({ chatId }) {
      const chat = chats.get(chatId);
      if (!chat) return undefined;
      const pins = chat.messages.filter(({ pinnedAt }) => pinnedAt !== undefined).length;
      return { type: 'group', firstSeq: 1, lastChange: chat.lastChange, keepVersions: false, pins };
    },
    message(change) {
      const message = foundMessage(change);
      const edits = [...(chats.get(change.chatId)?.edits.values() ?? [])].filter(seq => seq === change.seq).length;
      return message && { message, edits, keptAt: null };
    },
    // Nobody sends any here.
    media: () => undefined,
    person(change) {
      const { chatId, seq, userId } = change;
      const name = change.kind === 'edit' && rules.knowsEdits ? nameOf(userId, change.clientId) : undefined;
      return {
        standing: standingOf(chatId, userId),
        own: ownOf(chatId, seq, userId),
        usedFor: name === undefined ? undefined : chats.get(chatId)?.edits.get(name),
        hidden: hides(userId, chatId, seq),
      };
    },
  };

  function asTaken(change: Change): Change {
    if (change.kind !== 'react' || rules.reacts === 'as told') return change;
    return { ...change, on: !ownOf(change.chatId, change.seq, change.userId).includes(change.emoji) };
  }

  function write({ messages, versions, reactions, deleted, chats: numbered }: Writes): void {
    for (const { chatId, seq, userId, emoji, at } of reactions) {
      const others = reactionsOf(chatId, seq).filter(each => each.userId !== userId || each.emoji !== emoji);
      const mine = at === null ? [] : [{ userId, emoji }];
      chats.get(chatId)?.reactions.set(seq, [...others, ...mine]);
    }
    for (const { chatId, seq, editorId, clientId } of versions) {
      if (clientId !== null) chats.get(chatId)?.edits.set(nameOf(editorId, clientId), seq);
    }
    for (const { chatId, seq } of deleted) {
      const chat = chats.get(chatId);
      chat?.reactions.delete(seq);
      chat?.deletions.set(seq, chat.deletions.get(seq) ?? now());
      for (const [name, named] of chat?.edits ?? []) if (named === seq) chat?.edits.delete(name);
    }
    for (const { newBody: _, ...message } of messages) {
      const chat = chats.get(message.chatId);
      if (chat) chat.messages[message.seq - 1] = Object.freeze({ ...message, reactions: ordered(message) });
    }
    for (const { chatId, lastChange } of numbered) {
      const chat = chats.get(chatId);
      if (chat) chat.lastChange = lastChange;
    }
  }

  function ordered({ chatId, seq, reactions }: Message): Message['reactions'] {
    if (rules.reactionsAre === 'in order') return reactions;
    const came = [...new Set(reactionsOf(chatId, seq).map(({ emoji }) => emoji))];
    return came.flatMap(emoji => reactions.find(each => each.emoji === emoji) ?? []);
  }

  /** Without a number the message is written under the one that it had. */
  function numberless(writes: Writes): Writes {
    return {
      ...writes,
      messages: writes.messages.map(message => {
        const before = chats.get(message.chatId)?.messages[message.seq - 1];
        return { ...message, rev: before?.rev ?? 0 };
      }),
      chats: [],
    };
  }

  return {
    apply(asked: readonly Change[]): Changed[] {
      const changes = asked.map(asTaken);
      const ledger = createLedger(ground, EDIT_WINDOW_MS);
      const entries = changes.map(ledger.enter);
      const silent = rules.numbers === 'all but reactions' && changes.every(({ kind }) => kind === 'react');
      const writes = silent ? numberless(ledger.writes()) : ledger.writes();
      write(writes);
      for (const { chatId, seq, rev } of writes.messages.toSorted((one, other) => one.rev - other.rev)) {
        const chat = chats.get(chatId) as StoredChat;
        const took = changes.filter((change, at) => {
          const entry = entries[at];
          return change.chatId === chatId && change.seq === seq && (silent || entry?.change === rev);
        });
        chat.log.push({ at: now(), message: chat.messages[seq - 1] as Message, changes: took });
      }
      return entries.map(({ change, was, refusal }, at) => {
        const { chatId, seq } = changes[at] as Change;
        const message = chats.get(chatId)?.messages[seq - 1];
        const known = { ...(message && { message }), ...(was !== undefined && { was }) };
        return { ...known, change: silent ? 0 : change, ...(refusal && { refused: refusal }) };
      });
    },
    /** With the viewer's own reactions. */
    withMine(message: Message, viewerId: string): Message {
      const mine = ownOf(message.chatId, message.seq, viewerId).sort(byCodePoints);
      return mine.length > 0 ? { ...message, mine } : message;
    },
    ownOf,
  };
}

type Writes = ReturnType<ReturnType<typeof createLedger>['writes']>;
