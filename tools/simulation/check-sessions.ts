/** The oracle of sessions: from the answer to a sign-out on, the device is shown nothing new, and is answered nothing. */
import { type History, sinceOf } from './check.js';
import type { Observations } from './clients/observations.js';

export function* sessions(history: History, seen: Observations): Generator<string> {
  const { sent, signOuts, phoneSights, phoneAnswers } = seen;
  const since = sinceOf(history, sent);
  for (const { sessionId, answeredAt } of signOuts) {
    const who = `session ${sessionId.slice(-3)}`;
    for (const { at, how, message, sessionId: shownTo } of phoneSights) {
      if (shownTo !== sessionId || at < answeredAt) continue;
      if (since(message) > answeredAt)
        yield `private: ${who} was shown (${how}) ${message.clientId} as it was sent or changed after its sign-out`;
    }
    for (const { invokedAt, sessionId: answered } of phoneAnswers) {
      if (answered === sessionId && invokedAt > answeredAt) yield `private: ${who} was answered after its sign-out`;
    }
  }
}
