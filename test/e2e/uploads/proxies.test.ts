/** Uploads through proxies that are set up as docs/operating.md says, cut on the way to them. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Deployment, embedded } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import { type Person, signUp } from '../../support/people.js';
import { haproxyBinary, nginxBinary, type RunningProxy, startHaproxy, startNginx } from '../../support/proxies.js';
import { showOnFailure } from '../../support/report.js';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.js';
import { keptAs, sha256, someBytes } from './stage.js';
import { sendByTus } from './tus.js';

const MIB = 1024 * 1024;
const GUIDE = new URL('../../../../docs/operating.md', import.meta.url);
const PROXIES = [
  { name: 'nginx', binary: nginxBinary, start: startNginx },
  { name: 'haproxy', binary: haproxyBinary, start: startHaproxy },
];

/** What has come of the uploads on their way, in bytes. */
async function sizeOfUploads(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = names.filter(name => !name.includes('.json')).map(async name => (await stat(join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

describe('uploads through proxies', function () {
  this.timeout(120_000);
  let deployment: Deployment;
  let folder: string;
  let ann: Person;
  const ends: (() => Promise<void>)[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'media-'));
    deployment = await embedded({ MEDIA_DIR: folder });
    ann = await signUp(deployment.gateways[0], 'Ann');
  });
  showOnFailure(() => deployment);
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  after(async () => {
    await deployment?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** What the guide says, for the gateway and the port that there are here. */
  async function startAsGuided({ name, binary = '', start }: (typeof PROXIES)[number]): Promise<RunningProxy> {
    const [, said = ''] = new RegExp(`\`\`\`${name}\n(.*?)\`\`\``, 's').exec(await readFile(GUIDE, 'utf8')) ?? [];
    const { host } = new URL(deployment.gateways[0]);
    const proxy = await start(binary, address => said.replace('gateway:8080', host).replace(/(?:\*:)?\b80\b/, address));
    ends.push(proxy.stop);
    return proxy;
  }

  async function lineTo({ url }: RunningProxy): Promise<TcpProxy> {
    const { hostname: host, port } = new URL(url);
    const line = await tcpProxy({ host, port: Number(port) });
    ends.push(line.close);
    return line;
  }

  for (const proxy of PROXIES) {
    it(`go on where they had come to, behind ${proxy.name}`, async function () {
      if (proxy.binary === undefined) {
        if (process.env.CI === 'true') throw new Error(`not installed: ${proxy.name}`);
        console.warn(`      SKIPPED: not installed: ${proxy.name}`);
        return this.skip();
      }
      const line = await lineTo(await startAsGuided(proxy));
      line.slow(20);
      const bytes = someBytes(8 * MIB);
      const offsets: number[] = [];
      const sent = sendByTus({ ...ann, gateway: `http://127.0.0.1:${line.port}` }, bytes, {
        retryDelays: Array<number>(100).fill(100),
        onBeforeRequest: request => {
          const offset = request.getHeader('Upload-Offset');
          if (offset !== undefined) offsets.push(Number(offset));
        },
        onUploadUrlAvailable: () => void cutOnTheWay().catch(() => {}),
      });
      async function cutOnTheWay(): Promise<void> {
        await eventually('some of it is there', async () => (await sizeOfUploads(join(folder, 'uploads'))) >= MIB);
        line.cut();
        line.mend();
      }
      const { error, seen } = await sent;
      expect(error).to.equal(undefined);
      expect(seen).to.include('HEAD 200');
      expect(offsets[0]).to.equal(0);
      expect(offsets.at(-1), 'what had come is not sent again').to.be.at.least(MIB);
      expect(await keptAs(folder, sha256(bytes))).to.deep.equal(bytes);
    });
  }
});
