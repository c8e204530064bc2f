/** The first inputs of a fixed seed at one process on embedded parts: a short `npm run fuzz`, and what it needs to be trusted. */
import { expect } from 'chai';
import { gateway } from '#functions/services/gateway.js';
import type { TargetName } from '#tools/fuzz/attack.js';
import { PAYLOADS } from '#tools/fuzz/events.js';
import { collectFindings } from '#tools/fuzz/findings.js';
import { leakIn, marker } from '#tools/fuzz/markers.js';
import { type Json, mutatedText } from '#tools/fuzz/mutate.js';
import { runPass } from '#tools/fuzz/passes.js';
import { randomFor } from '#tools/fuzz/random.js';
import { inputsOf, summary } from '#tools/fuzz/report.js';
import { ROUTES } from '#tools/fuzz/rest-routes.js';
import { type Deployment, embedded } from '../support/deployment.js';
import { showOnFailure } from '../support/report.js';

const SEED = 20_260_101;
const INPUTS = 800;
/** It ends with its inputs; on a machine that is busy with other things these take their time. */
const LONGEST_MS = 240_000;
const TARGETS: readonly TargetName[] = ['http', 'broken', 'socket', 'client', 'packets'];

describe('fuzzing', () => {
  describe('its inputs', () => {
    it('are made for every route and every event that the gateway has', () => {
      const triggers = gateway.bindings.map(({ trigger }) => trigger);
      const routes = triggers.flatMap(each => (each.kind === 'http' ? [`${each.method} ${each.path}`] : []));
      const events = triggers.flatMap(each => (each.kind === 'socket' ? [each.event] : []));
      expect(ROUTES.map(({ name }) => name)).to.include.members(routes);
      expect(Object.keys(PAYLOADS)).to.have.members(events);
    });

    it('are the same again for the same seed, and others for another', () => {
      const good: Json = { chatId: 'a', body: 'b', list: [1, { c: null }] };
      const texts = (seed: number) =>
        Array.from({ length: 200 }, (_, input) => mutatedText(good, 2, randomFor(seed, 'http', input)));
      expect(texts(1)).to.deep.equal(texts(1));
      expect(texts(1)).to.not.deep.equal(texts(2));
      expect(new Set(texts(1)).size).to.be.above(100);
    });
  });

  describe('its search for leaks', () => {
    const ann = { circle: 'red', number: 1 } as const;

    it('finds what is of another circle or of another person', () => {
      for (const secret of [marker('chat', 'blue', 4), marker('mail', 'red', 2), marker('name', 'red', 2)]) {
        expect(leakIn(`{"a":"${secret}"}`, ann)).to.be.a('string');
      }
      expect(leakIn(marker('chat', 'red', 0)), 'told to nobody in particular').to.be.a('string');
    });

    it('lets everybody have what is theirs', () => {
      for (const own of [marker('chat', 'red', 0), marker('mail', 'red', 1), marker('name', 'red', 1)]) {
        expect(leakIn(own, ann)).to.equal(undefined);
      }
      expect(leakIn(marker('name', 'blue', 4), ann, 'names may be told')).to.equal(undefined);
      expect(leakIn(marker('mail', 'blue', 4), ann, 'names may be told')).to.be.a('string');
    });
  });

  describe('the system on embedded parts', function () {
    this.timeout(2 * LONGEST_MS);
    let deployment: Deployment;

    before(async () => {
      deployment = await embedded();
    });
    showOnFailure(() => deployment);
    after(() => deployment?.stop());

    it('takes all of it without a crash, an internal error or a leak', async () => {
      const findings = collectFindings();
      const pass = {
        name: 'embedded',
        deployment,
        targets: TARGETS,
        most: INPUTS,
        ms: LONGEST_MS,
        seed: SEED,
        findings,
      };
      const result = await runPass({ ...pass, progress: () => {} });
      expect(findings.count, findings.report(SEED)).to.equal(0);
      for (const target of TARGETS) expect(result.tally.get(target)?.size, summary([result])).to.be.above(1);
      expect(inputsOf(result)).to.be.above(0.9 * INPUTS * TARGETS.length);
    });
  });
});
