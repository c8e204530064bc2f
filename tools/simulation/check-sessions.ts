/** The oracle of sessions: from the answer to a sign-out on, the device is shown nothing new, and is answered nothing. */
import type { Observations } from './clients/observations.js';

export function* sessions(_history: unknown, seen: Observations): Generator<string> {
  const { sent, signOuts, phoneSights, phoneAnswers } = seen;
  for (const { sessionId, answeredAt } of signOuts) {
    const who = `session ${sessionId.slice(-3)}`;
    for (const { at, how, message, sessionId: shownTo } of phoneSights) {
      if (shownTo !== sessionId || at < answeredAt) continue;
      const first = sent.get(message.clientId)?.attempts[0]?.invokedAt ?? 0;
      if (first > answeredAt) yield `private: ${who} was shown (${how}) ${message.clientId}, sent after its sign-out`;
    }
    for (const { invokedAt, sessionId: answered } of phoneAnswers) {
      if (answered === sessionId && invokedAt > answeredAt) yield `private: ${who} was answered after its sign-out`;
    }
  }
}
