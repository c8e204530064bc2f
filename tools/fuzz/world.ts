/**
 * Whom the inputs are about: two circles, each with a keeper, whose traffic is well-formed and full of markers, and
 * with actors, in whose names everything is sent. Actors are members of their circle's secret chat, and may do what
 * they like to their circle's arena, in which nothing is secret.
 */
import type { Deployment } from '#support/deployment.js';
import { open } from '#support/forgery.js';
import { connect, type Live } from '#support/live.js';
import { PASSWORD } from '#support/people.js';
import { request } from '#support/rest.js';
import type { Chat, Message } from '#support/shapes.js';
import { type Files, filesOf, renewed } from './files.js';
import { type Circle, marker, type Onlooker } from './markers.js';

export interface Actor extends Onlooker {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly gateway: string;
  /** Of the session that requests use, which they also end now and then. */
  token: string;
  refreshToken: string;
  /** Of another session, for live connections, so that they last. */
  liveToken: string;
  /** Undefined where no files are taken. */
  files?: Files | undefined;
}

interface Hall {
  readonly secret: string;
  readonly arena: string;
  readonly messageIds: readonly string[];
}

export interface World {
  readonly actors: readonly Actor[];
  readonly keepers: readonly Actor[];
  readonly halls: Readonly<Record<Circle, Hall>>;
  readonly signingKey: string;
  /** The actor's token was refused: one of the inputs must have signed them out, so they sign in again. */
  revive(actor: Actor, session: 'request' | 'live'): Promise<void>;
  /** Ends the keepers' traffic. */
  leave(): void;
}

const ACTORS = 3;
const TALK_EVERY_MS = 250;
const TEND_EVERY_MS = 2_000;

interface Session {
  readonly user: { readonly id: string };
  readonly accessToken: string;
  readonly refreshToken: string;
}

async function ask<Body>(actor: Actor, method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await request<Body>(actor.gateway, method, path, { token: actor.token, body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function join(gateway: string, circle: Circle, number: number): Promise<Actor> {
  const email = `${marker('mail', circle, number)}@example.org`;
  const username = marker('name', circle, number);
  const body = { email, username, displayName: marker('name', circle, number), password: PASSWORD };
  const answer = await request<Session>(gateway, 'POST', '/v1/auth/register', { body });
  if (answer.status !== 201) throw new Error(`cannot sign up: ${JSON.stringify(answer.body)}`);
  const { user, accessToken: token, refreshToken } = answer.body;
  const { accessToken: liveToken } = await signIn({ gateway, email });
  const actor = { id: user.id, email, username, circle, number, gateway, token, refreshToken, liveToken };
  return { ...actor, files: await filesOf(actor) };
}

async function furnish(keeper: Actor, actors: readonly Actor[]): Promise<Hall & { live: Live }> {
  const memberIds = actors.map(({ id }) => id);
  const found = async (title: string) =>
    (await ask<{ chat: Chat }>(keeper, 'POST', '/v1/chats', { type: 'group', title, memberIds })).chat.id;
  const [secret, arena] = [await found(marker('chat', keeper.circle, keeper.number)), await found('arena')];
  for (const id of memberIds) await ask(keeper, 'PUT', `/v1/chats/${arena}/members/${id}/role`, { role: 'admin' });
  const messageIds: string[] = [];
  for (let count = 0; count < 5; count++) {
    const { id } = await ask<Message>(keeper, 'POST', `/v1/chats/${secret}/messages`, secretMessage(keeper));
    messageIds.push(id);
  }
  return { secret, arena, messageIds, live: await connect(keeper.gateway, keeper.liveToken) };
}

const secretMessage = ({ circle, number }: Actor) => ({
  clientId: marker('chat', circle, number),
  body: marker('chat', circle, number),
});

export async function peopled({ gateways, signingKey }: Deployment): Promise<World> {
  const circles: readonly Circle[] = ['red', 'blue'];
  const numbers = Array.from({ length: (ACTORS + 1) * circles.length }, (_, number) => number);
  const everybody = await Promise.all(
    numbers.map(number => join(gateways[number % 2]!, circles[Math.floor(number / (ACTORS + 1))]!, number)),
  );
  const keepers = everybody.filter(({ number }) => number % (ACTORS + 1) === 0);
  const actors = everybody.filter(actor => !keepers.includes(actor));
  const halls = await Promise.all(
    keepers.map(keeper =>
      furnish(
        keeper,
        actors.filter(({ circle }) => circle === keeper.circle),
      ),
    ),
  );
  const every = (ms: number, work: (keeper: Actor, hall: (typeof halls)[number]) => Promise<unknown>) =>
    setInterval(() => keepers.forEach((keeper, at) => void work(keeper, halls[at]!).catch(() => {})), ms);
  const talk = every(TALK_EVERY_MS, async (keeper, { live, secret }) => {
    live.socket.emit('message:send', { chatId: secret, ...secretMessage(keeper) }, () => {});
    live.socket.emit('typing', { chatId: secret, active: true }, () => {});
  });
  /** Puts back whom the inputs have removed. */
  const tend = every(TEND_EVERY_MS, async (keeper, hall) => {
    for (const actor of actors) {
      const { id, circle, files } = actor;
      if (circle !== keeper.circle) continue;
      if (files) actor.files = (await renewed(actor, files)) ?? files;
      for (const chat of [hall.secret, hall.arena]) {
        await ask(keeper, 'POST', `/v1/chats/${chat}/members`, { userId: id });
      }
      await ask(keeper, 'PUT', `/v1/chats/${hall.arena}/members/${id}/role`, { role: 'admin' });
    }
  });
  return {
    actors,
    keepers,
    signingKey,
    halls: { red: halls[0]!, blue: halls[1]! },
    revive: reviver(),
    leave: () => {
      clearInterval(talk);
      clearInterval(tend);
      for (const { live } of halls) live.close();
    },
  };
}

async function signIn({ gateway, email }: Pick<Actor, 'gateway' | 'email'>): Promise<Session> {
  const answer = await request<Session>(gateway, 'POST', '/v1/auth/login', { body: { email, password: PASSWORD } });
  if (answer.status !== 200) throw new Error(`cannot sign in: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** One at a time each: many inputs notice at once that somebody is signed out. When it fails, they will notice again. */
function reviver(): World['revive'] {
  const busy = new Map<string, Promise<void>>();
  const renew = async (actor: Actor, session: 'request' | 'live') => {
    const { accessToken, refreshToken } = await signIn(actor);
    if (session === 'live') actor.liveToken = accessToken;
    else Object.assign(actor, { token: accessToken, refreshToken });
  };
  return (actor, session) => {
    const key = `${actor.number} ${session}`;
    const reviving =
      busy.get(key) ??
      renew(actor, session)
        .catch(() => {})
        .finally(() => busy.delete(key));
    busy.set(key, reviving);
    return reviving;
  };
}

export const NOBODY = '00000000-0000-7000-8000-000000000000';

export const sessionOf = ({ token }: Actor): string => String(open(token).claims.sid);
