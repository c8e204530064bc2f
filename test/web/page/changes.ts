/** Messages change: edited, deleted, reacted to and pinned, with the mouse, with the keyboard and with a finger. */
import { expect } from 'chai';
import type { Locator } from 'playwright-core';
import { until } from '../../support/eventually.js';
import { request } from '../../support/rest.js';
import { expectNoFaults } from '../support/axe.js';
import { bodiesOf, type Friend, friend } from '../support/friends.js';
import { sees, type Visitor } from '../support/visitor.js';
import type { Stage } from './stage.js';

export function changes(the: Stage): void {
  /** Ann looks at what Ben and she have written. */
  async function talking(options: Parameters<Stage['visitor']>[1] = {}) {
    const [ann, ben] = await Promise.all([the.member('Ann', options), friend(the.url, 'Ben')]);
    const [found] = await ben.client.findPeople(ann.username);
    const chatId = await ben.client.openDirect(found?.id ?? '');
    ben.client.send(chatId, 'from Ben');
    await ann.open('Ben');
    await sees(ann, 'from Ben');
    await ann.page.getByLabel('Message to Ben').fill('from Ann');
    await ann.page.getByRole('button', { name: 'Send' }).click();
    await until(async () => (await ann.status('from Ann')) === 'Delivered');
    return { ann, ben, chatId };
  }
  const at = ({ client }: Friend, chatId: string, seq: number) =>
    client.state.chats.get(chatId)?.history.messages.find(message => message.seq === seq);
  const menu = ({ page }: Visitor) => page.getByRole('menu');
  const place = ({ page }: Visitor, seq: number) => page.locator(`[data-seq="${seq}"]`);
  const choose = async (ann: Visitor, message: Locator, item: string) => {
    await message.click({ button: 'right' });
    await menu(ann).getByRole('menuitem', { name: item }).click();
    await menu(ann).waitFor({ state: 'detached' });
  };

  describe('a message', () => {
    it('is edited from an empty composer, and says so to both', async () => {
      const { ann, ben, chatId } = await talking();
      const box = ann.page.getByLabel('Message to Ben');
      await box.focus();
      await ann.page.keyboard.press('ArrowUp');
      expect(await box.inputValue()).to.equal('from Ann');
      await ann.page.keyboard.press('Escape');
      expect(await box.inputValue(), 'left').to.equal('');
      await ann.page.keyboard.press('ArrowUp');
      await ann.page.keyboard.type(', again');
      await ann.page.keyboard.press('Enter');
      await sees(ann, 'from Ben', 'from Ann, again');
      await ann.message('from Ann, again').getByText('edited').waitFor();
      await until(() => bodiesOf(ben.client, chatId)[1] === 'from Ann, again');
      await ann.page.getByRole('link', { name: /from Ann, again/ }).waitFor();
      expect(await box.inputValue()).to.equal('');
    });

    it('keeps the formatting that was given to it when its words are edited', async () => {
      const { ann, ben, chatId } = await talking();
      const token = String(await ann.page.evaluate("JSON.parse(localStorage['minitelegram/session']).accessToken"));
      const entities = [
        { type: 'bold', offset: 4, length: 4 },
        { type: 'link', offset: 12, length: 4, url: 'https://example.org/' },
      ];
      const body = { clientId: 'formatted', body: 'the bold and the', entities };
      await request(the.url, 'POST', `/v1/chats/${chatId}/messages`, { token, body });
      await sees(ann, 'from Ben', 'from Ann', 'the bold and the');
      await ann.page.getByLabel('Message to Ben').press('ArrowUp');
      await ann.page.keyboard.press('Home');
      await ann.page.keyboard.type('see #this, ');
      await ann.page.keyboard.press('End');
      await ann.page.keyboard.type(' rest');
      await ann.page.keyboard.press('Enter');
      const text = 'see #this, the bold and the rest';
      await sees(ann, 'from Ben', 'from Ann', text);
      await until(() => at(ben, chatId, 3)?.body === text);
      expect(at(ben, chatId, 3)?.entities).to.deep.equal([
        { type: 'hashtag', offset: 4, length: 5 },
        { type: 'bold', offset: 15, length: 4 },
        { type: 'link', offset: 23, length: 4, url: 'https://example.org/' },
      ]);
      expect(await place(ann, 3).locator('strong:not(.quote strong)').textContent()).to.equal('bold');
    });

    it('is deleted in its place, unless that is taken back in time', async () => {
      const { ann, ben, chatId } = await talking();
      await choose(ann, place(ann, 2), 'Delete for everybody');
      const undo = ann.page.getByRole('status').getByRole('button', { name: 'Undo' });
      const [told, messages] = [
        await undo.locator('..').boundingBox(),
        await ann.page.locator('.messages').boundingBox(),
      ];
      expect((told?.y ?? 0) + (told?.height ?? Infinity), 'what is told covers no message').to.be.at.most(
        messages?.y ?? 0,
      );
      await undo.click();
      await sees(ann, 'from Ben', 'from Ann');
      await choose(ann, place(ann, 2), 'Delete for everybody');
      const gone = place(ann, 2);
      await gone.getByText('This message was deleted').waitFor();
      expect(at(ben, chatId, 2)?.deletedAt, 'before its time').to.equal(undefined);
      await until(() => at(ben, chatId, 2)?.deletedAt !== undefined);
      await gone.getByRole('button', { name: 'Undo' }).waitFor({ state: 'detached' });
      await gone.click({ button: 'right' });
      expect(await menu(ann).getByRole('menuitem').allTextContents(), 'nothing else is done with it').to.deep.equal([
        'Delete for me',
      ]);
      await ann.page.keyboard.press('Escape');
      await ann.page.getByRole('link', { name: /This message was deleted/ }).waitFor();
    });

    it('is reacted to, by the menu and by what is there already', async () => {
      const { ann, ben, chatId } = await talking();
      await ann.message('from Ben').focus();
      await ann.page.keyboard.press('Enter');
      await menu(ann).getByRole('menuitemcheckbox', { name: '👍' }).waitFor();
      await ann.page.keyboard.press('ArrowRight');
      await ann.page.keyboard.press('Enter');
      const chip = (emoji: string) => ann.message('from Ben').getByRole('button', { name: emoji });
      await until(async () => (await chip('❤️ 1').getAttribute('aria-pressed')) === 'true');
      const told = () => at(ben, chatId, 1)?.reactions?.map(({ emoji, count }) => `${emoji} ${count}`);
      await until(() => told()?.join() === '❤️ 1');
      const message = at(ben, chatId, 1);
      if (message) ben.client.react(message, '❤️', true);
      await chip('❤️ 2').click();
      await until(async () => (await chip('❤️ 1').getAttribute('aria-pressed')) === 'false');
      await until(() => told()?.join() === '❤️ 1');
    });

    it('is pinned above the conversation, which leads to it', async () => {
      const { ann, ben, chatId } = await talking();
      await choose(ann, place(ann, 1), 'Pin');
      await until(() => at(ben, chatId, 1)?.pinnedAt !== undefined);
      await ann.page.getByRole('button', { name: /Pinned message/ }).click();
      await until(async () => (await ann.page.evaluate('document.activeElement.dataset.seq')) === '1');
      const message = at(ben, chatId, 1);
      if (message) ben.client.pin(message, false);
      await ann.page.getByRole('button', { name: /Pinned message/ }).waitFor({ state: 'detached' });
    });

    it('that is answered is quoted as it is now', async () => {
      const { ann, ben, chatId } = await talking();
      await choose(ann, place(ann, 2), 'Answer');
      await ann.write('as I said');
      await until(() => at(ben, chatId, 3) !== undefined);
      await choose(ann, place(ann, 2), 'Edit');
      await ann.write('in other words');
      const quote = ann.message('as I said').locator('.quote');
      await quote.getByText('in other words').waitFor();
      await choose(ann, place(ann, 2), 'Delete for everybody');
      await quote.getByText('This message was deleted').waitFor();
    });

    it('is changed while there is no connection, also when it is not sent yet', async () => {
      const { ann, ben, chatId } = await talking();
      await ann.page.context().setOffline(true);
      await ann.page.getByText('You are offline').first().waitFor();
      await ann.write('not sent');
      await choose(ann, ann.message('not sent'), 'Edit');
      await ann.write('not sent yet');
      await sees(ann, 'from Ben', 'from Ann', 'not sent yet');
      await choose(ann, place(ann, 2), 'Edit');
      await ann.write('from Ann, offline');
      await sees(ann, 'from Ben', 'from Ann, offline', 'not sent yet');
      await ann.page.context().setOffline(false);
      await until(() => bodiesOf(ben.client, chatId).join() === 'from Ben,from Ann, offline,not sent yet');
    });

    it('opens its menu for everybody, also under a finger', async () => {
      const phone = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true };
      const { ann } = await talking(phone);
      const box = await ann.message('from Ann').locator('.bubble').boundingBox();
      const touch = await ann.page.context().newCDPSession(ann.page);
      const touchPoints = [{ x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 15 }];
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
      await menu(ann).waitFor();
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      await ann.page.evaluate('new Promise(requestAnimationFrame)');
      await expectNoFaults(ann.page, 'the menu of a message');
      await menu(ann).getByRole('menuitemcheckbox', { name: '👍' }).click();
      await menu(ann).waitFor({ state: 'detached' });
      await ann.message('from Ann').getByRole('button', { name: '👍 1' }).waitFor();
      await expectNoFaults(ann.page, 'a reaction');
    });
  });
}
