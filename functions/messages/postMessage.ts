/** Sends a message over HTTP. */
import { single } from '../define.js';
import { messageSent } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { Message } from '../domain/model.js';
import { Accepted, accepted, Submission, submit } from '../domain/submission.js';

export const postMessage = single({
  name: 'postMessage',
  access: 'member',
  needs: [],
  limits: [RATES.send],
  publishes: [messageSent],
  summary: 'Sends a message and returns it as stored, or 202 when it was accepted and will be stored.',
  input: Submission,
  output: { created: Message, accepted: Accepted },
  refuses: ['not_found', 'forbidden', 'conflict'],
  handle: (context, { data }) => submit(context, data),
  settle(_context, { data: { clientId } }, { reply: message }) {
    return message ? { status: 'created', reply: message } : accepted(clientId);
  },
});
