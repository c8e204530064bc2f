/** People and chats in a database, for tests of the stores: each test makes its own and shares none. */
import { randomUUID } from 'node:crypto';
import type { NewMessage } from '#functions/ports/messages.js';
import { accessChangeStore } from '#functions/stores/accessChanges.js';
import { approachStore } from '#functions/stores/approaches.js';
import { changeStore } from '#functions/stores/changes.js';
import { chatStore } from '#functions/stores/chats.js';
import { mediaReads } from '#functions/stores/media-reads.js';
import { mediaSweep } from '#functions/stores/media-sweep.js';
import { memberStore } from '#functions/stores/members.js';
import { messageStore } from '#functions/stores/messages.js';
import { ownStateStore } from '#functions/stores/own-state.js';
import { sessionStore } from '#functions/stores/sessions.js';
import { userStore } from '#functions/stores/users.js';
import type { Sql } from '#runtime/contract/ports.js';

/** `minute(3)` is three minutes after an arbitrary noon. */
export const minute = (n: number): string => new Date(Date.UTC(2026, 0, 2, 12, n)).toISOString();

export function worldOn(sql: Sql) {
  const users = userStore(sql);
  const chats = chatStore(sql);
  const messages = messageStore(sql);
  const changes = changeStore(sql, { editWindowMs: 0 });
  const stores = {
    users,
    chats,
    sessions: sessionStore(sql),
    members: memberStore(sql),
    // Whoever reads is in the chat, but where that is the story: see insiders.contract.ts.
    messages: { ...messages, page: sure(messages.page) },
    ownState: ownStateStore(sql),
    changes: { ...changes, pins: sure(changes.pins) },
    approaches: approachStore(sql),
    accessChanges: accessChangeStore(sql),
    mediaReads: mediaReads(sql),
    mediaSweep: mediaSweep(sql),
  };

  async function person(name = `p${randomUUID().slice(24)}`, displayName = name): Promise<string> {
    const id = randomUUID();
    const email = `${name}-${id}@example.org`;
    await users.create({ id, email, username: name, displayName, passwordHash: 'hash', createdAt: minute(0) });
    return id;
  }

  const people = (count: number) => Promise.all(Array.from({ length: count }, () => person()));

  async function group(memberIds: readonly string[], createdAt = minute(0)): Promise<string> {
    const id = randomUUID();
    const ownerId = memberIds[0] as string;
    await chats.create({ id, type: 'group', title: 'a group', ownerId, memberIds, createdAt });
    return id;
  }

  return { sql, ...stores, person, people, group };
}

/** The same, for who knows that there is an answer: rejects where there is none. */
const sure =
  <Asked extends unknown[], Answer>(ask: (...asked: Asked) => Promise<Answer | undefined>) =>
  async (...asked: Asked): Promise<Answer> => {
    const answer = await ask(...asked);
    if (answer === undefined) throw new Error('this user is not in the chat');
    return answer;
  };

export type World = ReturnType<typeof worldOn>;

export const message = (
  chatId: string,
  senderId: string,
  clientId: string = randomUUID(),
  rest: Partial<NewMessage> = {},
): NewMessage => ({
  id: randomUUID(),
  chatId,
  clientId,
  senderId,
  body: `body of ${clientId}`,
  replyTo: null,
  sentAt: minute(1),
  ...rest,
});
