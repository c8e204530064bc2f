/** What an operator asks of every image: is it alive, is it ready, what does it count. */
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { request } from '../../support/rest.js';

export function operations(the: () => Deployment): void {
  describe('every process', () => {
    it('is alive', async () => {
      for (const { url } of the().processes) {
        expect((await request(url, 'GET', '/health/liveness')).status).to.equal(200);
      }
    });

    for (const path of ['/health', '/health/readiness']) {
      it(`names its parts, all of them up, on ${path}`, async () => {
        for (const { url, image } of the().processes) {
          const answer = await request(url, 'GET', path);
          expect(answer.status, image).to.equal(200);
          expect(JSON.stringify(answer.body), image).to.match(/"up"/).and.not.match(/down/i);
        }
      });
    }

    it('gives its metrics as Prometheus text', async () => {
      for (const { url, image } of the().processes) {
        const answer = await request<string>(url, 'GET', '/metrics');
        expect(answer.status, image).to.equal(200);
        expect(answer.headers.get('content-type')).to.match(/^text\/plain/);
        expect(answer.body).to.match(/^# TYPE \w+ (counter|gauge|histogram|summary)$/m);
        expect(answer.body).to.match(/^process_cpu_\w+/m);
      }
    });

    it('said when it was ready, in one line', () => {
      for (const running of the().processes) {
        expect(running.output().match(/"msg":"ready"/g), running.image).to.have.lengthOf(1);
        expect(running.startupMs).to.be.greaterThan(0);
      }
    });

    it('answers paths that there are not with 404, as a problem', async () => {
      for (const { url, image } of the().processes) {
        const answer = await request(url, 'GET', '/v1/nothing/here');
        expect(answer.status, image).to.equal(404);
        expect(answer.headers.get('content-type'), image).to.match(/^application\/problem\+json/);
      }
    });
  });
}
