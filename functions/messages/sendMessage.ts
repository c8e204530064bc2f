/** Sends a message over a live connection. */
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { EVENTS } from '../domain/names.js';
import { Accepted, accepted, Stored, Submission, storedMessage, submit } from '../domain/submission.js';

export const sendMessage = single({
  name: 'sendMessage',
  access: 'member',
  needs: [],
  limits: [RATES.send],
  publishes: [EVENTS.messageSent],
  summary: 'Sends a message. The acknowledgement has its `seq`, or says that it was accepted and will be stored.',
  input: Submission,
  output: { ok: Stored, accepted: Accepted },
  refuses: ['not_found', 'forbidden'],
  handle: (context, { data }) => submit(context, data),
  settle(_context, { data: { clientId } }, settled) {
    const message = storedMessage(settled);
    if (!message) return accepted(clientId);
    const { id, seq, sentAt } = message;
    return { reply: { clientId, status: 'stored' as const, id, seq, sentAt } };
  },
});
