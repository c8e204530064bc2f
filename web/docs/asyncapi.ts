/** The events of an AsyncAPI document: what clients send and hear, and what is in the queues. */
import { type Document, resolved, type Schema } from './document.js';

export interface LiveEvent {
  readonly id: string;
  readonly kind: 'sent' | 'heard' | 'queued' | 'announced';
  /** The event's name, the queue's, or the fact's. */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly payload: Shown;
  /** What it may be acknowledged with. */
  readonly replies: readonly Shown[];
}

export interface Shown {
  readonly title: string;
  readonly schema: Schema;
  readonly example: unknown;
}

interface Operation {
  readonly action: 'send' | 'receive';
  readonly channel: unknown;
  readonly summary: string;
  readonly description?: string;
  readonly messages: readonly unknown[];
  readonly reply?: { readonly messages: readonly unknown[] };
}

interface Channel {
  readonly address: string;
  readonly servers: readonly { readonly $ref: string }[];
}

interface Message {
  readonly name: string;
  readonly title?: string;
  readonly payload: Schema;
  readonly examples: readonly { readonly payload: unknown }[];
}

const LIVE = { receive: 'sent', send: 'heard' } as const;
const INSIDE = { receive: 'queued', send: 'announced' } as const;

export const readEvents = (document: Document): LiveEvent[] =>
  Object.entries((document as Document & { operations: Record<string, Operation> }).operations).map(
    ([id, operation]) => {
      const { address, servers } = resolved<Channel>(document, operation.channel);
      const shown = (ref: unknown): Shown => {
        const { name, title = name, payload, examples } = resolved<Message>(document, ref);
        return { title, schema: resolved<Schema>(document, payload), example: examples[0]?.payload };
      };
      const live = servers.some(({ $ref }) => $ref === '#/servers/gateway');
      return {
        id,
        kind: (live ? LIVE : INSIDE)[operation.action],
        name: address,
        summary: operation.summary,
        description: operation.description ?? '',
        payload: shown(operation.messages[0]),
        replies: (operation.reply?.messages ?? []).map(shown),
      };
    },
  );
