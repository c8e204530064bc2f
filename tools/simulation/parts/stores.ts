/**
 * The ports that functions need, answered by the simulated database over a network that fails: a statement may never
 * have been carried out, or have been carried out and its answer lost. Both are `unavailable`, as with the real one.
 */
import type { Change } from '#functions/domain/change.js';
import type { Chat } from '#functions/domain/model.js';
import type { Changed } from '#functions/ports/changes.js';
import type { Ports } from '#functions/ports/index.js';
import { Failure } from '#runtime/contract/failure.js';
import { latency } from '../kernel/link.js';
import type { Owner, Scheduler } from '../kernel/scheduler.js';
import type { Tally } from '../tally.js';
import type { Database } from './database.js';
import { mayHaveChanged } from './sync-rows.js';

/** The server: what state it is in, for all processes. */
export interface DatabaseServer {
  readonly database: Database;
  up: boolean;
  /** Moves on with every restart: what was under way in another epoch is lost. */
  epoch: number;
  /** How probable it is that a statement fails before it is carried out, and after. */
  failures: { before: number; after: number };
}

const placed = (row: object): string => ('seq' in row ? ` at ${row.seq}` : ' never');
const became = ({ kind, userId, seq }: Change, answer?: Changed): string =>
  `${userId.slice(-4)} ${kind} ${seq}: ${answer?.refused?.code ?? answer?.change}`;
const away = (message: string) => new Failure('unavailable', message);

type Stores = Omit<Ports, 'presence' | 'pages'>;

/** An access token here: whose it is, and of which of their sessions. */
export const tokenOf = (userId: string, sessionId: string): string => `${userId} ${sessionId}`;

function claimsOf(token: string) {
  const [userId = '', sessionId = ''] = token.split(' ');
  return { userId, sessionId, expiresAt: Number.MAX_SAFE_INTEGER };
}

/** Nobody has any: there is nothing to sweep. */
const NO_MEDIA: Ports['mediaSweep'] = {
  lapse: async () => 0,
  lapseAfter: async () => undefined,
  release: async () => 0,
  drop: async () => {},
  dropUnknown: async () => {},
  dropped: async () => [],
  removed: async () => {},
  ended: async () => [],
  forget: async () => {},
  known: async () => [],
  withoutUpload: async () => [],
  place: async () => '',
  moveOn: async () => {},
};

const NO_UPLOADS = { list: async () => [] } as unknown as Ports['uploads'];
const NO_BLOBS = { list: async () => [], discard: async () => {} } as unknown as Ports['blobs'];

