/** What the two processes of the pipeline say to each other, and how each is started and ended. */
import { Redis } from 'ioredis';
import pg from 'pg';
import { QUORUM_ARGUMENTS } from '../quorum.js';

/** What a client wants stored, and the gateway that waits for it. */
export interface Wanted {
  readonly id: string;
  readonly chatId: string;
  readonly senderId: string;
  readonly clientId: string;
  readonly body: string;
  readonly gateway: string;
}

export interface Message extends Omit<Wanted, 'gateway'> {
  readonly seq: number;
  readonly sentAt: string;
}

/** Of one batch, to one gateway: absent where the sender is no member. */
export interface Answer {
  readonly wantedId: string;
  readonly message?: Message;
}

/** Every gateway hears here of what was stored; of answers each hears on a channel of its own. */
export const NEWS = 'pipeline:news';
export const answersTo = (gateway: string): string => `pipeline:answers:${gateway}`;

const PARTITIONS = 8;
export const QUEUES = Array.from({ length: PARTITIONS }, (_, at) => `pipeline.messages.${at}`);
export const QUORUM = { durable: true, arguments: QUORUM_ARGUMENTS };

/** Ids of chats are random: their first digits spread well, and keep a chat in one queue. */
export const queueOf = (chatId: string): string => QUEUES[Number.parseInt(chatId.slice(0, 4), 16) % PARTITIONS]!;

export const variable = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};
export const database = (): pg.Pool => new pg.Pool({ connectionString: variable('DSN'), max: 10 });
export const redis = (): Redis => new Redis(variable('REDIS_ADDR'));

/** Says that it is ready, as whoever started it waits for, and ends when it is told to. */
export function ready(port: number): void {
  process.once('SIGTERM', () => process.exit());
  process.stdout.write(`${JSON.stringify({ msg: 'ready', port, startupMs: Math.round(performance.now()) })}\n`);
}
