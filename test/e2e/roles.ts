/**
 * Who may do what: one table of routes and socket events × roles, each cell tried on a fresh group. 401 for nobody,
 * 403 for whoever is not in the chat or stands too low, and the given success for the rest.
 */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../support/deployment.js';
import type { Live } from '../support/live.js';
import { group, type Person, signUp } from '../support/people.js';
import { request } from '../support/rest.js';
import type { Chat } from '../support/shapes.js';

const INSIDE = ['member', 'admin', 'owner'] as const;
const OUTSIDE = ['outsider', 'former'] as const;
const SIGNED_IN = [...OUTSIDE, ...INSIDE] as const;
type Role = (typeof SIGNED_IN)[number];

interface Place {
  readonly chat: Chat;
  readonly cast: Cast;
  /** Who makes the attempt; absent for nobody. */
  readonly actor: Person | undefined;
}

interface Row {
  readonly method: string;
  /** `:id` is the chat, `:target` a plain member, `:newcomer` not in it, `:self` the actor, and roles are their people. */
  readonly path: string;
  readonly body?: unknown;
  readonly ok: number;
  readonly allowed: readonly Role[];
  /** Where a cell is neither 403 nor ok. */
  readonly except?: Partial<Record<Role, number>>;
}

const message = () => ({ clientId: randomUUID(), body: 'text' });
const MANAGERS = ['admin', 'owner'] as const;

const ROUTES: readonly Row[] = [
  { method: 'GET', path: '/v1/chats/:id', ok: 200, allowed: INSIDE },
  { method: 'PATCH', path: '/v1/chats/:id', body: { title: 'new' }, ok: 200, allowed: MANAGERS },
  { method: 'GET', path: '/v1/chats/:id/messages', ok: 200, allowed: INSIDE },
  { method: 'POST', path: '/v1/chats/:id/messages', body: message, ok: 201, allowed: INSIDE },
  { method: 'POST', path: '/v1/chats/:id/read', body: { seq: 1 }, ok: 202, allowed: INSIDE },
  { method: 'POST', path: '/v1/chats/:id/members', body: { userId: ':newcomer' }, ok: 204, allowed: MANAGERS },
  { method: 'DELETE', path: '/v1/chats/:id/members/:target', ok: 204, allowed: MANAGERS },
  { method: 'DELETE', path: '/v1/chats/:id/members/:otherAdmin', ok: 204, allowed: ['owner'] },
  { method: 'DELETE', path: '/v1/chats/:id/members/:owner', ok: 204, allowed: ['owner'] },
  {
    method: 'DELETE',
    path: '/v1/chats/:id/members/:self',
    ok: 204,
    allowed: INSIDE,
    // Who has left may say so again: an earlier attempt may have ended half-way.
    except: { former: 204 },
  },
  { method: 'PUT', path: '/v1/chats/:id/members/:target/role', body: { role: 'admin' }, ok: 204, allowed: ['owner'] },
  {
    method: 'PUT',
    path: '/v1/chats/:id/members/:otherAdmin/role',
    body: { role: 'member' },
    ok: 204,
    allowed: ['owner'],
  },
  {
    method: 'PUT',
    path: '/v1/chats/:id/members/:self/role',
    body: { role: 'admin' },
    ok: 204,
    allowed: [],
    except: { owner: 409 },
  },
  { method: 'GET', path: '/v1/users/:target/presence', ok: 200, allowed: INSIDE },
  { method: 'GET', path: '/v1/users/me', ok: 200, allowed: SIGNED_IN },
  { method: 'PATCH', path: '/v1/users/me', body: { displayName: 'New' }, ok: 200, allowed: SIGNED_IN },
  { method: 'GET', path: '/v1/users?query=nobody-is-called-so', ok: 200, allowed: SIGNED_IN },
  { method: 'GET', path: '/v1/chats', ok: 200, allowed: SIGNED_IN },
  {
    method: 'POST',
    path: '/v1/chats',
    body: { type: 'group', title: 'x', memberIds: [':newcomer'] },
    ok: 201,
    allowed: SIGNED_IN,
  },
  { method: 'POST', path: '/v1/sync', body: { cursors: {} }, ok: 200, allowed: SIGNED_IN },
  { method: 'GET', path: '/v1/auth/sessions', ok: 200, allowed: SIGNED_IN },
];

