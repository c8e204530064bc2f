/** What people wanted changed, and what was answered. */
import type { Call, Evidence } from '../evidence.js';
import { FINAL } from '../sends.js';

const KINDS = ['edit', 'delete', 'react', 'pin'] as const;

/** What was asked for; over REST it is the same. */
export interface ChangeAsked {
  readonly chatId: string;
  readonly seq: number;
  readonly clientId?: string;
  readonly body?: string;
  readonly scope?: 'all' | 'me';
  readonly emoji?: string;
  readonly on?: boolean;
}

/** In a socket's terms. Over REST there is no number, but at most the message, as it was some time later. */
export interface ChangeReply {
  readonly status: 'stored' | 'accepted';
  readonly change?: number;
  readonly rev?: number;
}

export interface ChangeCall extends ChangeAsked {
  readonly kind: (typeof KINDS)[number];
  readonly userId: string;
  readonly invokedAt: number;
  readonly answeredAt: number;
  /** Of one that is unknown, nobody can say whether and when it takes effect. */
  readonly state: 'stored' | 'accepted' | 'refused' | 'unknown';
  /** What it was numbered; 0 where it changed nothing (any more). */
  readonly change: number | undefined;
  /** From then on the message is at least of this `rev`. */
  readonly rev: number;
}

/** In the order in which they were asked for. */
export function changesIn(evidence: Evidence): ChangeCall[] {
  return KINDS.flatMap(kind =>
    evidence.calls<ChangeAsked, ChangeReply>(`message:${kind}`).map(call => changeOf(kind, call)),
  ).sort((one, other) => one.invokedAt - other.invokedAt);
}

function changeOf(kind: ChangeCall['kind'], { client, data, ok, reply, invokedAt, answeredAt }: Call): ChangeCall {
  const answer = ok ? (reply as ChangeReply) : undefined;
  const { change, rev = 0 } = answer ?? {};
  const state = answer?.status ?? (FINAL.includes(`${reply}`) ? 'refused' : 'unknown');
  return {
    ...(data as ChangeAsked),
    ...{ kind, userId: client, invokedAt, answeredAt, state, change, rev: Math.max(change ?? 0, rev) },
  };
}

export const keyOf = ({ chatId, seq }: { readonly chatId: string; readonly seq: number }): string => `${chatId}/${seq}`;

export const told = (call: ChangeCall): string => {
  const { kind, chatId, seq, userId, clientId, emoji, on, change, invokedAt, state } = call;
  const what = [kind, clientId ?? emoji, on].filter(part => part !== undefined).join(' ');
  return `${what} of chat ${chatId} seq ${seq} by ${userId}, asked for at ${invokedAt}, ${state} as ${change}`;
};
