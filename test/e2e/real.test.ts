/** The same story on PostgreSQL, Redis and RabbitMQ: two gateways, three chat-svc, two presence-svc, each its own process. */
import { type Deployment, real } from '../support/deployment.js';
import { showOnFailure } from '../support/report.js';
import { badChanges } from './bad-input/changes.js';
import { badQueues } from './bad-input/queues.js';
import { badRest } from './bad-input/rest.js';
import { badSocket } from './bad-input/socket.js';
import { badTokens } from './bad-input/tokens.js';
import { draining } from './draining.js';
import { lapse } from './lapse.js';
import { measured } from './measured.js';
import { joining, outages, pressing, starting } from './outages.js';
import { roles } from './roles.js';
import { story } from './story.js';

describe('Mini-Telegram on real servers', () => {
  let deployment: Deployment | undefined;
  const the = () => deployment!;

  before(async function () {
    this.timeout(90_000);
    const made = await real();
    if (!('missing' in made)) {
      deployment = made;
      return;
    }
    if (process.env.CI === 'true') throw new Error(`real servers are missing: ${made.missing}`);
    console.warn(`SKIPPED: the story on real servers, because of ${made.missing}`);
    this.skip();
  });
  showOnFailure(the);
  after(async () => {
    await deployment?.stop();
  });

  const { killed, lapsed } = lapse(the);
  killed();
  story(the, 'real');
  roles(the);
  measured(the);
  badRest(the);
  badSocket(the);
  badChanges(the);
  badTokens(the);
  badQueues(the);
  draining(the);
  outages(the);
  starting(the);
  joining(the);
  pressing(the);
  lapsed();
});
