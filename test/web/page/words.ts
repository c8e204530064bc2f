/** What the page says to people, and where. */
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { signUp } from '../../support/people.js';
import { friend } from '../support/friends.js';
import type { Stage } from './stage.js';

export function words(the: Stage): void {
  describe('the page', () => {
    it('says what is wrong in the dialog that it is about, at the field', async () => {
      const [ann, ben] = await Promise.all([the.member('Ann'), friend(the.url, 'Ben')]);
      const { page } = ann;
      await page.getByRole('button', { name: 'Settings', exact: true }).click();
      const settings = page.getByRole('dialog', { name: 'Settings' });
      await settings.getByLabel('User name').fill(ben.email.split('@')[0] ?? '');
      await settings.getByRole('button', { name: 'Save' }).click();
      await settings.getByRole('alert').getByText('This user name is taken.').waitFor();
      const field = settings.getByLabel('User name');
      expect(await field.getAttribute('aria-invalid')).to.equal('true');
      await until(() => field.evaluate(element => element.matches(':focus')));
      await page.keyboard.press('Escape');
      await settings.waitFor({ state: 'detached' });

      await page.getByRole('button', { name: 'New group' }).click();
      const group = page.getByRole('dialog', { name: 'New group' });
      await group.getByLabel('Name of the group').fill('g'.repeat(300));
      await group.getByLabel('Find people').fill('ben');
      await group.getByRole('checkbox').first().check();
      await group.getByRole('button', { name: 'Make the group' }).click();
      const fault = group.getByRole('alert').getByText(/^The name of the group /);
      await fault.waitFor();
      expect(await fault.textContent(), 'no name that a program has for it').to.not.match(/\/|title/);
      await page.context().setOffline(true);
      await group.getByLabel('Name of the group').fill('Garden');
      await group.getByRole('button', { name: 'Make the group' }).click();
      await group.getByRole('alert').getByText('The server cannot be reached.').waitFor();
      await page.context().setOffline(false);
    });

    it('says before one signs up what is optional and what a password may be', async () => {
      const { page } = await the.visitor('Ann');
      await page.getByRole('button', { name: 'Sign up' }).click();
      for (const name of ['Your name', 'User name']) await page.getByText(`${name} (optional)`).waitFor();
      const said = await page.getByLabel('Password').getAttribute('aria-describedby');
      expect(await page.locator(`[id="${said}"]`).textContent()).to.match(/8 to 128 characters.*common/);
    });

    it('says by how much a text is too long, in words, and aloud when the typing pauses', async () => {
      const [ann, ben] = await Promise.all([the.member('Ann'), friend(the.url, 'Ben')]);
      await ann.find(ben.email.split('@')[0] ?? '');
      const box = ann.page.getByLabel('Message to Ben');
      await box.fill('\u{1F600}'.repeat(4_095));
      await ann.page.getByText('1 character left').first().waitFor();
      await box.fill('x'.repeat(10_000));
      await ann.page.getByText('5,904 characters too long, of 4,096 at most').first().waitFor();
      await ann.page.getByRole('status').getByText('5,904 characters too long').waitFor();
      expect(await box.getAttribute('aria-invalid')).to.equal('true');
    });

    it('shows stored, delivered and read as different things, each with its name', async () => {
      const [ann, ben] = await Promise.all([the.member('Ann'), friend(the.url, 'Ben')]);
      const away = await signUp(the.url, 'Eve');
      const marks = new Map<string, string>();
      const mark = async (text: string, label: string) => {
        await until(async () => (await ann.status(text)) === label);
        const status = ann.message(text).locator('.message-status');
        expect(await status.getAttribute('title')).to.match(new RegExp(`^${label}: `));
        marks.set(label, await status.innerHTML());
      };
      await ann.find(away.username);
      await ann.write('to who is away');
      await mark('to who is away', 'Stored');
      await ann.find(ben.email.split('@')[0] ?? '');
      await ann.write('to who is there');
      await mark('to who is there', 'Delivered');
      const [chat] = ben.client.state.chats.values();
      ben.client.read(chat?.id ?? '', 1);
      await mark('to who is there', 'Read');
      expect(new Set(marks.values()).size).to.equal(3);
    });

    it('lets no name turn what stands around it', async () => {
      const name = 'محمد علي';
      const ann = await the.member('Ann');
      const ben = await friend(the.url, 'Ben');
      await ben.client.rename({ displayName: name });
      const [found] = await ben.client.findPeople(ann.username);
      const chatId = await ben.client.createGroup(`${name} and friends`, [found?.id ?? '']);
      await ben.client.setRole(chatId, found?.id ?? '', 'admin');
      ben.client.send(chatId, 'hello');
      const { page } = ann;
      await page.getByRole('link', { name: /and friends/ }).click();
      await ann.message('hello').waitFor();
      await ann.message('hello').hover();
      await page.getByRole('button', { name: 'Answer' }).click();
      ben.client.typing(chatId, true);
      await page.getByText('is typing').waitFor();
      await page.getByRole('button', { name: 'Details' }).click();
      await page.getByRole('complementary').getByText(name, { exact: true }).first().waitFor();
      await page.getByLabel('Search conversations and people').fill(ben.email.split('@')[0] ?? '');
      await page.getByRole('region', { name: 'People' }).getByText(name).waitFor();
      const loose = await page.evaluate(`(() => {
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walk.nextNode()) {
          const { data, parentElement } = walk.currentNode;
          if (data.includes('محمد') && !parentElement.closest('bdi, [dir="auto"], [role="log"]')) found.push(parentElement.outerHTML);
        }
        for (const element of document.querySelectorAll('[aria-label]')) {
          const label = element.getAttribute('aria-label');
          if (label.includes('محمد') && !label.includes('\u2068محمد')) found.push(label);
        }
        return found;
      })()`);
      expect(loose).to.deep.equal([]);
    });
  });
}
