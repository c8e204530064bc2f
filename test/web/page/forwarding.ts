/** Messages go on to other conversations, and each of them tells what became of that. */
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { expectNoFaults } from '../support/axe.js';
import { bodiesOf, chatOf, friend } from '../support/friends.js';
import { sees } from '../support/visitor.js';
import type { Stage } from './stage.js';

export function forwarding(the: Stage): void {
  describe('a message that is forwarded', () => {
    it('comes to several conversations, and says whose it was', async () => {
      const ann = await the.member('Ann');
      const [ben, cem, dan] = await Promise.all(['Ben', 'Cem', 'Dan'].map(name => friend(the.url, name)));
      if (!ben || !cem || !dan) throw new Error('somebody is missing');
      const [found] = await ben.client.findPeople(ann.username);
      const anns = found?.id ?? '';
      const [fromBen, toCem, garden] = await Promise.all([
        ben.client.openDirect(anns),
        cem.client.openDirect(anns),
        dan.client.createGroup('Garden', [anns]),
      ]);
      ben.client.send(fromBen, 'the key is under the pot');
      await ann.open('Ben');
      await sees(ann, 'the key is under the pot');
      await ann.message('the key is under the pot').focus();
      await ann.page.keyboard.press('f');
      const sheet = ann.page.getByRole('dialog', { name: 'Forward' });
      await sheet.getByRole('checkbox', { name: 'Cem' }).check();
      await sheet.getByLabel('Find conversations').fill('gard');
      expect(await sheet.getByRole('checkbox').count()).to.equal(1);
      await sheet.getByRole('checkbox', { name: 'Garden' }).check();
      await expectNoFaults(ann.page, 'choosing where to forward');
      await sheet.getByRole('button', { name: 'Forward to 2' }).click();
      await sheet.waitFor({ state: 'detached' });
      await ann.page.getByRole('alert').getByText('Forwarded to 2 conversations.').waitFor();
      await until(() => bodiesOf(cem.client, toCem).join() === 'the key is under the pot');
      await until(() => bodiesOf(dan.client, garden).join() === 'the key is under the pot');
      const copy = (await chatOf(cem.client, toCem)).history.messages[0];
      expect(copy?.forwardedFrom).to.include({ displayName: 'Ben' });
      await ann.open('Cem');
      await ann.message('the key is under the pot').getByText('Forwarded from Ben').waitFor();
      await ann.message('the key is under the pot').click({ button: 'right' });
      await ann.page.getByRole('menuitem', { name: 'Pin' }).waitFor();
      expect(await ann.page.getByRole('menuitem', { name: 'Edit' }).count(), 'not her words').to.equal(0);
      await ann.page.keyboard.press('Escape');
      await expectNoFaults(ann.page, 'a copy');
    });

    it('is refused where nobody looks, says so, and waits there until it is given up', async () => {
      const ann = await the.member('Ann');
      const [ben, cem] = await Promise.all([friend(the.url, 'Ben'), friend(the.url, 'Cem')]);
      const [found] = await ben.client.findPeople(ann.username);
      const anns = found?.id ?? '';
      const [direct] = await Promise.all([ben.client.openDirect(anns), cem.client.openDirect(anns)]);
      ben.client.send(direct, 'pass it on');
      await ann.page.getByRole('link', { name: /Cem/ }).waitFor();
      await ann.open('Ben');
      await ann.page.context().setOffline(true);
      await ann.page.getByText('You are offline').first().waitFor();
      await ann.message('pass it on').focus();
      await ann.page.keyboard.press('f');
      const sheet = ann.page.getByRole('dialog', { name: 'Forward' });
      await sheet.getByRole('checkbox', { name: 'Cem' }).check();
      await sheet.getByRole('button', { name: 'Forward' }).click();
      await sheet.getByText('Waits for the connection…').waitFor();
      await sheet.getByRole('button', { name: 'Done' }).click();
      const [message] = (await chatOf(ben.client, direct)).history.messages;
      if (message) ben.client.delete(message, 'all');
      await until(() => (ben.client.state.chats.get(direct)?.history.messages[0]?.deletedAt ?? '') !== '');
      await ann.page.context().setOffline(false);
      await ann.page
        .getByRole('alert')
        .getByText(/^Your message to .*Cem.* was not sent\. /)
        .waitFor();
      await ann.open('Cem');
      await ann.message('pass it on').getByRole('button', { name: 'Give up' }).click();
      await until(async () => (await ann.bodies()).length === 0);
    });

    it('waits for the connection, and tells of each conversation why it did not come there', async () => {
      const ann = await the.member('Ann');
      const [ben, dan] = await Promise.all([friend(the.url, 'Ben'), friend(the.url, 'Dan')]);
      const [found] = await ben.client.findPeople(ann.username);
      const anns = found?.id ?? '';
      const [direct, garden] = await Promise.all([
        ben.client.openDirect(anns),
        dan.client.createGroup('Garden', [anns]),
      ]);
      ben.client.send(direct, 'pass it on');
      await ann.page.getByRole('link', { name: /Garden/ }).waitFor();
      await ann.open('Ben');
      await ann.page.context().setOffline(true);
      await ann.page.getByText('You are offline').first().waitFor();
      await dan.client.removeMember(garden, anns);
      await ann.message('pass it on').focus();
      await ann.page.keyboard.press('f');
      const sheet = ann.page.getByRole('dialog', { name: 'Forward' });
      await sheet.getByRole('checkbox', { name: 'Ben' }).check();
      await sheet.getByRole('checkbox', { name: 'Garden' }).check();
      await sheet.getByRole('button', { name: 'Forward to 2' }).click();
      await until(async () => (await sheet.getByText('Waits for the connection…').count()) === 2);
      await ann.page.context().setOffline(false);
      const where = sheet.getByRole('list', { name: 'Where it is forwarded to' }).getByRole('listitem');
      await where.filter({ hasText: 'Ben' }).getByText('Forwarded', { exact: true }).waitFor();
      await where.filter({ hasText: 'Garden' }).getByText('You are not in this chat').waitFor();
      await sheet.getByRole('button', { name: /^Try again/ }).waitFor();
      await expectNoFaults(ann.page, 'what was not forwarded');
      await sheet.getByRole('button', { name: 'Done' }).click();
      await sheet.waitFor({ state: 'detached' });
      await until(() => bodiesOf(ben.client, direct).join() === 'pass it on,pass it on');
    });
  });
}
