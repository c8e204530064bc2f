/** What is sent in part and finished when the sender may not any more: nothing of it is carried out. */
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { holdBody } from '../../support/held-request.js';
import { group, history, type Person, signUp } from '../../support/people.js';
import { poll } from '../../support/raw-engine.js';
import type { Chat } from '../../support/shapes.js';

export function heldBack(the: () => Deployment): void {
  describe('a body that is held back', () => {
    let owner: Person;
    let member: Person;
    let chat: Chat;

    beforeEach(async () => {
      [owner, member] = (await Promise.all(['Owner', 'Member'].map(name => signUp(the().gateways[0], name)))) as [
        ...[Person, Person],
      ];
      chat = await group(owner, [member]);
    });

    /** Resolves when the member's token has been looked at: what is asked for later is answered no sooner. */
    async function half(path: string, body: object) {
      const held = await holdBody(member.gateway + path, {
        method: 'POST',
        token: member.accessToken,
        body: JSON.stringify(body),
      });
      expect((await member.call('GET', '/v1/users/me')).status).to.equal(200);
      return held;
    }
    const said = async () => (await history(owner, chat.id)).map(({ body }) => body);
    const signOut = async () => expect((await member.call('POST', '/v1/auth/logout')).status).to.equal(204);

    it('past a sign-out is refused', async () => {
      const saying = await half(`/v1/chats/${chat.id}/messages`, { clientId: 'late', body: 'late' });
      const opening = await half('/v1/chats', { type: 'direct', memberIds: [owner.id] });
      await signOut();
      expect([await saying.finish(), await opening.finish()]).to.deep.equal([401, 401]);
      expect(await said()).to.deep.equal([]);
      const { chats } = (await owner.call<{ chats: Chat[] }>('GET', '/v1/chats')).body;
      expect(chats.map(({ id }) => id)).to.deep.equal([chat.id]);
    });

    it('past a removal is refused', async () => {
      const saying = await half(`/v1/chats/${chat.id}/messages`, { clientId: 'late', body: 'late' });
      const removal = await owner.call('DELETE', `/v1/chats/${chat.id}/members/${member.id}`);
      expect(removal.status).to.equal(204);
      expect(await saying.finish()).to.equal(403);
      expect(await said()).to.deep.equal([]);
    });

    it('past a sign-out is heard by nobody, where it is an event of a connection that polls', async () => {
      const { port } = new URL(member.gateway);
      const { text } = await poll(Number(port));
      const sid = `&sid=${(JSON.parse(text.slice(1)) as { sid: string }).sid}`;
      const join = `40${JSON.stringify({ token: member.accessToken })}`;
      expect((await poll(Number(port), sid, { method: 'POST', body: join })).status).to.equal(200);
      expect((await poll(Number(port), sid)).text).to.match(/^40/);
      const event = ['message:send', { chatId: chat.id, clientId: 'late', body: 'late' }];
      const saying = await holdBody(`${member.gateway}/socket.io/?EIO=4&transport=polling${sid}`, {
        ...{ method: 'POST', type: 'text/plain;charset=UTF-8', body: `420${JSON.stringify(event)}` },
      });
      const told = poll(Number(port), sid);
      await signOut();
      await told;
      await saying.finish().catch(() => {});
      expect((await poll(Number(port), sid)).status).to.equal(400);
      expect(await said()).to.deep.equal([]);
    });
  });
}
