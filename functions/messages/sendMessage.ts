/** Sends a message over a live connection. */
import { single } from '../define.js';
import { messageSent } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { Accepted, accepted, Stored, Submission, submit } from '../domain/submission.js';

export const sendMessage = single({
  name: 'sendMessage',
  access: 'member',
  needs: [],
  limits: [RATES.send],
  publishes: [messageSent],
  summary: 'Sends a message. The acknowledgement has its `seq`, or says that it was accepted and will be stored.',
  input: Submission,
  output: { ok: Stored, accepted: Accepted },
  refuses: ['not_found', 'forbidden', 'conflict'],
  handle: (context, { data }) => submit(context, data),
  settle(_context, { data: { clientId } }, { reply: message }) {
    if (!message) return accepted(clientId);
    const { id, seq, sentAt } = message;
    return { reply: { clientId, status: 'stored' as const, id, seq, sentAt } };
  },
});
