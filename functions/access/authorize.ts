/** Decides who may do what: the one place that does, and the levels in `levels.ts` are all that there is to it. */

import type { Caller } from 'function-runtime';
import { Failure } from 'function-runtime';
import { outside, unacquainted } from '../domain/inside.js';
import type { Role } from '../domain/model.js';
import { room } from '../domain/names.js';
import type { Ports } from '../ports/index.js';
import type { Standing } from '../ports/members.js';
import type { Access } from './levels.js';
import { signedIn } from './signedIn.js';

type Needs = Pick<Ports, 'members' | 'sessions'>;

/** A session that was asked for no longer ago stands. Clients have no part in this: their bodies are in before it begins. */
const FRESH_MS = 50;

/** Returns when the caller may, throws a Failure when not. `data` is the function's input, checked or not. */
export async function authorize(
  ports: Needs,
  access: Access,
  caller: Caller | undefined,
  data: unknown,
  now: number,
  since = now,
): Promise<void> {
  if (access === 'public') return;
  if (access === 'internal') {
    if (caller) throw forbidden('this cannot be called from outside');
    return;
  }
  if (!caller) throw new Failure('unauthorized', 'sign in first');
  if (access === 'holder') return;
  if (access === 'revoker') return revoker(ports, caller, data, now);
  // Others were authenticated for this call, which may have waited to be counted; a connection was some time ago.
  if (caller.connection || now - since > FRESH_MS) await signedIn(ports, caller, now);
  switch (access) {
    case 'user':
      return;
    case 'member':
      return member(ports, caller, data);
    case 'insider':
      return member(ports, caller, data).catch(concealed);
    case 'manager':
      return manager(ports, caller, data);
    case 'owner':
      return owner(ports, caller, data);
    case 'removal':
      return removal(ports, caller, data);
    case 'acquaintance':
      return acquaintance(ports, caller, data);
    default:
      throw new Error(`no such access level: ${access satisfies never}`);
  }
}

async function revoker(ports: Needs, caller: Caller, data: unknown, now: number): Promise<void> {
  if (idIn(data, 'sessionId') !== caller.sessionId) await signedIn(ports, caller, now);
}

async function member(ports: Needs, caller: Caller, data: unknown): Promise<void> {
  const chatId = idIn(data, 'chatId');
  if (caller.connection?.inRoom(room.chat(chatId))) return;
  await roleIn(ports, chatId, caller);
}

/** Who is not in the chat does not learn that there is one. */
function concealed(thrown: unknown): never {
  throw thrown instanceof Failure && thrown.code === 'forbidden' ? noChat() : thrown;
}

async function manager(ports: Needs, caller: Caller, data: unknown): Promise<void> {
  const role = await roleIn(ports, idIn(data, 'chatId'), caller);
  if (role === 'member') throw forbidden('only the owner and the admins of the chat may do this');
}

async function owner(ports: Needs, caller: Caller, data: unknown): Promise<void> {
  const role = await roleIn(ports, idIn(data, 'chatId'), caller);
  if (role !== 'owner') throw forbidden('only the owner of the chat may do this');
}

/** Of somebody who is out already, too: an attempt that failed half-way has to be repeatable by those who made it. */
async function removal(ports: Needs, caller: Caller, data: unknown): Promise<void> {
  const chatId = idIn(data, 'chatId');
  const userId = idIn(data, 'userId');
  const own = await standingIn(ports, chatId, caller);
  if (userId === caller.userId && own !== 'outsider') return;
  const role = insider(own);
  if (role === 'member') throw forbidden('only the owner and the admins of the chat may remove others');

  const target = await ports.members.standing(chatId, userId);
  if (!target || target.standing === 'outsider') throw new Failure('not_found', 'this user was never in the chat');
  if (role === 'admin' && (target.standing === 'owner' || target.standing === 'admin')) {
    throw forbidden('an admin may remove neither the owner nor another admin');
  }
}

async function acquaintance(ports: Needs, caller: Caller, data: unknown): Promise<void> {
  const userId = idIn(data, 'userId');
  if (userId === caller.userId || (await ports.members.visible(caller.userId, [userId])).length > 0) return;
  throw unacquainted();
}

const roleIn = async (ports: Needs, chatId: string, caller: Caller): Promise<Role> =>
  insider(await standingIn(ports, chatId, caller));

async function standingIn({ members }: Pick<Needs, 'members'>, chatId: string, caller: Caller): Promise<Standing> {
  const found = await members.standing(chatId, caller.userId);
  if (!found) throw noChat();
  return found.standing;
}

function insider(standing: Standing): Role {
  if (standing === 'outsider' || standing === 'former') throw outside();
  return standing;
}

function idIn(data: unknown, field: 'chatId' | 'userId' | 'sessionId'): string {
  const value: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, field) : undefined;
  if (typeof value === 'string') return value;
  throw new Failure('invalid', `${field} is missing or not an id`, {
    errors: [{ path: `/${field}`, message: 'must be an id' }],
  });
}

const noChat = () => new Failure('not_found', 'no such chat');
const forbidden = (message: string) => new Failure('forbidden', message);
