/** The Job that makes passwords, run as it stands against an API server that keeps one Secret: it makes each of them once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { K8S, readManifests } from './manifests.js';

interface Secret {
  metadata: { resourceVersion: string; annotations?: Record<string, string> };
  data?: Record<string, string>;
}

const MADE = 'minitelegram/passwords-made-at';
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the Job that makes passwords', () => {
  let folder: string;
  let api: Server;
  let secret: Secret;
  let conflicts: number;

  before('an API server that merges patches and refuses those of an older version', async () => {
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-credentials-'));
    for (const [name, text] of [
      ['namespace', 'minitelegram'],
      ['token', 'token'],
      ['ca.crt', ''],
    ] as const) {
      await writeFile(join(folder, name), text);
    }
    api = createServer(async (request, response) => {
      const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
      let text = '';
      for await (const chunk of request) text += chunk;
      if (request.method === 'GET') return answer(200, secret);
      const { metadata, data } = JSON.parse(text) as Secret;
      if (conflicts-- > 0 || metadata.resourceVersion !== secret.metadata.resourceVersion) {
        return answer(409, { message: 'the object has been modified' });
      }
      const annotations = { ...secret.metadata.annotations, ...metadata.annotations };
      secret = {
        metadata: { resourceVersion: `${Number(metadata.resourceVersion) + 1}`, annotations },
        data: { ...secret.data, ...data },
      };
      return answer(200, secret);
    }).listen(0, '127.0.0.1');
    await once(api, 'listening');
    const { object } = readManifests(K8S).find(({ name }) => name === 'ConfigMap/generate-credentials') ?? {};
    const script = (object as { data: Record<string, string> }).data['generate.mjs'] as string;
    const here = script
      .replace('/var/run/secrets/kubernetes.io/serviceaccount', folder)
      .replace('https://kubernetes.default.svc', `http://127.0.0.1:${(api.address() as AddressInfo).port}`);
    await writeFile(join(folder, 'generate.mjs'), here);
  });

  after(async () => {
    api.close();
    await rm(folder, { recursive: true });
  });

  beforeEach(() => {
    secret = { metadata: { resourceVersion: '1' } };
    conflicts = 0;
  });

  async function run(): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, [join(folder, 'generate.mjs')], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (said += data));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said };
  }

  it('makes those that are missing, keeps those that are there, and says which, never what', async () => {
    secret.data = { 'redis-password': base64('mine') };
    const { code, said } = await run();
    expect(code).to.equal(0);
    expect(said).to.include('made postgres-password, rabbitmq-password');
    expect(secret.data).to.have.all.keys('postgres-password', 'redis-password', 'rabbitmq-password');
    expect(secret.data?.['redis-password']).to.equal(base64('mine'));
    for (const value of Object.values(secret.data ?? {})) expect(said).to.not.include(value);
  });

  it('changes nothing when it runs again, nor when another was faster', async () => {
    conflicts = 1;
    expect((await run()).code).to.equal(0);
    const made = structuredClone(secret);
    expect((await run()).said).to.include('every password is there');
    expect(secret).to.deep.equal(made);
  });

  it('makes none in place of those that are gone, for the volumes were made with them', async () => {
    await run();
    secret.data = {};
    const { code, said } = await run();
    expect(code).to.equal(1);
    expect(said).to.include('Put the old ones back');
    expect(secret.data).to.deep.equal({});
  });

  it('notes so as well on a Secret that was put back from a backup', async () => {
    secret.data = Object.fromEntries(['postgres', 'redis', 'rabbitmq'].map(name => [`${name}-password`, base64(name)]));
    expect((await run()).code).to.equal(0);
    expect(secret.metadata.annotations).to.have.property(MADE);
  });
});

describe('the network policies', () => {
  it('let DNS out by its ports alone, and the Job to whatever port the API server has', () => {
    const egress = (name: string) =>
      readManifests(K8S).find(each => each.name === `NetworkPolicy/${name}`)?.object.spec.egress;
    const ports = (port: number) => [
      { protocol: 'UDP', port },
      { protocol: 'TCP', port },
    ];
    expect(egress('all-to-dns')).to.deep.equal([{ ports: [...ports(53), ...ports(5353)] }]);
    expect(egress('credentials-to-api-server')).to.deep.equal([{ ports: [{ protocol: 'TCP' }] }]);
  });
});
