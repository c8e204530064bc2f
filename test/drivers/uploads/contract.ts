/** What the driver of uploads promises over any store. */
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import type { UploadStore } from '#runtime/drivers/tus/uploads.js';
import { until } from '../../support/eventually.js';
import { failureOf } from '../../support/failure.js';
import {
  bodyOf,
  type Client,
  checksum,
  clientOf,
  heldBody,
  MOST,
  newName,
  request,
  sha256,
  sharedLeases,
} from './stage.js';

/** `atOnce`: what has come is seen by all, and not only at the end of its request. */
export function uploadsContract(storeOf: () => UploadStore, { atOnce = true } = {}): void {
  let client: Client;
  let name: string;
  beforeEach(() => {
    client = clientOf(storeOf());
    name = newName();
  });

  const headersOf = async (taken: ReturnType<Client['head']>) => (await taken).response.headers ?? {};
  const bytesOf = async (id: string) => {
    const { sha256: hash, head } = await client.uploads.look(id, MOST);
    expect(hash).to.equal(sha256(head));
    return Buffer.from(head).toString();
  };

  it('begins one, goes on with it piece by piece, and tells how far it is and when it is whole', async () => {
    const { response } = await client.create(name, { 'upload-length': 11, 'upload-metadata': 'filename YQ==' });
    expect(response.status).to.equal(201);
    expect(response.headers).to.include({ location: `/up/${name}` });
    expect(response.headers).to.have.property('upload-expires');
    const first = await client.patch(name, 0, bodyOf('hello'));
    expect(first.response).to.deep.include({ status: 204 });
    expect(first.response.headers).to.include({ 'upload-offset': '5' });
    expect(first.whole).to.equal(undefined);
    expect(await headersOf(client.head(name))).to.deep.include({
      'upload-offset': '5',
      'upload-length': '11',
      'upload-metadata': 'filename YQ==',
      'cache-control': 'no-store',
    });
    expect((await client.patch(name, 5, bodyOf(' ', 'world'))).whole).to.deep.equal({ size: 11 });
    expect((await client.head(name)).whole).to.deep.equal({ size: 11 });
    expect(await bytesOf(name)).to.equal('hello world');
  });

  it('is made once: who makes it once more is told to come again, and empties nothing', async () => {
    await client.create(name, { 'upload-length': 11 });
    await client.patch(name, 0, bodyOf('hello '));
    for (const body of [undefined, bodyOf('hello')])
      expect((await client.create(name, { 'upload-length': 11 }, body)).response.status).to.equal(423);
    expect((await client.patch(name, 6, bodyOf('world'))).whole).to.deep.equal({ size: 11 });
    expect(await bytesOf(name)).to.equal('hello world');
  });

  it('hashes on the way what comes in one request', async () => {
    const created = await client.create(name, { 'upload-length': 11 }, bodyOf('hello', ' world'));
    expect(created.response.headers).to.include({ 'upload-offset': '11', location: `/up/${name}` });
    expect(created.whole).to.deep.equal({ size: 11, sha256: sha256('hello world') });
    const other = newName();
    await client.create(other, { 'upload-length': 3 });
    expect((await client.patch(other, 0, bodyOf('abc'))).whole).to.deep.equal({ size: 3, sha256: sha256('abc') });
    expect(await client.uploads.look(other, 2, 'known')).to.deep.equal({ sha256: 'known', head: Buffer.from('ab') });
  });

  it('has one of no bytes whole at once', async () => {
    expect((await client.create(name, { 'upload-length': 0 })).whole).to.include({ size: 0 });
    expect(await bytesOf(name)).to.equal('');
  });

  it('takes one whose length is told later', async () => {
    await client.create(name, { 'upload-defer-length': 1 });
    await client.patch(name, 0, bodyOf('abc'));
    expect(await headersOf(client.head(name))).to.include({ 'upload-defer-length': '1', 'upload-offset': '3' });
    const told = await client.patch(name, 3, bodyOf('de'), { 'upload-length': 5 });
    expect(told.whole).to.deep.equal({ size: 5 });
  });

  it('keeps what came of a body that broke off, and goes on from there', async () => {
    await client.create(name, { 'upload-length': 10 });
    const broken = await client.patch(name, 0, bodyOf('four', new Failure('invalid', 'the body broke off')));
    expect(broken.response.headers).to.include({ 'upload-offset': '4' });
    expect((await client.patch(name, 4, bodyOf('sixsix'))).whole).to.deep.equal({ size: 10 });
  });

  it('finishes nothing for a caller who may not any more', async () => {
    await client.create(name, { 'upload-length': 4 });
    const failure = await failureOf(() => client.patch(name, 0, bodyOf('four', new Failure('unauthorized', 'no'))));
    expect(failure.code).to.equal('unauthorized');
  });

  for (const [what, ask, code] of [
    ['another offset', (on: Client, id: string) => on.patch(id, 3, bodyOf('x')), 'conflict'],
    ['an offset that is none', (on: Client, id: string) => on.patch(id, Number.NaN, bodyOf('x')), 'invalid'],
    ['no offset', (on: Client, id: string) => on.patch(id, 0, bodyOf('x'), { 'upload-offset': '' }), 'invalid'],
    ['more than it is to become', (on: Client, id: string) => on.patch(id, 0, bodyOf('x'.repeat(11))), 'too_large'],
    ['another type', (on: Client, id: string) => on.patch(id, 0, bodyOf('x'), { 'content-type': 'a/b' }), 'invalid'],
    ['another length', (on: Client, id: string) => on.patch(id, 0, bodyOf('x'), { 'upload-length': 5 }), 'invalid'],
    ['one that is not there', (on: Client) => on.patch(newName(), 0, bodyOf('x')), 'not_found'],
    ['how far one is that is not there', (on: Client) => on.head(newName()), 'not_found'],
    ['too much', (on: Client) => on.create(newName(), { 'upload-length': MOST + 1 }), 'too_large'],
    ['no length', (on: Client) => on.create(newName(), {}), 'invalid'],
    [
      'concatenation',
      (on: Client) => on.create(newName(), { 'upload-concat': 'partial', 'upload-length': 1 }),
      'invalid',
    ],
    [
      'an unknown checksum',
      (on: Client, id: string) => on.patch(id, 0, bodyOf('x'), { 'upload-checksum': 'md5 AA==' }),
      'invalid',
    ],
  ] as const) {
    it(`refuses ${what}, and changes nothing`, async () => {
      await client.create(name, { 'upload-length': 10 });
      expect((await failureOf(() => ask(client, name))).code).to.equal(code);
      expect(await client.uploads.find(name)).to.deep.equal({ offset: 0, size: 10 });
    });
  }

  it('cuts what becomes more than announced', async () => {
    await client.create(name, { 'upload-length': 4 });
    const { body, give, end } = heldBody();
    give('abc');
    give('def');
    end();
    expect((await failureOf(() => client.patch(name, 0, body))).code).to.equal('too_large');
    expect((await client.uploads.find(name))?.offset).to.be.at.most(4);
  });

  it('answers 412 to who speaks another version', async () => {
    const { response } = await client.create(name, { 'upload-length': 4, 'tus-resumable': '0.2.2' });
    expect(response).to.deep.include({ status: 412 });
    expect(response.headers).to.include({ 'tus-version': '1.0.0' });
    expect(client.uploads.asked(request('POST', name, { 'tus-resumable': '' }))).to.have.nested.property(
      'refused.status',
      412,
    );
  });

  it('says what it can', () => {
    const { headers = {} } = client.uploads.options();
    expect(headers['tus-extension']?.split(',')).to.have.members([
      ...['creation', 'creation-with-upload', 'creation-defer-length', 'termination', 'expiration', 'checksum'],
    ]);
    expect(headers).to.include({ 'tus-checksum-algorithm': 'sha256', 'tus-max-size': String(MOST) });
  });

  it('keeps what has the checksum that is announced, and nothing of what has another', async () => {
    await client.create(name, { 'upload-length': 8 });
    const wrong = await client.patch(name, 0, bodyOf('four'), { 'upload-checksum': checksum('FOUR') });
    expect(wrong.response.status).to.equal(460);
    expect(await client.uploads.find(name)).to.deep.equal({ offset: 0, size: 8 });
    const right = await client.patch(name, 0, bodyOf('four'), { 'upload-checksum': checksum('four') });
    expect(right.response.headers).to.include({ 'upload-offset': '4' });
    expect((await client.patch(name, 4, bodyOf('more'), { 'upload-checksum': checksum('more') })).whole).to.include({
      size: 8,
    });
    const made = await client.create(
      newName(),
      { 'upload-length': 4, 'upload-checksum': checksum('x') },
      bodyOf('four'),
    );
    expect(made.response.status).to.equal(460);
  });

  it('lets one request at a time write: another has it end, and goes on from what came', async () => {
    const leases = sharedLeases();
    const [one, two] = [clientOf(storeOf(), leases), clientOf(storeOf(), leases)];
    await one.create(name, { 'upload-length': 9 });
    const { body, give, isTaken } = heldBody(9);
    give('abc');
    const first = one.patch(name, 0, body);
    await until(isTaken);
    const found = await headersOf(two.head(name));
    expect(found).to.include({ 'upload-offset': '3' });
    expect((await first).response.headers).to.include({ 'upload-offset': '3' });
    expect((await failureOf(() => two.patch(name, 0, bodyOf('XYZXYZXYZ')))).code).to.equal('conflict');
    expect((await two.patch(name, 3, bodyOf('defghi'))).whole).to.deep.equal({ size: 9 });
    give('late!!');
    expect(await bytesOf(name)).to.equal('abcdefghi');
  });

  it('answers 423 while another one does not end', async () => {
    const leases = sharedLeases();
    const times = { leaseMs: 60_000, keepEveryMs: 60_000, askEveryMs: 10, waitMs: 60 };
    const [one, two] = [clientOf(storeOf(), leases, times), clientOf(storeOf(), leases, times)];
    await one.create(name, { 'upload-length': 9 });
    const { body, give, end, isTaken } = heldBody(9);
    give('abc');
    const first = one.patch(name, 0, body);
    await until(isTaken);
    expect((await two.head(name)).response.status).to.equal(423);
    end();
    await first;
  });

  const seenAtOnce = atOnce ? it : () => {};
  seenAtOnce('writes no more once it may not be sure that it is alone', async () => {
    const leases = sharedLeases();
    const one = clientOf(storeOf(), leases);
    await one.create(name, { 'upload-length': 9 });
    const { body, give, end } = heldBody();
    const first = failureOf(() => one.patch(name, 0, body));
    give('abc');
    await until(async () => (await one.uploads.find(name))?.offset === 3);
    leases.cutOff(name);
    const two = clientOf(storeOf(), leases);
    expect((await two.patch(name, 3, bodyOf('defghi'))).whole).to.deep.equal({ size: 9 });
    for (let n = 0; n < 3; n++) give('XYZ');
    end();
    expect((await first).code).to.equal('conflict');
    expect(await bytesOf(name)).to.equal('abcdefghi');
  });

  it('takes one away, whole or not, as often as one likes, and lists those that there are', async () => {
    const names = [newName(), newName(), newName()].sort();
    for (const each of names) await client.create(each, { 'upload-length': 3 });
    await client.patch(names[1]!, 0, bodyOf('abc'));
    const all = async () => (await client.uploads.list(undefined, 10_000)).filter(each => names.includes(each));
    expect(await all()).to.deep.equal(names);
    expect(await client.uploads.list(names[0], 1)).to.have.length(1);
    for (const each of [...names, ...names]) await client.uploads.remove(each);
    expect(await all()).to.deep.equal([]);
    expect(await client.uploads.find(names[1]!)).to.equal(undefined);
  });

  it('answers in the protocol’s words for one that is kept elsewhere by now', async () => {
    const { uploads } = client;
    expect(uploads.begun(name, 7)).to.deep.equal({
      status: 201,
      headers: { location: `/up/${name}`, 'upload-offset': '7' },
    });
    expect(uploads.settled(request('HEAD', name), 7, { kind: 'file' })).to.deep.equal({
      status: 200,
      headers: {
        'upload-offset': '7',
        'upload-length': '7',
        'cache-control': 'no-store',
        'upload-metadata': 'kind ZmlsZQ==',
      },
    });
    expect(uploads.settled(request('PATCH', name, { 'upload-offset': 7 }), 7, {})).to.have.property('status', 204);
    const other = await failureOf(async () => uploads.settled(request('PATCH', name, { 'upload-offset': 3 }), 7, {}));
    expect(other.code).to.equal('conflict');
    expect(uploads.gone().status).to.equal(410);
  });
}
