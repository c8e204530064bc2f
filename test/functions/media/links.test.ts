/** Links to media, from who makes one to who follows it. */
import { expect } from 'chai';
import { getLinkedMedia } from '#functions/media/getLinkedMedia.js';
import { getMediaLink } from '#functions/media/getMediaLink.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { MEDIA, media, portsOf } from './scene.js';

const NOON = Date.UTC(2026, 0, 2, 12);

const follow = (token: string, ports = portsOf(media())) =>
  getLinkedMedia.handle(testContext({ ports, now: NOON }), testEvent({ token }));

describe('links to media', () => {
  it('are for who may read them, and say when they end', async () => {
    const context = testContext({ caller: {}, ports: portsOf(media()), now: NOON });
    const { reply } = await getMediaLink.handle(context, testEvent({ mediaId: MEDIA }));
    expect(reply).to.deep.equal({
      url: `/v1/media/links/${MEDIA}.${uuid(1)}`,
      expiresAt: '2026-01-02T12:05:00.000Z',
    });
    const failure = await failureOf(() => getMediaLink.handle(context, testEvent({ mediaId: uuid(7) })));
    expect(failure.code).to.equal('not_found');
  });

  it('work without signing in', async () => {
    const { content } = await follow(`${MEDIA}.${uuid(1)}`);
    expect(content).to.deep.include({ type: 'image/jpeg', length: 5 });
  });

  it('end with what they are to, and with the rights of who made them', async () => {
    for (const ports of [portsOf(undefined), portsOf(media(), uuid(2))]) {
      expect((await failureOf(() => follow(`${MEDIA}.${uuid(1)}`, ports))).code).to.equal('not_found');
    }
  });

  it('are not made by others', async () => {
    expect((await failureOf(() => follow('none'))).code).to.equal('not_found');
  });
});
