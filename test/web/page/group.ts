/** A group with roles. */
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { sees, type Visitor } from '../support/visitor.js';
import type { Stage } from './stage.js';

export function group(the: Stage): void {
  describe('a group', () => {
    it('is made, renamed, joined, ruled and left', async () => {
      const [ann, ben, cem] = await Promise.all(['Ann', 'Ben', 'Cem'].map(name => the.visitor(name)));
      if (!ann || !ben || !cem) throw new Error('somebody is missing');
      await Promise.all([ann.signUp(), ben.signUp(), cem.signUp()]);
      const choose = async (by: Visitor, whom: Visitor) => {
        await by.page.getByLabel('Find people').fill(whom.username);
        await by.page.getByRole('checkbox', { name: whom.name }).check();
      };
      const details = (of: Visitor) => of.page.getByRole('complementary');

      await ann.page.getByRole('button', { name: 'New group' }).click();
      await ann.page.getByLabel('Name of the group').fill('Garden');
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
      await cem.page.getByText('You are not in this conversation.').waitFor();
      expect(await details(ben).getByRole('button', { name: 'Remove Ann' }).count(), 'the owner stays').to.equal(0);

      await details(ann).getByRole('button', { name: 'Leave the group' }).click();
      await details(ann).getByRole('button', { name: 'Really leave?' }).click();
      await ann.page.getByText('No conversations yet').waitFor();
      await details(ben).getByText('owner').waitFor();
      await details(ben).getByText('1 member', { exact: true }).waitFor();
    });
  });
}
