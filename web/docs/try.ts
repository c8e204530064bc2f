/** Sends what somebody wrote: a request, or an event of a live connection. */
import { signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import type { Operation } from './openapi.js';

/** The access token that goes along. It is kept by this tab only, and only as long as the page is shown. */
export const token = signal('');

export interface Trial {
  readonly ok: boolean;
  /** In a few words. */
  readonly line: string;
  readonly ms: number;
  /** JSON where it is JSON. */
  readonly body: unknown;
}

/** Throws when the text is no JSON object. */
function written(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('This is no JSON object.');
  return value as Record<string, unknown>;
}

/** Members that the path, the query and the headers name go there, the others into the body. */
export async function request({ method, path, parameters, body, open }: Operation, text: string): Promise<Trial> {
  const rest = written(text);
  const query = new URLSearchParams();
  const named: Record<string, string> = {};
  let url = path;
  for (const { name, in: place } of parameters) {
    const value = rest[name];
    delete rest[name];
    if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(String(value ?? '')));
    else if (place === 'header' && value !== undefined) named[name] = String(value);
    else if (value !== undefined) query.set(name, String(value));
  }
  const began = performance.now();
  const answer = await fetch(query.size > 0 ? `${url}?${query}` : url, {
    method,
    headers: {
      ...named,
      ...(body && { 'content-type': body.type }),
      ...(!open && token.value !== '' && { authorization: `Bearer ${token.value}` }),
    },
    ...(body && { body: JSON.stringify(rest) }),
  });
  const told = bodyOf(await answer.text());
  const { accessToken } = (told ?? {}) as { accessToken?: unknown };
  if (answer.ok && typeof accessToken === 'string') token.value = accessToken;
  return { ok: answer.ok, line: `${answer.status} ${answer.statusText}`, ms: performance.now() - began, body: told };
}

function bodyOf(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

export interface Heard {
  readonly at: number;
  readonly name: string;
  readonly data: unknown;
}

const MOST_HEARD = 50;

/** What the live connection has heard, newest first. */
export const heard = signal<readonly Heard[]>([]);

/** The name of who is connected is not known here; that somebody is, is. */
export const connected = signal(false);

let line: { readonly socket: Socket; readonly token: string } | undefined;

const note = (name: string, data: unknown): void => {
  heard.value = [{ at: Date.now(), name, data }, ...heard.value].slice(0, MOST_HEARD);
};

/** Connects with the token of this moment, unless that is how it is connected. Rejects when that is refused. */
export async function connect(): Promise<Socket> {
  if (line?.token === token.value && line.socket.connected) return line.socket;
  disconnect();
  const socket = io({ auth: { token: token.value }, transports: ['websocket'], forceNew: true, reconnection: false });
  line = { socket, token: token.value };
  socket.onAny(note);
  socket.on('disconnect', reason => {
    if (line?.socket === socket) connected.value = false;
    note('disconnect', reason);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  connected.value = true;
  note('connect', {});
  return socket;
}

export function disconnect(): void {
  line?.socket.disconnect();
  line = undefined;
  connected.value = false;
}

const ANSWER_MS = 10_000;

export async function emit(name: string, text: string): Promise<Trial> {
  const data = written(text);
  const socket = await connect();
  const began = performance.now();
  const body = (await socket.timeout(ANSWER_MS).emitWithAck(name, data)) as { ok: boolean };
  return { ok: body.ok, line: body.ok ? 'acknowledged' : 'refused', ms: performance.now() - began, body };
}
