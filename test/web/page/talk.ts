/** Two people talk. */
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { sees } from '../support/visitor.js';
import type { Stage } from './stage.js';

export function talk(the: Stage): void {
  describe('two people', () => {
    it('find each other, talk, and see what was read', async () => {
      const [ann, ben] = await Promise.all([the.visitor('Ann'), the.visitor('Ben')]);
      await Promise.all([ann.signUp(), ben.signUp()]);
      await ann.find(ben.username);
      await ann.write('hello Ben');
      await sees(ann, 'hello Ben');
      await until(async () => ['Stored', 'Delivered'].includes((await ann.status('hello Ben')) ?? ''));

      const row = ben.page.getByRole('link', { name: /Ann/ });
      await row.getByText('hello Ben').waitFor();
      await row.getByText('1 unread').waitFor();
      expect(await ben.page.title()).to.equal('(1) Mini-Telegram');
      await ben.open('Ann');
      await sees(ben, 'hello Ben');
      await until(async () => (await ann.status('hello Ben')) === 'Read');
      await until(async () => (await ben.page.title()) === 'Mini-Telegram');

      await ben.page.getByLabel('Message to Ann').pressSequentially('hel');
      await ann.page.getByText('Ben is typing').waitFor();
      await ben.page.getByLabel('Message to Ann').fill('hello yourself');
      await ben.page.keyboard.press('Enter');
      await sees(ann, 'hello Ben', 'hello yourself');
      await ann.page.getByText('Ben is typing').waitFor({ state: 'detached' });
      expect(await ann.page.getByRole('log').textContent(), 'said aloud').to.equal('Ben: hello yourself');
    });

    it('answer single messages, break lines, and follow links', async () => {
      const [ann, ben] = await Promise.all([the.member('Ann'), the.member('Ben')]);
      await ann.find(ben.username);
      await ann.write('see https://example.org/a?b=1.');
      await ben.open('Ann');
      const link = ben.page.getByRole('main').getByRole('link', { name: 'https://example.org/a?b=1' });
      expect(await link.getAttribute('rel')).to.contain('noopener');
      await ben.message('see https://example.org/a?b=1.').hover();
      await ben.page.getByRole('button', { name: 'Answer' }).click();
      const box = ben.page.getByLabel('Message to Ann');
      await box.pressSequentially('one');
      await ben.page.keyboard.press('Shift+Enter');
      await box.pressSequentially('<b>two</b>');
      await ben.page.keyboard.press('Enter');
      await sees(ann, 'see https://example.org/a?b=1.', 'one\n<b>two</b>');
      await ann.message('one\n<b>two</b>').locator('.quote').getByText('see https://example.org/a?b=1.').waitFor();
    });

    it('see who is there, and since when they are not', async () => {
      const [ann, ben] = await Promise.all([the.member('Ann'), the.member('Ben')]);
      await ann.find(ben.username);
      await ann.write('hello');
      await ben.open('Ann');
      // Who has not written yet is nobody's business.
      await ben.write('hello yourself');
      const main = ann.page.getByRole('main');
      await main.getByText('online', { exact: true }).waitFor();
      await ben.page.close();
      await main.getByText('last seen just now').waitFor();
    });

    it('are told in plain words what is wrong with what they fill in', async () => {
      const [ann, eve] = await Promise.all([the.member('Ann'), the.visitor('Eve')]);
      await eve.page.getByLabel('E-mail').fill(ann.email);
      await eve.page.getByLabel('Password').fill('not the password');
      await eve.page.locator('form').getByRole('button', { name: 'Sign in' }).click();
      await eve.page.getByRole('alert').getByText(/wrong/).waitFor();
      await eve.page.getByRole('button', { name: 'Sign up' }).click();
      await eve.page.getByLabel('Password').fill('long enough now');
      await eve.page.getByRole('button', { name: 'Create an account' }).click();
      await eve.page.getByText('This e-mail address is taken.').waitFor();
      expect(await eve.page.getByLabel('E-mail').getAttribute('aria-invalid')).to.equal('true');
    });
  });
}
