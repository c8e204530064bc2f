/** What HTTP makes of a result: values in, values out. */
import { expect } from 'chai';
import { http } from '#runtime/contract/trigger.js';
import { httpReply } from '#runtime/core/http-reply.js';

const plain = http.post('/things');
const content = { type: 'text/plain' } as never;

describe('a reply over HTTP', () => {
  it('says success in the number of its status, and 204 where there is nothing but success to say', () => {
    const numbers = (['ok', 'created', 'accepted'] as const).map(status => [
      httpReply(plain, { status, reply: { id: 1 } }).status,
      httpReply(plain, { status }).status,
    ]);
    expect(numbers).to.deep.equal([
      [200, 204],
      [201, 201],
      [202, 202],
    ]);
    expect(httpReply(plain, { status: 'ok', content }).status, 'bytes are a body').to.equal(200);
  });

  it('says it in the number that its route wants', () => {
    const trigger = http.post('/things', { statuses: { ok: 200, created: 200 } });
    expect((['ok', 'created', 'accepted'] as const).map(status => httpReply(trigger, { status }).status)).to.deep.equal(
      [...[200, 200, 202]],
    );
  });

  it('has the named members as headers, in lower case and as text, and the others as its body', () => {
    const trigger = http.get('/things', { responseHeaders: { offset: 'Upload-Offset', etag: 'ETag' } });
    const reply = { offset: 7, name: 'x', etag: undefined, constructor: 'mine' };
    expect(httpReply(trigger, { status: 'ok', reply })).to.deep.equal({
      ...{ status: 200, headers: ['upload-offset', '7'] },
      body: { name: 'x', constructor: 'mine' },
    });
    expect(httpReply(trigger, { status: 'ok', reply: { offset: 0, etag: 'a' } })).to.deep.equal({
      ...{ status: 204, headers: ['upload-offset', '0', 'etag', 'a'], body: undefined },
    });
  });

  it('is what it is where its route names no header, or where it has no members', () => {
    const trigger = http.get('/things', { responseHeaders: { offset: 'Upload-Offset' } });
    const reply = { offset: 7 };
    expect(httpReply(plain, { status: 'ok', reply })).to.deep.equal({ status: 200, headers: [], body: reply });
    expect(httpReply(plain, { status: 'ok', reply }).body, 'not a copy').to.equal(reply);
    for (const bare of [null, 'text', 7]) {
      expect(httpReply(trigger, { status: 'ok', reply: bare })).to.deep.equal({ status: 200, headers: [], body: bare });
    }
    expect(httpReply(trigger, { status: 'ok' })).to.deep.equal({ status: 204, headers: [], body: undefined });
  });

  it('has no other body beside bytes, and its headers all the same', () => {
    const trigger = http.get('/things', { responseHeaders: { etag: 'ETag' } });
    expect(httpReply(trigger, { status: 'ok', reply: { etag: 'a', size: 3 }, content })).to.deep.equal({
      ...{ status: 200, headers: ['etag', 'a'], body: undefined },
    });
  });
});
