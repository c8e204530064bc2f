/** A member's device has received everything up to a message. */
import { single } from '../define.js';
import { messageDelivered } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { Nothing } from '../domain/model.js';
import { Report, receipt } from '../domain/watermark.js';

export const markDelivered = single({
  name: 'markDelivered',
  access: 'member',
  needs: [],
  limits: [RATES.report],
  publishes: [messageDelivered],
  summary: 'Marks all messages up to `seq` as delivered. The members are notified shortly after.',
  input: Report,
  output: { accepted: Nothing },
  handle: (context, { data }) => ({
    status: 'accepted',
    reply: {},
    publish: [messageDelivered(receipt(context, data))],
  }),
});
