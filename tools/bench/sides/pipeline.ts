/**
 * The peer of which there is nothing to take away: the same promises of sending, written by hand on amqplib, pg, ioredis
 * and Socket.IO, in tables of its own beside ours, without anything else that ours can do.
 */
import { fileURLToPath } from 'node:url';
import type { Side } from '../bench-case.js';
import { type Place, populate, type Talk, talkAt } from './chat.js';
import { serversOf } from './fleet.js';

const SCHEMA = `
create schema pipeline;
create table pipeline.chats (id uuid primary key, last_seq bigint not null default 0);
create table pipeline.members (chat_id uuid, user_id uuid, primary key (chat_id, user_id));
create index on pipeline.members (user_id);
create table pipeline.messages (
  id uuid not null, chat_id uuid not null, seq bigint not null, sender_id uuid not null, client_id text not null,
  body text not null, sent_at timestamptz not null default now(),
  primary key (chat_id, seq), unique (chat_id, sender_id, client_id)
);
insert into pipeline.chats select id from chats;
insert into pipeline.members select chat_id, user_id from members`;

const fileOf = (name: string): string => fileURLToPath(new URL(`../pipeline/${name}.js`, import.meta.url));
const PROCESSES = { gateway: 'gateway', worker: 'chat-svc' } as const;
/** Its code has to be compiled, as ours has. */
const FRESH_S = 8;

export const pipelineSide = (talk: Talk): Side => ({
  name: 'pipeline',
  async open(stage) {
    // Signs people up, and goes: what it leaves behind are tables, keys and tokens.
    const lease = await stage.fleet({ gateway: 1, 'chat-svc': 0, 'presence-svc': 0 });
    if ('missing' in lease) return lease;
    const { deployment } = lease;
    const populated = await populate(deployment, talk);
    await populated.services.query(SCHEMA);
    await deployment.one('gateway').stop();
    const start = (name: keyof typeof PROCESSES) =>
      deployment.start(PROCESSES[name], {}, { program: { node: process.execPath, main: fileOf(name) } });
    const [worker, gateway] = [await start('worker'), await start('gateway')];
    const place: Place = {
      ...populated,
      schema: 'pipeline',
      gateways: [gateway.url],
      watched: {
        gateway: [{ pid: gateway.pid }],
        'chat-svc': [{ pid: worker.pid }],
        ...serversOf(populated.services),
      },
    };
    const scale = stage.options.length.scale;
    await talkAt(place, talk, { warmS: 0, seconds: FRESH_S * scale }, stage.options.client);
    return { round: length => talkAt(place, talk, length, stage.options.client), close: lease.close };
  },
});
