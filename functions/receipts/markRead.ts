/** A member has read everything up to a message. */
import { single } from '../define.js';
import { messageRead } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { Nothing } from '../domain/model.js';
import { Report, receipt } from '../domain/watermark.js';

export const markRead = single({
  name: 'markRead',
  access: 'member',
  needs: [],
  limits: [RATES.report],
  publishes: [messageRead],
  summary: 'Marks all messages up to `seq` as read. The members are notified shortly after.',
  input: Report,
  output: { accepted: Nothing },
  handle: (context, { data }) => ({
    status: 'accepted',
    reply: {},
    publish: [messageRead(receipt(context, data))],
  }),
});