export function simulatedStores(scheduler: Scheduler, server: DatabaseServer, owner: Owner, tally: Tally): Stores {
  const { database, failures } = server;
  const { chance } = scheduler;

  function ask<Value>(what: string, statement: (database: Database) => Value): Promise<Value> {
    const { epoch } = server;
    return new Promise((resolve, reject) => {
      const answer = (label: string, settle: () => void): void => {
        scheduler.after(latency(scheduler), owner, `${what}: ${label}`, () =>
          epoch === server.epoch ? settle() : reject(away('the connection to the database was lost')),
        );
      };
      scheduler.after(latency(scheduler), undefined, what, () => {
        const lost = !owner.alive && chance.strikes(0.5);
        if (lost) return;
        if (!server.up || epoch !== server.epoch) return answer('away', () => reject(away('the database is away')));
        if (chance.strikes(failures.before)) {
          tally.count('statement failed');
          return answer('failed', () => reject(away('the statement was cancelled')));
        }
        const value = statement(database);
        if (!chance.strikes(failures.after)) return answer('ok', () => resolve(value));
        tally.count('answer lost after commit');
        answer('answer lost', () => reject(away('the answer of the database was lost')));
      });
    });
  }

  const unused = (name: string) =>
    new Proxy(
      {},
      { get: (_target, member) => () => Promise.reject(new Error(`${name}.${String(member)} is not here`)) },
    );
  return {
    messages: {
      append: messages =>
        ask(`append ${messages.length}`, db => {
          const rows = db.append(messages);
          scheduler.note(() => `stores ${rows.map((row, at) => `${messages[at]?.clientId}${placed(row)}`).join(', ')}`);
          return rows;
        }),
      page: (chatId, userId, range) => ask('page', db => db.page(chatId, userId, range)),
      async sync(userId, cursors, limit) {
        const { missed, unknown } = await ask('sync', db => db.missed(userId, cursors, limit));
        const changed = await (missed.some(mayHaveChanged)
          ? ask('sync changed', db => db.changedOf(userId, missed))
          : database.changedOf(userId, missed));
        if (missed.every(({ room }) => room === 0)) return { chats: database.synced(userId, missed, changed), unknown };
        const told = await ask('sync messages', db => db.synced(userId, missed, changed));
        // As the product does: who has been put out meanwhile is told nothing of it.
        const here = await ask('sync members', db => db.idsOf(userId));
        return { chats: told.filter(({ chatId }) => here.includes(chatId)), unknown };
      },
    },
    mediaReads: unused('mediaReads') as Ports['mediaReads'],
    mediaSweep: NO_MEDIA,
    blobs: NO_BLOBS,
    links: unused('links') as Ports['links'],
    inspections: { ...(unused('inspections') as Ports['inspections']), overdue: async () => [] },
    inspector: unused('inspector') as Ports['inspector'],
    scanner: unused('scanner') as Ports['scanner'],
    changes: {
      ...(unused('changes') as Ports['changes']),
      apply: alterations =>
        ask(`change ${alterations.length}`, db => {
          // Nothing is described here.
          const changes = alterations as readonly Change[];
          const answers = db.applyChanges(changes);
          scheduler.note(() => `changes ${changes.map((change, at) => became(change, answers[at])).join(', ')}`);
          return answers;
        }),
      pins: (chatId, viewerId) => ask('pins', db => db.pins(chatId, viewerId)),
    },
    members: {
      ...(unused('members') as Ports['members']),
      standing: (chatId, userId) => ask('standing', db => db.standing(chatId, userId)),
      add: (chatId, userId) => ask('add member', db => db.add(chatId, userId)),
      remove: (chatId, userId) => ask('remove member', db => db.remove(chatId, userId)),
      sharing: (userId, others) => ask('sharing', db => db.sharing(userId, others)),
      visible: (userId, others) => ask('visible', db => db.sharing(userId, others)),
      strangers: async () => [],
      markRead: marks =>
        ask('mark read', db => {
          const moved = db.mark('readSeq', marks);
          scheduler.note(
            () =>
              `read: ${moved.map(({ chatId, userId, seq }) => `${userId.slice(-4)} in ${chatId.slice(-4)} up to ${seq}`).join(', ')}`,
          );
          return moved;
        }),
      markDelivered: marks => ask('mark delivered', db => db.mark('deliveredSeq', marks)),
    },
    chats: {
      ...(unused('chats') as Ports['chats']),
      idsOf: userId => ask('chats of user', db => db.idsOf(userId)),
      presenceIdsOf: userId => ask('chats of user', db => db.idsOf(userId)),
      view: (chatId, viewerId) => ask('view', db => db.view(chatId, viewerId)),
      create: ({ id, memberIds }) =>
        ask('create chat', db => {
          db.createGroup(id, memberIds);
          return { chat: db.view(id, memberIds[0] as string) as Chat, existed: false };
        }),
    },
    ownState: {
      ...(unused('ownState') as Ports['ownState']),
      of: members =>
        ask('own state', db =>
          members.flatMap(({ chatId, userId }) => {
            const state = db.ownState(userId, chatId);
            return state ? [{ userId, state }] : [];
          }),
        ),
      hide: (userId, chatId, stretch) => ask('hide', db => db.hide(userId, chatId, stretch)),
      since: (userId, note) => ask('notes', db => db.notesSince(userId, note)),
    },
    users: {
      ...(unused('users') as Ports['users']),
      existing: async userIds => userIds,
      lastSeen: userIds =>
        ask('last seen', ({ lastSeen }) => new Map([...lastSeen].filter(([id]) => userIds.includes(id)))),
      setLastSeen: (userId, at) => ask('set last seen', ({ lastSeen }) => void lastSeen.set(userId, at)),
    },
    approaches: { take: async () => [] },
    tokens: { ...(unused('tokens') as Ports['tokens']), verify: async token => claimsOf(token) },
    sessions: {
      ...(unused('sessions') as Ports['sessions']),
      active: (sessionId, userId) => ask('session', db => db.isSignedIn(sessionId, userId)),
      revoke: (sessionId, userId) => ask('end session', db => db.endSession(sessionId, userId)),
    },
    accessChanges: {
      due: (olderThanMs, limit) => ask('changes', db => db.changesDue(olderThanMs, limit)),
      done: ids => ask('changes done', db => db.changesDone(ids)),
    },
    passwords: unused('passwords') as Ports['passwords'],
    media: unused('media') as Ports['media'],
    types: unused('types') as Ports['types'],
    uploads: NO_UPLOADS,
    registration: unused('registration') as unknown as Ports['registration'],
  };
}
