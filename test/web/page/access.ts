/** For everybody: no serious fault that axe can find in any view, and everything with the keyboard alone. */
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { expectNoFaults } from '../support/axe.js';
import { friend } from '../support/friends.js';
import { sees, type Visitor } from '../support/visitor.js';
import type { Stage } from './stage.js';

export function access(the: Stage): void {
  async function settled(isMobile = false): Promise<Visitor> {
    const viewport = isMobile ? { width: 390, height: 780 } : { width: 1280, height: 800 };
    const ann = await the.visitor('Ann', { viewport, isMobile, hasTouch: isMobile });
    await expectNoFaults(ann.page, 'signing in');
    await ann.page.getByRole('button', { name: 'Sign up' }).click();
    await expectNoFaults(ann.page, 'signing up');
    await ann.signUp();
    await expectNoFaults(ann.page, 'nothing yet');
    const ben = await friend(the.url, 'Ben');
    const [found] = await ben.client.findPeople(ann.username);
    const chatId = await ben.client.createGroup('Garden', [found?.id ?? '']);
    ben.client.send(chatId, 'hello https://example.org');
    await ben.client.setRole(chatId, found?.id ?? '', 'admin');
    const direct = await ben.client.openDirect(found?.id ?? '');
    ben.client.send(direct, 'hello');
    await ann.page.getByText('1 unread').nth(1).waitFor();
    return ann;
  }

  describe('everybody', () => {
    it('can use every view, in light and in dark', async () => {
      const ann = await settled();
      const { page } = ann;
      await expectNoFaults(page, 'the list');
      await ann.open('Garden');
      await sees(ann, 'hello https://example.org');
      await ann.message('hello https://example.org').hover();
      await page.getByRole('button', { name: 'Answer' }).click();
      await ann.write('an answer');
      await sees(ann, 'hello https://example.org', 'an answer');
      await ann.write('x'.repeat(4_096));
      await ann.showWire();
      await page.getByRole('button', { name: 'Details' }).click();
      await page.getByRole('complementary').getByText('admin').waitFor();
      await expectNoFaults(page, 'a conversation, with details and wire');
      for (const [button, heading] of [
        ['Settings', 'Settings'],
        ['New group', 'New group'],
        ['Add members', 'Add to Garden'],
      ] as const) {
        await page.getByRole('button', { name: button, exact: true }).click();
        await page.getByRole('dialog', { name: heading }).waitFor();
        await expectNoFaults(page, heading);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await page.getByRole('button', { name: 'Leave the group' }).click();
      await page.getByRole('alertdialog').waitFor();
      await expectNoFaults(page, 'a question');
      await page.keyboard.press('Escape');
      await page.getByRole('alertdialog').waitFor({ state: 'detached' });
      await page.getByLabel('Search conversations and people').fill('be');
      await page.getByRole('region', { name: 'People' }).waitFor();
      await expectNoFaults(page, 'searching');
    });

    it('can use it on a phone, one pane at a time, in light and in dark', async () => {
      const { page } = await settled(true);
      await page.getByRole('link', { name: /Garden/ }).click();
      await page.getByLabel('Message to Garden').waitFor();
      expect(await page.getByRole('navigation').isVisible()).to.equal(false);
      await expectNoFaults(page, 'a conversation');
      await page.getByRole('button', { name: 'Details' }).click();
      await page.getByRole('complementary').waitFor();
      await expectNoFaults(page, 'details');
      await page.getByRole('button', { name: 'Add members' }).click();
      await page.getByRole('dialog').waitFor();
      await expectNoFaults(page, 'a dialog');
      await page.goBack();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.goBack();
      await page.getByRole('complementary').waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Back to the conversations' }).click();
      await page.getByRole('navigation').waitFor();
      expect(await page.getByLabel('Message to Garden').isVisible()).to.equal(false);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow).to.equal(0);
    });

    it('can do with the keyboard what others do with a mouse', async () => {
      const ann = await settled();
      const { page } = ann;
      const focused = () => page.evaluate('document.activeElement.textContent');
      await page.getByLabel('Search conversations and people').focus();
      await page.keyboard.press('Tab');
      expect(await focused()).to.contain('Ben');
      await page.keyboard.press('ArrowDown');
      expect(await focused()).to.contain('Garden');
      await page.keyboard.press('Enter');
      await page.getByLabel('Message to Garden').waitFor();
      await until(async () => (await page.evaluate('document.activeElement.tagName')) === 'TEXTAREA');
      await sees(ann, 'hello https://example.org');
      await page.keyboard.type('typed');
      await page.keyboard.press('Enter');
      await sees(ann, 'hello https://example.org', 'typed');
      await until(async () => (await ann.status('typed')) !== 'On its way');
      await page.getByLabel('Message to Garden').focus();
      for (let tries = 0; tries < 4 && !String(await focused()).includes('typed'); tries++)
        await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('ArrowUp');
      expect(await focused()).to.contain('hello https://example.org');
      await page.keyboard.press('r');
      await until(async () => (await page.evaluate('document.activeElement.tagName')) === 'TEXTAREA');
      await page.keyboard.type('an answer');
      await page.keyboard.press('Enter');
      await ann.message('an answer').locator('.quote').getByText('Ben').waitFor();
    });
  });
}