const EVENTS: readonly { event: string; payload: (place: Place) => object; allowed: readonly Role[] }[] = [
  { event: 'message:send', payload: ({ chat }) => ({ chatId: chat.id, ...message() }), allowed: INSIDE },
  { event: 'message:delivered', payload: ({ chat }) => ({ chatId: chat.id, seq: 1 }), allowed: INSIDE },
  { event: 'message:read', payload: ({ chat }) => ({ chatId: chat.id, seq: 1 }), allowed: INSIDE },
  { event: 'typing', payload: ({ chat }) => ({ chatId: chat.id, active: true }), allowed: INSIDE },
  { event: 'presence:get', payload: ({ cast }) => ({ userIds: [cast.target.id] }), allowed: SIGNED_IN },
  { event: 'sync', payload: ({ chat }) => ({ cursors: { [chat.id]: 0 } }), allowed: SIGNED_IN },
];

const CAST = ['outsider', 'former', 'member', 'admin', 'owner', 'target', 'otherAdmin', 'newcomer'] as const;
type Cast = Record<(typeof CAST)[number], Person>;

export function roles(the: () => Deployment): void {
  describe('who may do what', () => {
    let cast: Cast;
    const lives = new Map<Role, Live>();

    before(async () => {
      const signedUp = await Promise.all(CAST.map((name, place) => signUp(the().gateways[place % 2]!, name)));
      cast = Object.fromEntries(CAST.map((name, place) => [name, signedUp[place]])) as Cast;
      for (const role of SIGNED_IN) lives.set(role, await cast[role].connect(the().gateways[1]));
    });

    after(() => {
      for (const person of Object.values(cast)) person.leave();
    });

    async function freshGroup(): Promise<Chat> {
      const { owner, admin, member, former, target, otherAdmin } = cast;
      const chat = await group(owner, [admin, member, former, target, otherAdmin]);
      const set = async (method: string, path: string, body?: unknown) => {
        const { status } = await owner.call(method, `/v1/chats/${chat.id}/members/${path}`, body);
        if (status !== 204) throw new Error(`the group cannot be made: ${path} ${status}`);
      };
      await Promise.all([
        set('PUT', `${admin.id}/role`, { role: 'admin' }),
        set('PUT', `${otherAdmin.id}/role`, { role: 'admin' }),
        set('DELETE', former.id),
      ]);
      return chat;
    }

    const fill = (text: string, { chat, actor }: Place): string =>
      text.replace(/(?<=[/"]):(\w+)/g, (whole, name: string) => {
        if (name === 'id') return chat.id;
        if (name === 'self') return actor?.id ?? cast.target.id;
        return cast[name as keyof Cast]?.id ?? whole;
      });

    async function attempt(row: Row, role: Role | 'nobody'): Promise<number> {
      const place = { chat: await freshGroup(), cast, actor: role === 'nobody' ? undefined : cast[role] };
      const body = typeof row.body === 'function' ? row.body() : row.body;
      const answer = await request(the().gateways[0], row.method, fill(row.path, place), {
        token: place.actor?.accessToken,
        body: body && JSON.parse(fill(JSON.stringify(body), place)),
      });
      return answer.status;
    }

    for (const row of ROUTES) {
      it(`${row.method} ${row.path}: ${row.allowed.join(', ') || 'none'} ${row.ok}`, async () => {
        const expected: [string, number][] = SIGNED_IN.map(role => [
          role,
          row.except?.[role] ?? (row.allowed.includes(role) ? row.ok : 403),
        ]);
        const actual: [string, number][] = [];
        for (const role of SIGNED_IN) actual.push([role, await attempt(row, role)]);
        actual.push(['nobody', await attempt(row, 'nobody')]);
        expect(actual).to.deep.equal([...expected, ['nobody', 401]]);
      });
    }

    for (const { event, payload, allowed } of EVENTS) {
      it(`${event}: ${allowed.join(', ')}`, async () => {
        const actual: [string, string][] = [];
        for (const role of SIGNED_IN) {
          const place = { chat: await freshGroup(), cast, actor: cast[role] };
          const ack = await lives.get(role)!.emit(event, payload(place));
          actual.push([role, ack.ok ? 'ok' : ack.error.code]);
        }
        expect(actual).to.deep.equal(SIGNED_IN.map(role => [role, allowed.includes(role) ? 'ok' : 'forbidden']));
      });
    }
  });
}
