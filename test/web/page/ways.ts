/** Ways through the page: Back closes what was opened last, whatever it is. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { friend } from '../support/friends.js';
import type { Visitor } from '../support/visitor.js';
import type { Stage } from './stage.js';

const PHONE = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true };

/** Notes what the entry is for at the moment at which the dialog on the page is no longer open. */
const NOTE_THE_CLOSING = `{
  const dialog = document.querySelector('dialog[open]');
  new MutationObserver(() => {
    if (!dialog.open || !dialog.isConnected) globalThis.entryWhenClosed ??= history.state.dialog ?? 'no dialog';
  }).observe(document, { subtree: true, childList: true, attributes: true });
}`;

export function ways(the: Stage): void {
  /** Ann's phone, with a group that she may manage. */
  async function phone(): Promise<Visitor> {
    const [ann, ben] = await Promise.all([the.member('Ann', PHONE), friend(the.url, 'Ben')]);
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
      expect(page.url()).to.equal(the.elsewhere);
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
      expect(page.url()).to.equal(the.elsewhere);
    });

    for (const [way, close] of Object.entries<(page: Page) => Promise<void>>({
      Escape: page => page.keyboard.press('Escape'),
      'its button': page => page.getByRole('button', { name: 'Close', exact: true }).click(),
      'a click beside it': page => page.mouse.click(3, 3),
    }))
      it(`never enters a dialog that was seen to close: its entry is left by then (${way})`, async () => {
        const { page } = await phone();
        await page.getByRole('button', { name: 'Details' }).click();
        await page.getByRole('button', { name: 'Add members' }).click();
        await page.getByRole('dialog').waitFor();
        await page.evaluate(NOTE_THE_CLOSING);
        await close(page);
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        expect(await page.evaluate('entryWhenClosed')).to.equal('no dialog');
        await page.goBack();
        await page.getByRole('complementary').waitFor({ state: 'detached' });
      });

    it('is made once for whoever answers twice', async () => {
      const { page } = await phone();
      await page.getByRole('button', { name: 'Details' }).click();
      await page.getByRole('button', { name: 'Leave the group' }).click();
      await page.getByRole('alertdialog').waitFor();
      await page.evaluate(`{
        const cancel = document.querySelector('.question .secondary');
        cancel.click();
        cancel.click();
      }`);
      await page.getByRole('alertdialog').waitFor({ state: 'detached' });
      await page.goBack();
      await page.getByRole('complementary').waitFor({ state: 'detached' });
      expect(await page.getByLabel('Message to Garden').isVisible()).to.equal(true);
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
      expect(page.url()).to.equal(the.elsewhere);
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
      expect(page.url(), 'what one has left is not entered again').to.equal(the.elsewhere);
    });
  });
}
