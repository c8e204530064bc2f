/** What operators look at: how long messages were on their way. */
import type { Deployment } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import { group, send, signUp } from '../support/people.js';

export function measured(the: () => Deployment): void {
  it('measures how long a message was on its way, until it is handed to its readers', async () => {
    const [one] = the().gateways;
    const [mia, noah] = await Promise.all([signUp(one, 'Mia'), signUp(one, 'Noah')]);
    const chat = await group(mia, [noah]);
    await send(await mia.connect(), chat.id, 'how long did this take?');
    await eventually('the gateway has measured it', async () => {
      const text = await (await fetch(`${one}/metrics`)).text();
      return /^delivery_lag_seconds_count\{.*event="message:new"\} [1-9]/m.test(text);
    });
    mia.leave();
  });
}
