/** What operators look at: how long messages were on their way. */
import { expect } from 'chai';
import type { Deployment } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import { group, send, signUp } from '../support/people.js';

const scrape = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();

/** The sum over all of a name's series whose labels are like this. */
function sumOf(text: string, name: string, labels = ''): number {
  const lines = text.split('\n').filter(line => line.startsWith(`${name}{`) && line.includes(labels));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

export function measured(the: () => Deployment): void {
  it('counts messages that are accepted, stored and delivered', async () => {
    const [one] = the().gateways;
    const { processes } = the();
    const urls = processes.map(({ url }) => url);
    const sum = async (name: string, labels: string) =>
      (await Promise.all(urls.map(scrape))).reduce((total, text) => total + sumOf(text, name, labels), 0);
    const counts = async () => ({
      accepted: await sum('queue_published_total', 'queue="chat.messages"'),
      stored: await sum('queue_items_total', 'queue="chat.messages",result="ok"'),
      delivered: await sum('deliveries_total', 'event="message:new"'),
    });
    const [mia, noah] = await Promise.all([signUp(one, 'Mia'), signUp(one, 'Noah')]);
    const chat = await group(mia, [noah]);
    const [live, other] = await Promise.all([mia.connect(), noah.connect()]);
    const before = await counts();
    for (let n = 1; n <= 5; n++) await send(live, chat.id, `message ${n}`);
    await eventually('all are delivered', () => other.heard('message:new').length === 5);
    const after = await counts();
    expect(after.accepted - before.accepted).to.equal(5);
    expect(after.stored - before.stored).to.equal(5);
    expect(after.delivered - before.delivered).to.equal(10);
    for (const each of [mia, noah]) each.leave();
  });

  it('shows its queues and its connections to the database', async () => {
    const worker = the().one('chat-svc');
    const text = await scrape(worker.url);
    for (let partition = 0; partition < 8; partition++) {
      const labels = `queue="chat.messages",partition="${partition}"`;
      expect(text).to.contain(`queue_messages_ready{${labels}`);
      expect(sumOf(text, 'queue_consumers', labels), labels).to.equal(1);
    }
    expect(sumOf(text, 'db_client_connection_max')).to.equal(10);
    expect(sumOf(text, 'db_client_connection_count')).to.be.within(1, 10);
    expect(text).to.match(/^db_client_connection_pending_requests\{image="[^"]+"\} \d+$/m);
  });

  it('measures how long a message was on its way, until it is handed to its readers', async () => {
    const [one] = the().gateways;
    const [mia, noah] = await Promise.all([signUp(one, 'Mia'), signUp(one, 'Noah')]);
    const chat = await group(mia, [noah]);
    await send(await mia.connect(), chat.id, 'how long did this take?');
    await eventually('the gateway has measured it', async () => {
      return sumOf(await scrape(one), 'delivery_lag_seconds_count', 'event="message:new"') > 0;
    });
    mia.leave();
  });
}
