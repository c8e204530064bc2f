/**
 * Decides from the clients' logs, from what is there in the end and from the rounds of faults alone whether every promise was
 * kept. Pure; asks nobody.
 */
import type { Round } from '../round.js';
import { changesIn } from './changes/calls.js';
import { checkChanges } from './changes/check.js';
import type { Entry } from './entry.js';
import { gather } from './evidence.js';
import { files } from './files.js';
import type { Finding } from './finding.js';
import { gaps, holes } from './gaps.js';
import { messages } from './messages.js';
import { order } from './order.js';
import type { Outcome } from './outcome.js';
import { presence } from './presence.js';
import { privacy } from './privacy.js';
import { readers } from './readers.js';
import { sends } from './sends.js';
import { service, type Waiting, waiting } from './service.js';
import { unreads } from './unread.js';
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
    /** Of messages, acknowledged as carried out. */
    readonly changes: number;
    /** Acknowledged as whole. */
    readonly uploads: number;
  };
}

export function check(entries: readonly Entry[], outcome: Outcome, rounds: readonly Round[] = []): Verdict {
  const { history } = outcome;
  const evidence = gather(entries);
  const sent = sends(evidence);
  const changes = changesIn(evidence);
  return {
    findings: [
      ...messages(sent, changes, history),
      ...order(evidence, sent, history),
      ...readers(evidence, changes, history),
      ...watermarks(evidence),
      ...unreads(evidence, changes, history),
      ...privacy(evidence, sent, history),
      ...gaps(evidence, sent, changes, history),
      ...checkChanges(evidence, changes, sent, outcome),
      ...files(evidence, changes, sent, outcome),
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
      changes: changes.filter(({ state }) => state === 'stored').length,
      uploads: evidence.calls('upload').filter(({ ok }) => ok).length,
    },
  };
}
