/** One upload by way of several gateways: one of them dies in the middle, and two of them are asked at once. */

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Deployment, real } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import { type Person, signUp } from '../../support/people.js';
import { showOnFailure } from '../../support/report.js';
import { ask, begin, keptAs, patch, sha256, someBytes, TYPE } from './stage.js';

describe('an upload at several gateways', function () {
  this.timeout(90_000);
  let deployment: Deployment;
  let folder: string;
  let ann: Person;
  const open: ClientRequest[] = [];

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), 'media-'));
    const made = await real(['gateway', 'gateway'], { MEDIA_DIR: folder });
    if ('missing' in made) {
      if (process.env.CI === 'true') throw new Error(`real servers are missing: ${made.missing}`);
      console.warn(`SKIPPED: uploads at several gateways, because of ${made.missing}`);
      return this.skip();
    }
    deployment = made;
    ann = await signUp(deployment.gateways[0], 'Ann');
  });
  showOnFailure(() => deployment);
  after(async () => {
    for (const each of open) each.destroy();
    await deployment?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const elsewhere = () => ({ ...ann, gateway: deployment.gateways[1] });
  const fileOf = (path: string) => join(folder, 'uploads', path.split('/').at(-1) ?? '');

  /** Begins to send, and resolves when so much is on the disk. */
  async function sendSome(path: string, whole: number, some: Buffer, gateway = ann.gateway): Promise<ClientRequest> {
    const headers = { authorization: `Bearer ${ann.accessToken}`, 'tus-resumable': '1.0.0', 'content-type': TYPE };
    const asked = request(new URL(path, gateway), {
      ...{ method: 'PATCH', agent: false },
      headers: { ...headers, 'upload-offset': '0', 'content-length': whole },
    });
    open.push(asked.on('error', () => {}));
    asked.write(some);
    await eventually(
      'it is on the disk',
      async () => (await stat(fileOf(path)).catch(() => undefined))?.size === some.length,
    );
    return asked;
  }

  it('of two requests at once one goes on, and their bytes are never mixed', async () => {
    const bytes = someBytes(200_000);
    const path = await begin(ann, bytes.length);
    const first = await sendSome(path, bytes.length, bytes.subarray(0, 70_000));
    const second = await patch(elsewhere(), path, 0, someBytes(bytes.length));
    expect(second.status).to.be.oneOf([409, 423]);
    const head = await ask(elsewhere(), 'HEAD', path);
    expect(head.headers.get('upload-offset')).to.equal('70000');
    first.destroy();
    expect((await patch(elsewhere(), path, 70_000, bytes.subarray(70_000))).status).to.equal(204);
    expect(await keptAs(folder, sha256(bytes))).to.deep.equal(bytes);
  });

  it('goes on at another gateway when its own was killed', async () => {
    const bytes = someBytes(300_000);
    const path = await begin(ann, bytes.length);
    await sendSome(path, bytes.length, bytes.subarray(0, 100_000));
    const doomed = deployment.processes.find(({ url }) => url === ann.gateway);
    await doomed?.kill();
    const head = await ask(elsewhere(), 'HEAD', path);
    expect(head.status).to.equal(200);
    const offset = Number(head.headers.get('upload-offset'));
    expect(offset).to.equal(100_000);
    const done = await patch(elsewhere(), path, offset, bytes.subarray(offset));
    expect([done.status, done.headers.get('x-media-id')]).to.deep.equal([204, path.split('/').at(-1)]);
    expect(await keptAs(folder, sha256(bytes))).to.deep.equal(bytes);
  });
});
