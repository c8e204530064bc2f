/** Ways through the page: Back closes what was opened last, whatever it is. */
import { expect } from 'chai';
import { friend } from '../support/friends.js';
import type { Visitor } from '../support/visitor.js';
import type { Stage } from './stage.js';

const PHONE = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true };

export function ways(the: Stage): void {
  /** Ann's phone, with a group that she may manage. */
  async function phone(): Promise<Visitor> {
    const [ann, ben] = await Promise.all([the.visitor('Ann', PHONE), friend(the.url, 'Ben')]);
    await ann.signUp();
    const [found] = await ben.client.findPeople(ann.username);
    const chatId = await ben.client.createGroup('Garden', [found?.id ?? '']);
    await ben.client.setRole(chatId, found?.id ?? '', 'admin');
    await ann.page.getByRole('link', { name: /Garden/ }).click();
    await ann.page.getByLabel('Message to Garden').waitFor();
    return ann;
  }

  describe('Back', () => {
    it('closes the dialog, then the details, then the conversation, and then leaves', async () => {
      const { page } = await phone();
      await page.getByRole('button', { name: 'Details' }).click();
      await page.getByRole('button', { name: 'Add members' }).click();
      await page.getByRole('dialog', { name: 'Add to Garden' }).waitFor();
      await page.goBack();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('complementary').waitFor();
      expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).to.equal('Add members');
      await page.goBack();
      await page.getByRole('complementary').waitFor({ state: 'detached' });
      await page.goBack();
      await page.getByRole('navigation').waitFor();
      await page.goForward();
      await page.getByLabel('Message to Garden').waitFor();
      await page.goBack();
      await page.getByRole('navigation').waitFor();
      await page.goBack();
      expect(page.url()).to.equal('about:blank');
    });

    it('does not enter again what was closed on the page itself', async () => {
      const { page } = await phone();
      await page.getByRole('button', { name: 'Details' }).click();
      await page.getByRole('link', { name: 'Close the details' }).click();
      await page.getByRole('complementary').waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Back to the conversations' }).click();
      await page.getByRole('navigation').waitFor();
      await page.getByRole('button', { name: 'Settings', exact: true }).click();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.goBack();
      expect(page.url()).to.equal('about:blank');
    });

    it('does the same after a reload', async () => {
      const { page } = await phone();
      await page.getByRole('button', { name: 'Details' }).click();
      await page.getByRole('button', { name: 'Add members' }).click();
      await page.getByRole('dialog').waitFor();
      await page.reload();
      await page.getByRole('dialog', { name: 'Add to Garden' }).waitFor();
      await page.goBack();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Close the details' }).click();
      await page.getByRole('complementary').waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Back to the conversations' }).click();
      await page.getByRole('navigation').waitFor();
      await page.goBack();
      expect(page.url()).to.equal('about:blank');
    });

    it('answers a question with no, and Forward does not ask it again', async () => {
      const { page } = await phone();
      await page.getByRole('button', { name: 'Details' }).click();
      await page.getByRole('button', { name: 'Leave the group' }).click();
      await page.getByRole('alertdialog', { name: 'Leave Garden?' }).waitFor();
      expect(await page.evaluate('document.activeElement.textContent'), 'what changes nothing').to.equal('Cancel');
      await page.goBack();
      await page.getByRole('alertdialog').waitFor({ state: 'detached' });
      await page.goForward();
      await page.getByRole('complementary').waitFor();
      expect(await page.getByRole('alertdialog').count()).to.equal(0);
      await page.getByRole('button', { name: 'Leave the group' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
      await page.getByText('No conversations yet').waitFor();
      await page.getByRole('navigation').waitFor();
      await page.goBack();
      expect(page.url(), 'what one has left is not entered again').to.equal('about:blank');
    });
  });
}
