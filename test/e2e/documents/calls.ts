/** What clients send over live connections, and what goes through the queues, as the AsyncAPI document has it. */
import { expect } from 'chai';
import { asSender } from '../../support/deployment.js';
import { type AsyncDocument, exchanges } from '../../support/documents.js';
import { faults } from '../../support/json-schema.js';
import { request } from '../../support/rest.js';
import type { Scene } from './scene.js';

export function calls(document: AsyncDocument, scene: () => Scene): void {
  for (const { kind, name, message, siblings } of exchanges(document)) {
    const example = message.examples[0]?.payload as Record<string, unknown>;
    if (kind === 'sent') {
      const [acknowledgement, refusal] = siblings;
      describe(`the event ${name}`, () => {
        it('is acknowledged as declared', async () => {
          const { ann, real } = await scene().play();
          const ack = await (await ann.connect()).emit(name, real(example));
          ann.leave();
          expect(faults(acknowledgement?.payload, ack, document)).to.deep.equal([]);
        });

        it('is refused as declared', async () => {
          const { ann, real } = await scene().play();
          const ack = await (await ann.connect()).emit(name, { ...real(example), nonsense: 1 });
          ann.leave();
          expect(faults(refusal?.payload, ack, document)).to.deep.equal([]);
        });
      });
    }
    // What is in a queue goes to the function that takes it over HTTP as well: an embedded queue has no other door.
    if (kind === 'queued') {
      it(`what the queue ${name} holds is taken`, async () => {
        const { real } = await scene().play();
        const answer = await request(scene().url, 'POST', '/', {
          raw: JSON.stringify(real(example)),
          headers: { 'content-type': 'application/cloudevents+json', ...asSender },
        });
        expect(answer.status, JSON.stringify(answer.body)).to.be.oneOf([200, 204]);
      });
    }
  }
}
