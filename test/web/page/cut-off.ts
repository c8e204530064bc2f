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
      const [ann, ben] = await Promise.all([the.visitor('Ann'), the.visitor('Ben', { url: line.url })]);
      await Promise.all([ann.signUp(), ben.signUp()]);
      await ann.find(ben.username);
      await ann.write('before');
      await ben.open('Ann');
      await sees(ben, 'before');

      line.cut();
      await ben.page.getByRole('status').getByText('Connecting…').waitFor();
      for (const text of ['one', 'two', 'three']) await ann.write(text);
      await ben.write('from the tunnel');
      await until(async () => (await ben.status('from the tunnel')) === 'On its way');
      await until(async () => (await ann.status('three')) !== 'On its way');
      line.mend();
      await sees(ben, 'before', 'one', 'two', 'three', 'from the tunnel');
      await sees(ann, 'before', 'one', 'two', 'three', 'from the tunnel');
      await until(async () => (await ann.status('three')) === 'Read');

      await ben.page.getByRole('button', { name: 'Wire' }).click();
      const wire = ben.page.getByRole('region', { name: 'Wire' });
      await wire.getByText('gap healed').first().waitFor();
      await wire.getByText('message:send').first().waitFor();
    });

    it('has their unsent messages sent by the next visit', async () => {
      const line = await the.line();
      const ann = await friend(the.url, 'Ann');
      const ben = await the.visitor('Ben', { url: line.url });
      await ben.signUp();
      await ben.find(ann.email.split('@')[0] ?? '');
      await ben.write('first');
      await sees(ben, 'first');
      line.cut();
      await ben.page.getByRole('status').getByText('Connecting…').waitFor();
      await ben.write('second');
      await ben.write('third');
      await until(async () => (await ben.status('third')) === 'On its way');
      await ben.page.close();
      line.mend();
      await ben.reopen();
      await ben.open('Ann');
      await sees(ben, 'first', 'second', 'third');
      await until(async () => (await ben.status('third')) !== 'On its way');
      const [chat] = ann.client.state.chats.values();
      await ann.client.open(chat?.id ?? '');
      const held = () => [...ann.client.state.chats.values()][0]?.history.messages.map(({ body }) => body);
      expect(held()).to.deep.equal(['first', 'second', 'third']);
    });
  });
}
