/** What the API's documents say is so: every example in them is sent to a running system, and answered as declared. */
import { expect } from 'chai';
import { about } from '#functions/services/about.js';
import { all } from '#functions/services/all.js';
import { asyncapi } from '#runtime/describe/asyncapi.js';
import { openapi } from '#runtime/describe/openapi.js';
import { type Deployment, embedded } from '../support/deployment.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';
import { calls } from './documents/calls.js';
import { heard } from './documents/heard.js';
import { requests } from './documents/requests.js';
import { type Scene, sceneOn } from './documents/scene.js';

const plain = (document: unknown) => JSON.parse(JSON.stringify(document));
const rest = plain(openapi(all, about));
const live = plain(asyncapi(all, about));

describe("the API's documents, on embedded parts", () => {
  let deployment: Deployment;
  let scene: Scene;
  const the = () => deployment;

  before(async () => {
    deployment = await embedded({ PREVIEWS: 'on' });
    scene = await sceneOn(deployment.gateways[0], rest);
  });
  showOnFailure(the);
  after(() => deployment?.stop());

  for (const [path, document] of [
    ['/openapi.json', rest],
    ['/asyncapi.json', live],
  ] as const) {
    it(`are served at ${path}, as they are made from the declarations`, async () => {
      const answer = await request(deployment.gateways[0], 'GET', path);
      expect(answer.status).to.equal(200);
      expect(answer.headers.get('content-type')).to.equal('application/json');
      expect(answer.body).to.deep.equal(document);
    });
  }

  requests(rest, () => scene);
  calls(live, () => scene);
  heard(live, the);
});
