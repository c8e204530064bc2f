/** One is cut off. */
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { friend } from '../support/friends.js';
import { sees } from '../support/visitor.js';
import type { Stage } from './stage.js';

export function cutOff(the: Stage): void {
  describe('somebody who is cut off', () => {
    it('comes back and has missed nothing', async () => {
      const line = await the.line();
      const [ann, ben] = await Promise.all([the.member('Ann'), the.member('Ben', { url: line.url })]);
      await ann.find(ben.username);
      await ann.write('before');
      await ben.open('Ann');
      await sees(ben, 'before');

      line.cut();
      await ben.page.getByRole('status').getByText('Connecting…').waitFor();
      for (const text of ['one', 'two', 'three']) await ann.write(text);
      await ben.write('from the tunnel');
      await until(async () => (await ben.status('from the tunnel')) === 'Waiting for the connection');
      await until(async () => (await ann.status('three')) !== 'On its way');
      line.mend();
      await sees(ben, 'before', 'one', 'two', 'three', 'from the tunnel');
      await sees(ann, 'before', 'one', 'two', 'three', 'from the tunnel');
      await until(async () => (await ann.status('three')) === 'Read');

      await ben.showWire();
      const wire = ben.page.getByRole('region', { name: 'Wire' });
      await wire.getByText('gap healed').first().waitFor();
      await wire.getByText('message:send').first().waitFor();
    });

    it('is told so at once, in words, and what they write waits where they see it', async () => {
      const [ann, ben] = await Promise.all([the.member('Ann'), the.member('Ben')]);
      await ann.find(ben.username);
      const { page } = ann;
      await page.context().setOffline(true);
      await page.getByRole('status').getByText('You are offline. What you write is kept').waitFor({ timeout: 2_000 });
      await ann.write('from under the ground');
      await until(async () => (await ann.status('from under the ground')) === 'Waiting for the connection');
      await page.context().setOffline(false);
      await page.getByText('You are offline').first().waitFor({ state: 'detached' });
      await ben.page.getByRole('link', { name: /from under the ground/ }).waitFor();
    });

    it('notices within fifteen seconds that nothing comes through any more, though the browser says nothing', async () => {
      const line = await the.line();
      const [ann, ben] = await Promise.all([the.member('Ann', { url: line.url }), the.member('Ben')]);
      await ann.find(ben.username);
      line.stall();
      await ann.write('into the void');
      const told = ann.page
        .getByRole('main')
        .getByText(/No answer from the server|Connecting/)
        .first();
      await told.waitFor({ timeout: 15_000 });
      line.mend();
      await ben.page.getByRole('link', { name: /into the void/ }).waitFor({ timeout: 20_000 });
    });

    it('has their unsent messages sent by the next visit', async () => {
      const line = await the.line();
      const ann = await friend(the.url, 'Ann');
      const ben = await the.member('Ben', { url: line.url });
      await ben.find(ann.email.split('@')[0] ?? '');
      await ben.write('first');
      await sees(ben, 'first');
      line.cut();
      await ben.page.getByRole('status').getByText('Connecting…').waitFor();
      await ben.write('second');
      await ben.write('third');
      await until(async () => (await ben.status('third')) === 'Waiting for the connection');
      await ben.page.close();
      line.mend();
      await ben.reopen();
      await ben.open('Ann');
      await sees(ben, 'first', 'second', 'third');
      await until(async () => ['Stored', 'Delivered', 'Read'].includes((await ben.status('third')) ?? ''));
      const [chat] = ann.client.state.chats.values();
      await ann.client.open(chat?.id ?? '');
      const held = () => [...ann.client.state.chats.values()][0]?.history.messages.map(({ body }) => body);
      expect(held()).to.deep.equal(['first', 'second', 'third']);
    });
  });
}
