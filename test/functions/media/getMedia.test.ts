import { expect } from 'chai';
import { getMedia } from '#functions/media/getMedia.js';
import type { ReadableMedia } from '#functions/ports/mediaReads.js';
import type { Content } from '#runtime/contract/bytes.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { MEDIA, media, portsOf } from './scene.js';

const asked = (found: ReadableMedia | undefined, mediaId = MEDIA) =>
  getMedia.handle(testContext({ caller: {}, ports: portsOf(found) }), testEvent({ mediaId }));

async function contentOf(
  found: ReadableMedia,
): Promise<Content & { length: number; read: (start: number, end: number) => AsyncIterable<Uint8Array> }> {
  const { content } = await asked(found);
  if (!content || !('read' in content)) throw new Error('it answers with no bytes that can be read from anywhere');
  return content;
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  return text;
}

describe('getMedia', () => {
  it('answers with the bytes, any part of them, under the name of their content', async () => {
    const { read, ...content } = await contentOf(media());
    expect(content).to.deep.equal({
      type: 'image/jpeg',
      etag: 'ab'.repeat(32),
      length: 5,
      filename: 'wall.jpg',
      inline: true,
    });
    expect(await textOf(read(2, 4))).to.equal('1: 2-4');
  });

  for (const type of ['image/png', 'IMAGE/GIF', 'video/webm', 'audio/ogg; codecs=opus', 'audio/mpeg', 'audio/x-m4a']) {
    it(`lets a browser show ${type}`, async () => {
      expect((await contentOf(media({ type }))).inline).to.equal(true);
    });
  }

  for (const type of ['text/html', 'image/svg+xml', 'application/xhtml+xml', 'application/pdf', 'text/xml', null]) {
    it(`has a browser save ${type ?? 'what nothing is known of'}`, async () => {
      const { inline, type: said } = await contentOf(media({ type, kind: 'file' }));
      expect(inline).to.equal(undefined);
      expect(said).to.equal(type ?? 'application/octet-stream');
    });
  }

  it('serves no photo before it was looked at, and everything else at once', async () => {
    const failure = await failureOf(() => asked(media({ state: 'uploaded' })));
    expect(failure).to.include({ code: 'unavailable', retryAfterMs: 1_000 });
    for (const kind of ['video', 'audio', 'voice', 'file'] as const) {
      expect((await contentOf(media({ kind, state: 'uploaded' }))).length).to.equal(5);
    }
  });

  it('says the same of media that are not the caller’s to read as of none', async () => {
    const [none, others] = await Promise.all([
      failureOf(() => asked(undefined)),
      failureOf(() => asked(media(), uuid(7))),
    ]);
    expect(none.code).to.equal('not_found');
    expect(others).to.deep.include({ code: none.code, message: none.message });
  });
});
