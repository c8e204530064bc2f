/** A second product, on the runtime as it is packed: what is not in the package, it does not have. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { io } from 'socket.io-client';
import { linkInstalled } from '#support/checkout.js';
import { eventually } from '../support/eventually.js';
import { startLoneImage } from '../support/lone-image.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface Order {
  readonly id: string;
  readonly item: string;
}

describe('the example orders, on the packed runtime', function () {
  this.timeout(120_000);
  let folder: string;
  let shop: Awaited<ReturnType<typeof startLoneImage>>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orders-'));
    await cp(join(ROOT, 'examples/orders'), folder, { recursive: true });
    await install();
    await run(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd: folder });
    shop = await startLoneImage(join(folder, 'dist/main.js'), 'orders', folder, {
      ...{ DSN: '', REDIS_ADDR: '', AMQP_URL: '', DATA_DIR: join(folder, 'data') },
    });
    await eventually('it is ready', async () => (await fetch(`${shop.url}/health`)).status === 200, {
      within: 60_000,
    });
  });
  after(async () => {
    expect(await shop.end()).to.equal(0);
    await rm(folder, { recursive: true });
  });

  /** The runtime as npm would unpack it; the packages that it asks for are those that are installed here. */
  async function install(): Promise<void> {
    const modules = join(folder, 'node_modules');
    await mkdir(modules);
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: join(ROOT, 'runtime'),
    });
    await run('tar', ['xzf', stdout.trim()], { cwd: folder });
    await cp(join(folder, 'package'), join(modules, 'function-runtime'), { recursive: true });
    await linkInstalled(modules);
  }

  const place = (item: string, customer?: string) =>
    fetch(`${shop.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(customer && { authorization: `Bearer ${customer}` }) },
      body: JSON.stringify({ item }),
    });

  it('takes orders by route and by socket, stores them in their order, tells their customer, and closes them in time', async () => {
    const [ann, ben] = ['ann', 'ben'].map(token => io(shop.url, { auth: { token }, transports: ['websocket'] }));
    const heard: string[] = [];
    for (const told of ['placed', 'closed']) {
      ann!.on(`order:${told}`, ({ item }: Order) => heard.push(`${told} ${item}`));
      ben!.on(`order:${told}`, ({ item }: Order) => heard.push(`Ben heard of ${item}`));
    }
    await eventually('both are connected', () => ann!.connected && ben!.connected);
    try {
      const first = await ann!.emitWithAck('order:place', { item: 'a book' });
      expect(first).to.have.nested.property('data.customer', 'ann');
      const second = await place('a pen', 'ann');
      expect(second.status).to.equal(201);
      expect(((await second.json()) as Order).id > first.data.id).to.equal(true);
      await eventually('they are closed', () => heard.length === 4);
      expect(heard).to.deep.equal(['placed a book', 'placed a pen', 'closed a book', 'closed a pen']);
    } finally {
      ann!.close();
      ben!.close();
    }
  });

  it('refuses who does not say who they are, and what is no order', async () => {
    expect((await place('a pen')).status).to.equal(401);
    expect((await place('', 'ann')).status).to.equal(400);
  });

  it('is small, and has no word of chat in it, nor has the runtime', async () => {
    const { stdout: lines } = await run('sh', ['-c', 'cat *.ts migrations/*.sql | wc -l'], { cwd: folder });
    expect(Number(lines)).to.be.below(150);
    const spoken = await run(
      'grep',
      ['-riEl', '\\b(chat|telegram)', 'package/dist', 'functions.ts', 'orders.ts', 'main.ts', '--include=*.js'],
      {
        cwd: folder,
      },
    ).catch(({ stdout }) => ({ stdout }));
    expect(spoken.stdout).to.equal('');
  });
});
