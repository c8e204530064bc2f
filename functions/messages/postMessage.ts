/** Sends a message over HTTP. */
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { Message } from '../domain/model.js';
import { EVENTS } from '../domain/names.js';
import { Accepted, accepted, Submission, storedMessage, submit } from '../domain/submission.js';

export const postMessage = single({
  name: 'postMessage',
  access: 'member',
  needs: [],
  limits: [RATES.send],
  publishes: [EVENTS.messageSent],
  summary: 'Sends a message and returns it as stored, or 202 when it was accepted and will be stored.',
  input: Submission,
  output: { created: Message, accepted: Accepted },
  refuses: ['not_found', 'forbidden'],
  handle: (context, { data }) => submit(context, data),
  settle(_context, { data: { clientId } }, settled) {
    const message = storedMessage(settled);
    return message ? { status: 'created', reply: message } : accepted(clientId);
  },
});
