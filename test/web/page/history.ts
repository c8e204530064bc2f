/** A long conversation. */
import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { directChat, send, signUp } from '../../support/people.js';
import { request } from '../../support/rest.js';
import type { Stage } from './stage.js';

const COUNT = 500;

export function history(the: Stage): void {
  describe('five hundred messages', () => {
    it('load as one scrolls up, and nothing that one looks at moves', async () => {
      const ben = await the.visitor('Ben');
      await ben.signUp();
      const token = String(await ben.page.evaluate("JSON.parse(localStorage['minitelegram/session']).accessToken"));
      await ben.page.close();
      const ann = await signUp(the.url, 'Ann');
      const { users } = (await ann.call<{ users: { id: string }[] }>('GET', `/v1/users?query=${ben.username}`)).body;
      const chat = await directChat(ann, { ...ann, id: users[0]?.id ?? '' });
      const live = await ann.connect();
      const texts = Array.from({ length: COUNT }, (_, at) => `message ${at + 1}\n`.repeat(1 + (at % 3)));
      await Promise.all(texts.map(text => send(live, chat.id, text.trim())));

      await request(the.url, 'POST', `/v1/chats/${chat.id}/read`, { token, body: { seq: COUNT } });
      await live.waitFor<{ seq: number }>('receipt:read', ({ seq: read }) => read === COUNT);
      await ben.reopen();
      await ben.open('Ann');
      const { page } = ben;
      const box = page.locator('.messages');
      const loaded = () => page.locator('.message').count();
      const topOf = (seq: number) =>
        page.locator(`[data-seq="${seq}"]`).evaluate(element => element.getBoundingClientRect().top);
      const firstSeen = () =>
        box.evaluate(element => {
          const { top } = element.getBoundingClientRect();
          const found = [...element.querySelectorAll('[data-seq]')].find(
            each => each.getBoundingClientRect().top >= top,
          );
          return Number(found?.getAttribute('data-seq'));
        });
      await eventually('the newest are there', async () => (await loaded()) >= 50);
      expect(await loaded(), 'and no more than one needs').to.be.at.most(100);

      let jumps = 0;
      while ((await loaded()) < COUNT) {
        const before = await loaded();
        // As near to the top as it takes to have more loaded, and at a place where something can be seen to move.
        await box.evaluate(element => {
          element.scrollTop = -(element.scrollHeight - element.clientHeight - 400);
        });
        const seq = await firstSeen();
        const top = await topOf(seq);
        await eventually('older messages are there', async () => (await loaded()) > before);
        if (Math.abs((await topOf(seq)) - top) > 1) jumps += 1;
      }
      expect(jumps).to.equal(0);
      const seqs = await page
        .locator('[data-seq]')
        .evaluateAll(all => all.map(each => Number(each.getAttribute('data-seq'))));
      expect(seqs).to.deep.equal(Array.from({ length: COUNT }, (_, at) => at + 1));
      await page.getByText('The beginning of the conversation').waitFor();

      const seq = await firstSeen();
      const top = await topOf(seq);
      await send(live, chat.id, 'while Ben reads what was');
      await eventually('the new one is there', async () => (await loaded()) > COUNT);
      expect(Math.abs((await topOf(seq)) - top), 'what Ben reads stays where it is').to.be.at.most(1);
      expect(live.heard('receipt:read').at(-1)).to.include({ seq: COUNT });

      await page.getByRole('button', { name: 'To the newest, 1 unread' }).click();
      await page.getByText('while Ben reads what was').last().waitFor();
      await live.waitFor<{ seq: number }>('receipt:read', ({ seq: read }) => read === COUNT + 1);
      ann.leave();
    }).timeout(60_000);
  });
}
