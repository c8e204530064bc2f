/** A group with roles. */
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { signUp } from '../../support/people.js';
import { friend } from '../support/friends.js';
import { sees, type Visitor } from '../support/visitor.js';
import type { Stage } from './stage.js';

export function group(the: Stage): void {
  describe('a group', () => {
    it('is made, renamed, joined, ruled and left', async () => {
      const [ann, ben, cem] = await Promise.all(['Ann', 'Ben', 'Cem'].map(name => the.member(name)));
      if (!ann || !ben || !cem) throw new Error('somebody is missing');
      const choose = async (by: Visitor, whom: Visitor) => {
        await by.page.getByLabel('Find people').fill(whom.username);
        await by.page.getByRole('checkbox', { name: whom.name }).check();
      };
      const details = (of: Visitor) => of.page.getByRole('complementary');

      await ann.page.getByRole('button', { name: 'New group' }).click();
      await ann.page.getByLabel('Name of the group').fill('Garden');
      await ann.page.getByRole('button', { name: 'Make the group' }).click();
      await ann.page.getByRole('alert').getByText('Find somebody by name, and choose them.').waitFor();
      await choose(ann, ben);
      await ann.page.getByRole('button', { name: 'Make the group' }).click();
      await ann.write('welcome');
      await ben.open('Garden');
      await sees(ben, 'welcome');

      await ann.page.getByRole('button', { name: 'Details' }).click();
      await details(ann).getByLabel('Role of Ben').selectOption('admin');
      await ben.page.getByRole('button', { name: 'Details' }).click();
      await details(ben).getByRole('button', { name: 'Add members' }).click();
      await choose(ben, cem);
      await ben.page.getByRole('button', { name: 'Add', exact: true }).click();
      await details(ann).getByText('3 members').waitFor();

      await cem.open('Garden');
      await sees(cem, 'welcome');
      await cem.write('hello all');
      await sees(ann, 'welcome', 'hello all');
      await until(async () => (await cem.status('hello all')) === 'Read');
      await cem.page.getByRole('button', { name: 'Details' }).click();
      expect(
        await details(cem)
          .getByRole('button', { name: /Rename|Add|Remove/ })
          .count(),
        'no member’s right',
      ).to.equal(0);

      await details(ben).getByRole('button', { name: 'Rename the group' }).click();
      await details(ben).getByLabel('Name of the group').fill('Orchard');
      await ben.page.keyboard.press('Enter');
      await details(cem).getByRole('heading', { name: 'Orchard' }).waitFor();

      await details(ben).getByRole('button', { name: 'Remove Cem' }).click();
      await ben.page.getByRole('alertdialog', { name: 'Remove Cem?' }).waitFor();
      await ben.page.keyboard.press('Escape');
      await ben.page.getByRole('alertdialog').waitFor({ state: 'detached' });
      await details(ben).getByText('3 members').waitFor();
      await details(ben).getByRole('button', { name: 'Remove Cem' }).click();
      await ben.confirm('Remove');
      await cem.page.getByText('You are no longer in Orchard: somebody removed you').waitFor();
      expect(await details(ben).getByRole('button', { name: 'Remove Ann' }).count(), 'the owner stays').to.equal(0);

      await details(ann).getByRole('button', { name: 'Leave the group' }).click();
      await ann.confirm('Leave');
      await ann.page.getByText('No conversations yet').waitFor();
      await details(ben).getByText('owner').waitFor();
      await details(ben).getByText('1 member', { exact: true }).waitFor();
      expect(await ann.page.getByText('no longer in').count(), 'who leaves need not be told').to.equal(0);
    });

    it('has members whom one can write to', async () => {
      const ann = await the.member('Ann');
      const [ben, cem] = await Promise.all([friend(the.url, 'Ben'), friend(the.url, 'Cem')]);
      const [found] = await ben.client.findPeople(ann.username);
      await ben.client.createGroup('Garden', [found?.id ?? '', cem.id]);
      await ann.open('Garden');
      await ann.page.getByRole('button', { name: 'Details' }).click();
      await ann.page.getByRole('complementary').getByRole('button', { name: 'Message Cem' }).click();
      await ann.page.getByLabel('Message to Cem').waitFor();
      await ann.write('just us two');
      await until(() => [...cem.client.state.chats.values()].some(each => each.lastMessage?.body === 'just us two'));
      await ann.page.goBack();
      await ann.page.getByRole('complementary', { name: 'Details: Garden' }).waitFor();
    });

    it('of two hundred shows the names of its members at once, asked for in two calls at most', async () => {
      const ben = await friend(the.url, 'Ben');
      const ann = await the.member('Ann');
      const [found] = await ben.client.findPeople(ann.username);
      const all: Awaited<ReturnType<typeof signUp>>[] = [];
      // Some at a time: passwords take their time to be hashed, and each of them is waited for.
      while (all.length < 198) {
        const next = Array.from({ length: 11 }, (_, at) => signUp(the.url, `Member${all.length + at}`));
        all.push(...(await Promise.all(next)));
      }
      await ben.client.createGroup('Crowd', [found?.id ?? '', ...all.map(({ id }) => id)]);
      const calls: string[] = [];
      ann.page.on('request', each => each.url().includes('/v1/users?') && calls.push(each.url()));
      await ann.open('Crowd');
      await ann.page.getByRole('button', { name: 'Details' }).click();
      await ann.page.getByRole('complementary').getByText('Member197').waitFor({ timeout: 2_000 });
      expect(calls.length).to.be.at.most(2);
    }).timeout(120_000);
  });
}
