/** Devices and their tokens: rotation, reuse, signing out, expiry. What ends, ends at once and on every gateway. */
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { expiring } from '../../support/forgery.js';
import { Refused } from '../../support/live.js';
import { type Person, type SignedIn, signIn, signUp } from '../../support/people.js';
import { request } from '../../support/rest.js';

interface Session {
  id: string;
  device: string | null;
}

export function sessions(the: () => Deployment): void {
  describe('a session', () => {
    let ann: Person;

    beforeEach(async () => {
      ann = await signUp(the().gateways[0], 'Ann');
    });

    afterEach(() => ann.leave());

    const me = (gateway: string, token: string) => request(gateway, 'GET', '/v1/users/me', { token });
    const refresh = (gateway: string, refreshToken: string) =>
      request<SignedIn>(gateway, 'POST', '/v1/auth/refresh', { body: { refreshToken } });
    const list = async () => {
      const answer = await ann.call<{ sessions: Session[] }>('GET', '/v1/auth/sessions');
      expect(answer.status).to.equal(200);
      return answer.body.sessions;
    };

    async function expectEnded(session: SignedIn): Promise<void> {
      for (const gateway of the().gateways) {
        expect((await me(gateway, session.accessToken)).status).to.equal(401);
        expect((await refresh(gateway, session.refreshToken)).status).to.equal(401);
        const refused = await ann.connect(gateway, session.accessToken).catch((error: unknown) => error);
        expect(refused).to.be.instanceOf(Refused).with.deep.property('data', { code: 'unauthorized' });
      }
    }

    it('stands in the list of devices', async () => {
      await signIn(ann, the().gateways[1], 'Ann’s laptop');
      const devices = (await list()).map(({ device }) => device);
      expect(devices).to.have.lengthOf(2).and.to.include('Ann’s laptop');
    });

    it('is signed out from another device: its sockets close and its tokens stop, everywhere, and no other', async () => {
      const lost = await signIn(ann, the().gateways[1], 'the lost phone');
      const [here, there] = await Promise.all([ann.connect(), lost.connect()]);
      const found = (await list()).find(({ device }) => device === 'the lost phone');
      expect((await ann.call('DELETE', `/v1/auth/sessions/${found!.id}`)).status).to.equal(204);
      await there.closed();
      await expectEnded(lost);
      expect(here.socket.connected).to.equal(true);
      expect((await list()).map(({ id }) => id)).to.not.include(found!.id);
      expect((await ann.call('DELETE', `/v1/auth/sessions/${found!.id}`)).status, 'again').to.equal(204);
    });

    it('of somebody else is out of reach', async () => {
      const ben = await signUp(the().gateways[1], 'Ben');
      const [mine] = await list();
      expect((await ben.call('DELETE', `/v1/auth/sessions/${mine!.id}`)).status).to.equal(404);
      expect((await me(the().gateways[1], ann.accessToken)).status).to.equal(200);
    });

    it('ends with logout, for its sockets on both gateways', async () => {
      const connections = await Promise.all(the().gateways.map(gateway => ann.connect(gateway)));
      expect((await ann.call('POST', '/v1/auth/logout')).status).to.equal(204);
      for (const live of connections) await live.closed();
      await expectEnded(ann);
    });

    it('may be ended again by its own tokens, which are good for nothing else', async () => {
      const [mine] = await list();
      const other = await signIn(ann, the().gateways[1], 'phone');
      const end = (method: string, path: string) =>
        request(the().gateways[1], method, path, { token: ann.accessToken }).then(({ status }) => status);
      expect(await end('POST', '/v1/auth/logout')).to.equal(204);
      expect(await end('POST', '/v1/auth/logout')).to.equal(204);
      expect(await end('DELETE', `/v1/auth/sessions/${mine!.id}`)).to.equal(204);
      const others = await request<{ sessions: Session[] }>(the().gateways[0], 'GET', '/v1/auth/sessions', {
        token: other.accessToken,
      });
      expect(await end('DELETE', `/v1/auth/sessions/${others.body.sessions[0]!.id}`)).to.equal(401);
      expect((await me(the().gateways[0], other.accessToken)).status).to.equal(200);
      await expectEnded(ann);
    });

    it('is refreshed with a new pair of tokens each time', async () => {
      const next = await refresh(the().gateways[1], ann.refreshToken);
      expect(next.status).to.equal(200);
      expect(next.body).to.have.all.keys('accessToken', 'refreshToken', 'expiresIn');
      const after = await refresh(the().gateways[0], next.body.refreshToken);
      expect(after.status).to.equal(200);
      expect(new Set([ann, next.body, after.body].map(({ refreshToken }) => refreshToken)).size).to.equal(3);
      expect((await me(the().gateways[1], after.body.accessToken)).status).to.equal(200);
    });

    it('goes on when the answer of a refresh was lost, and is revoked as a whole by the token before after that', async () => {
      const live = await ann.connect(the().gateways[1]);
      const lost = await refresh(the().gateways[0], ann.refreshToken);
      const again = await refresh(the().gateways[1], ann.refreshToken);
      expect([lost.status, again.status]).to.deep.equal([200, 200]);
      const next = await refresh(the().gateways[0], again.body.refreshToken);
      expect(next.status).to.equal(200);
      expect(live.socket.connected).to.equal(true);
      expect((await refresh(the().gateways[1], ann.refreshToken)).status, 'stolen').to.equal(401);
      await expectEnded(next.body);
      await live.closed();
    });

    it('gives each of several simultaneous refreshes a pair that goes on, round after round', async () => {
      let held = Array.from({ length: 5 }, () => ann.refreshToken);
      for (let round = 0; round < 3; round += 1) {
        const answers = await Promise.all(held.map((token, n) => refresh(the().gateways[n % 2]!, token)));
        expect(answers.map(({ status }) => status)).to.deep.equal(held.map(() => 200));
        for (const { body } of answers) expect((await me(the().gateways[0], body.accessToken)).status).to.equal(200);
        held = answers.map(({ body }) => body.refreshToken);
      }
    });

    it('does not outlive its access token: the socket is told and closed', async () => {
      const token = expiring(ann.accessToken, the().signingKey, 2);
      const live = await ann.connect(undefined, token);
      await live.waitFor('auth:expired');
      await live.closed();
      expect((await me(the().gateways[1], token)).status).to.equal(401);
    });

    it('goes on over the same socket when the client has renewed its token', async () => {
      const live = await ann.connect(undefined, expiring(ann.accessToken, the().signingKey, 2));
      const witness = await ann.connect(undefined, expiring(ann.accessToken, the().signingKey, 3));
      const { expiresAt } = await live.ask<{ expiresAt: string }>('auth:renew', { token: ann.accessToken });
      expect(new Date(expiresAt).getTime()).to.be.within(Date.now() + 800_000, Date.now() + 901_000);
      await witness.waitFor('auth:expired');
      expect(live.heard('auth:expired')).to.deep.equal([]);
      expect(await live.ask('sync', { cursors: {} })).to.deep.equal({ chats: [], unknown: [] });
    });

    it('is not continued with somebody else’s token, or with none', async () => {
      const ben = await signUp(the().gateways[1], 'Ben');
      const live = await ann.connect();
      const other = await live.emit('auth:renew', { token: ben.accessToken });
      expect(other.ok ? 'ok' : other.error.code).to.be.oneOf(['unauthorized', 'forbidden']);
      const garbage = await live.emit('auth:renew', { token: 'garbage' });
      expect(garbage).to.have.nested.property('error.code', 'unauthorized');
      expect(await live.ask('sync', { cursors: {} })).to.deep.equal({ chats: [], unknown: [] });
    });
  });
}
