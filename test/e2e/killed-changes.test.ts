/** A chat-svc that dies between what it committed and telling it: whoever comes after it tells it, though nothing changes any more. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Deployment, real } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import { group, history, send, signUp } from '../support/people.js';
import { showOnFailure } from '../support/report.js';
import type { Message } from '../support/shapes.js';
import { type TcpProxy, tcpProxy } from '../support/tcp-proxy.js';

const LAG_MS = 1_000;

interface Changed {
  readonly change: number;
  readonly message: Message;
}

describe('a change that was committed and not told when chat-svc was killed', function () {
  this.timeout(90_000);
  let deployment: Deployment;
  let line: TcpProxy;

  before(async function () {
    const made = await real(['gateway', 'presence-svc']);
    if ('missing' in made) {
      if (process.env.CI === 'true') throw new Error(`real servers are missing: ${made.missing}`);
      console.warn(`SKIPPED: a killed chat-svc, because of ${made.missing}`);
      return this.skip();
    }
    deployment = made;
    const { hostname, port } = new URL(made.services?.dsn ?? '');
    line = await tcpProxy({ host: hostname, port: Number(port || 5432) });
  });
  showOnFailure(() => deployment);
  after(async () => {
    await deployment?.stop();
    await line?.close();
  });

  it('is told by the next one, as it is, and takes no other number', async () => {
    const [gateway] = deployment.gateways;
    const dsn = new URL(deployment.services?.dsn ?? '');
    dsn.hostname = '127.0.0.1';
    dsn.port = `${line.port}`;
    const doomed = await deployment.start('chat-svc', { DSN: dsn.href });
    const [ann, ben] = await Promise.all([signUp(gateway, 'Ann'), signUp(gateway, 'Ben')]);
    const chat = await group(ann, [ben]);
    const [anns, bens] = await Promise.all([ann.connect(), ben.connect()]);
    for (const body of ['one', 'two']) await send(anns, chat.id, body);

    // The answer to the commit is still under way when others see what was committed.
    line.slow(LAG_MS);
    const place = { chatId: chat.id, seq: 1 };
    const accepted = { status: 'accepted' };
    const edit = { ...place, clientId: randomUUID(), body: 'uno' };
    expect(await anns.ask('message:edit', edit)).to.deep.equal(accepted);
    await eventually('the edit is committed', async () => (await history(ben, chat.id))[0]?.rev === 1, {
      within: 20 * LAG_MS,
      every: 10,
    });
    await doomed.kill();
    expect(bens.heard('message:changed'), 'before it was killed').to.deep.equal([]);

    await deployment.start('chat-svc');
    const told = await bens.waitFor<Changed>('message:changed', undefined, 30_000);
    expect(told).to.deep.include({ change: 1, message: (await history(ben, chat.id))[0] });
    expect(await anns.ask('message:edit', edit), 'the same again').to.deep.equal({
      status: 'stored',
      seq: 1,
      change: 0,
    });
    for (const person of [ann, ben]) person.leave();
  });
});
