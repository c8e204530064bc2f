/** A member's device has received everything up to a message. */
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { Nothing } from '../domain/model.js';
import { EVENTS, QUEUES } from '../domain/names.js';
import { Report, receipt } from '../domain/watermark.js';

export const markDelivered = single({
  name: 'markDelivered',
  access: 'member',
  needs: [],
  limits: [RATES.report],
  publishes: [EVENTS.messageDelivered],
  summary: 'Marks all messages up to `seq` as delivered. The members are notified shortly after.',
  input: Report,
  output: { accepted: Nothing },
  handle: (context, { data }) => ({
    status: 'accepted',
    reply: {},
    publish: [receipt(context, data, { queue: QUEUES.delivered, type: EVENTS.messageDelivered })],
  }),
});
