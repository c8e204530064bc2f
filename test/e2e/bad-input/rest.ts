/** Bad input over REST: each is refused with the right status and names the field, and nobody else notices. */
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { request } from '../../support/rest.js';
import type { Chat, Problem } from '../../support/shapes.js';
import { ATTEMPTS, message, messages } from './rest-attempts.js';
import { type Scene, scene } from './scene.js';
import { type Witness, witness } from './witness.js';

export function badRest(the: () => Deployment): void {
  describe('bad input over REST', () => {
    let here: Scene;
    let bystanders: Witness;

    before(async () => {
      [here, bystanders] = await Promise.all([scene(the()), witness(the())]);
    });

    afterEach(() => bystanders.undisturbed());

    after(() => {
      here.ann.leave();
      bystanders.leave();
    });

    for (const attempt of ATTEMPTS) {
      const statuses = [attempt.status].flat();
      it(`${attempt.what} is refused with ${statuses.join(' or ')}${attempt.field ? ` for ${attempt.field}` : ''}`, async () => {
        const path = typeof attempt.path === 'string' ? attempt.path : attempt.path(here);
        const options = typeof attempt.with === 'function' ? attempt.with(here) : attempt.with;
        const answer = await request<Problem>(here.ann.gateway, attempt.method, path, {
          token: here.ann.accessToken,
          ...options,
        });
        expect(answer.status, JSON.stringify(answer.body)).to.be.oneOf(statuses);
        expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/);
        expect(answer.body).to.include({ status: answer.status });
        for (const name of ['type', 'title', 'detail']) expect(answer.body).to.have.property(name).that.is.a('string');
        if (attempt.field) expect(answer.body.errors?.map(({ path }) => path)).to.include(attempt.field);
      });
    }

    it('has left no message behind, and no mark past the end', async () => {
      await here.ann.call('POST', `/v1/chats/${here.chat.id}/read`, { seq: Number.MAX_SAFE_INTEGER });
      await bystanders.undisturbed();
      const { body } = await here.ann.call<Chat>('GET', `/v1/chats/${here.chat.id}`);
      expect(body).to.include({ lastSeq: 1, unread: 0 });
      expect(body.members!.map(({ readSeq }) => readSeq)).to.have.members([1, 0]);
    });

    it('takes 4,096 astral characters, which are no more than is allowed', async () => {
      const text = '\u{1F600}'.repeat(4_096);
      const answer = await request<{ body: string }>(here.ann.gateway, 'POST', messages(here), {
        token: here.ann.accessToken,
        ...message({ body: text }),
      });
      expect(answer.status).to.equal(201);
      expect(answer.body.body === text, 'byte for byte').to.equal(true);
    });
  });
}
