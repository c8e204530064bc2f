import { expect } from 'chai';
import { getThumb } from '#functions/media/getThumb.js';
import { testContext, testEvent } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { MEDIA, media, portsOf } from './scene.js';

describe('getThumb', () => {
  const asked = (found = media()) =>
    getThumb.handle(testContext({ caller: {}, ports: portsOf(found) }), testEvent({ mediaId: MEDIA }));

  it('answers with the small picture, which a browser may show', async () => {
    const { content } = await asked();
    expect(content).to.deep.include({ type: 'image/webp', length: 3, inline: true });
    expect(content).not.to.have.property('filename');
  });

  it('is not there where none was made', async () => {
    expect((await failureOf(() => asked(media({ thumb: null })))).code).to.equal('not_found');
  });
});
