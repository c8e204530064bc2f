/**
 * Decides from the clients' logs, the history and the rounds of faults alone whether every promise was kept. Pure; looks
 * inside nothing.
 */
import type { Round } from '../round.js';
import type { Entry } from './entry.js';
import { gather } from './evidence.js';
import type { Finding, History } from './finding.js';
import { gaps, holes } from './gaps.js';
import { messages } from './messages.js';
import { order } from './order.js';
import { presence } from './presence.js';
import { privacy } from './privacy.js';
import { readers } from './readers.js';
import { sends } from './sends.js';
import { service, type Waiting, waiting } from './service.js';
import { watermarks } from './watermarks.js';

export interface Verdict {
  readonly findings: readonly Finding[];
  /** In each round. */
  readonly waits: readonly Waiting[];
  /** What was decided on, so that a verdict on nothing is not taken for a good one. */
  readonly counts: {
    readonly sent: number;
    readonly acknowledged: number;
    readonly stored: number;
    readonly shown: number;
    readonly holes: number;
  };
}

export function check(entries: readonly Entry[], history: History, rounds: readonly Round[] = []): Verdict {
  const evidence = gather(entries);
  const sent = sends(evidence);
  return {
    findings: [
      ...messages(sent, history),
      ...order(evidence, sent, history),
      ...readers(evidence, history),
      ...watermarks(evidence, history),
      ...privacy(evidence, sent, history),
      ...gaps(evidence, sent, history),
      ...presence(evidence),
      ...service(rounds, sent),
    ],
    waits: rounds.map(round => waiting(round, sent)),
    counts: {
      sent: sent.size,
      acknowledged: [...sent.values()].filter(({ acknowledged }) => acknowledged < Number.POSITIVE_INFINITY).length,
      stored: [...history.values()].reduce((total, chat) => total + chat.length, 0),
      shown: evidence.shown.length,
      holes: holes(evidence),
    },
  };
}
