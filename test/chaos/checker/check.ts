/** Decides from the clients' logs and the history alone whether every promise was kept. Pure; looks inside nothing. */
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
import { watermarks } from './watermarks.js';

export interface Verdict {
  readonly findings: readonly Finding[];
  /** What was decided on, so that a verdict on nothing is not taken for a good one. */
  readonly counts: {
    readonly sent: number;
    readonly acknowledged: number;
    readonly stored: number;
    readonly shown: number;
    readonly holes: number;
  };
}

export function check(entries: readonly Entry[], history: History): Verdict {
  const evidence = gather(entries);
  const sent = sends(evidence);
  return {
    findings: [
      ...messages(sent, history),
      ...order(sent, history),
      ...readers(evidence, history),
      ...watermarks(evidence),
      ...privacy(evidence, sent, history),
      ...gaps(evidence, sent, history),
      ...presence(evidence),
    ],
    counts: {
      sent: sent.size,
      acknowledged: [...sent.values()].filter(({ acknowledged }) => acknowledged < Number.POSITIVE_INFINITY).length,
      stored: [...history.values()].reduce((total, chat) => total + chat.length, 0),
      shown: evidence.shown.length,
      holes: holes(evidence),
    },
  };
}
