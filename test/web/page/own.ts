/** What conversations are to oneself alone, on all one's devices: muted, pinned, archived, drafts, what one hides. */
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { expectNoFaults } from '../support/axe.js';
import { bodiesOf, type Friend, friend } from '../support/friends.js';
import { sees, type Visitor } from '../support/visitor.js';
import type { Stage } from './stage.js';

export function own(the: Stage): void {
  /** Ann, and what Ben has written to her. */
  async function written(to: Visitor, text: string): Promise<{ ben: Friend; chatId: string }> {
    const ben = await friend(the.url, 'Ben');
    const [found] = await ben.client.findPeople(to.username);
    const chatId = await ben.client.openDirect(found?.id ?? '');
    ben.client.send(chatId, text);
    await to.page.getByRole('link', { name: new RegExp(text) }).waitFor();
    return { ben, chatId };
  }
  const row = ({ page }: Visitor, title: string) => page.getByRole('navigation').getByRole('link', { name: title });
  const menu = ({ page }: Visitor) => page.getByRole('menu');
  const choose = async (ann: Visitor, title: string, item: string) => {
    await row(ann, title).click({ button: 'right' });
    await menu(ann).getByRole('menuitem', { name: item }).click();
    await menu(ann).waitFor({ state: 'detached' });
  };

  describe('what is one’s own', () => {
    it('is muted for a while, says so, and is counted and said aloud no more', async () => {
      const ann = await the.member('Ann');
      const { ben, chatId } = await written(ann, 'hello');
      await until(async () => (await ann.page.title()) === '(1) Mini-Telegram');
      await row(ann, 'Ben').focus();
      await ann.page.keyboard.press('Shift+F10');
      await menu(ann).getByRole('menuitem', { name: 'Mark as read' }).waitFor();
      await expectNoFaults(ann.page, 'the menu of a conversation');
      await ann.page.keyboard.press('End');
      await ann.page.keyboard.press('ArrowLeft');
      expect(await ann.page.evaluate('document.activeElement.textContent')).to.equal('1 week');
      await ann.page.keyboard.press('Enter');
      await menu(ann).waitFor({ state: 'detached' });
      await row(ann, 'Ben')
        .getByRole('img', { name: /^Muted until/ })
        .waitFor();
      expect(await ann.page.evaluate('document.activeElement.className'), 'back where one was').to.equal('chat');
      expect(await ann.page.title()).to.equal('Mini-Telegram');
      ben.client.send(chatId, 'psst');
      await row(ann, 'Ben').getByText('2 unread').waitFor();
      expect(await ann.page.getByRole('log').textContent()).not.to.contain('psst');
      await choose(ann, 'Ben', 'Unmute');
      await until(async () => (await ann.page.title()) === '(2) Mini-Telegram');
      ben.client.send(chatId, 'aloud');
      await until(async () => (await ann.page.getByRole('log').textContent()) === 'Ben: aloud');
    });

    it('is told of as far as one wants: all, mentions, nothing', async () => {
      const ann = await the.member('Ann');
      const ben = await friend(the.url, 'Ben');
      const [found] = await ben.client.findPeople(ann.username);
      const chatId = await ben.client.createGroup('Garden', [found?.id ?? '']);
      const { page } = ann;
      const said = () => page.getByRole('log').textContent();
      const level = (name: string) => menu(ann).getByRole('menuitemradio', { name });
      const set = async (name: string) => {
        await row(ann, 'Garden').click({ button: 'right' });
        await level(name).click();
        await menu(ann).waitFor({ state: 'detached' });
      };
      await set('Mentions');
      await row(ann, 'Garden').getByRole('img', { name: 'You are told of mentions only' }).waitFor();
      ben.client.send(chatId, 'to everybody');
      ben.client.send(chatId, `to @${ann.username}`);
      await until(async () => (await said()) === `Ben in Garden: to @${ann.username}`);
      await set('Nothing');
      await row(ann, 'Garden').getByRole('img', { name: 'You are told of nothing' }).waitFor();
      ben.client.send(chatId, `again, @${ann.username}`);
      await row(ann, 'Garden').getByText('3 unread').waitFor();
      expect(await said()).to.equal(`Ben in Garden: to @${ann.username}`);
      await row(ann, 'Garden').click({ button: 'right' });
      expect(await level('Nothing').getAttribute('aria-checked')).to.equal('true');
      await expectNoFaults(page, 'the menu of a group');
      await level('Everything').click();
      await row(ann, 'Garden').getByRole('img', { name: 'You are told of nothing' }).waitFor({ state: 'detached' });
      ben.client.send(chatId, 'aloud');
      await until(async () => (await said()) === 'Ben in Garden: aloud');
    });

    it('opens its menu under a finger that rests, and goes nowhere by that', async () => {
      const ann = await the.member('Ann', { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true });
      await written(ann, 'hello');
      const box = await row(ann, 'Ben').boundingBox();
      const touch = await ann.page.context().newCDPSession(ann.page);
      const touchPoints = [{ x: (box?.x ?? 0) + 40, y: (box?.y ?? 0) + 20 }];
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
      await menu(ann).waitFor();
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      await ann.page.evaluate('new Promise(requestAnimationFrame)');
      await expectNoFaults(ann.page, 'the menu of a conversation, on a phone');
      await menu(ann).getByRole('menuitem', { name: 'Always' }).click();
      await row(ann, 'Ben').getByRole('img', { name: 'Muted' }).waitFor();
      expect(await ann.page.evaluate('location.hash'), 'still the list').to.equal('');
    });

    it('is pinned above the others and archived out of the way, on both devices', async () => {
      const desk = await the.member('Ann');
      const phone = await the.member('Ann', { as: desk });
      await written(desk, 'first');
      const cem = await friend(the.url, 'Cem');
      const [found] = await cem.client.findPeople(desk.username);
      cem.client.send(await cem.client.openDirect(found?.id ?? ''), 'second');
      const order = ({ page }: Visitor) =>
        page.getByRole('list', { name: 'Conversations', exact: true }).locator('.chat-title').allTextContents();
      await until(async () => (await order(phone)).join() === 'Cem,Ben');
      await choose(desk, 'Ben', 'Pin to the top');
      for (const each of [desk, phone]) await until(async () => (await order(each)).join() === 'Ben,Cem');
      await choose(phone, 'Cem', 'Archive');
      for (const each of [desk, phone]) await until(async () => (await order(each)).join() === 'Ben');
      const archive = desk.page.getByRole('region', { name: 'Archive' });
      await archive.getByText('1 unread').waitFor();
      await archive.getByRole('button', { name: 'Archive' }).click();
      await expectNoFaults(desk.page, 'the archive');
      await archive.getByRole('link', { name: /Cem.*second/ }).click();
      await sees(desk, 'second');
      await desk.page.getByRole('button', { name: 'More', exact: true }).first().click();
      await menu(desk).getByRole('menuitem', { name: 'Take out of the archive' }).click();
      await until(async () => (await order(phone)).join() === 'Ben,Cem');
    });

    it('is a message that one deletes for oneself, unless that is taken back in time', async () => {
      const desk = await the.member('Ann');
      const phone = await the.member('Ann', { as: desk });
      const { ben, chatId } = await written(desk, 'keep');
      ben.client.send(chatId, 'not for me');
      for (const each of [desk, phone]) {
        await each.open('Ben');
        await sees(each, 'keep', 'not for me');
      }
      const hide = async () => {
        await desk.message('not for me').click({ button: 'right' });
        await menu(desk).getByRole('menuitem', { name: 'Delete for me' }).click();
        await desk.page.getByText('You deleted this message for yourself').waitFor();
      };
      await hide();
      await desk.page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
      await sees(desk, 'keep', 'not for me');
      await hide();
      await sees(phone, 'keep', 'not for me');
      await until(async () => (await phone.bodies()).join() === 'keep');
      await sees(desk, 'keep');
      for (const { page } of [desk, phone])
        await page
          .getByRole('navigation')
          .getByRole('link', { name: /Ben.*keep/ })
          .waitFor();
      expect(bodiesOf(ben.client, chatId)).to.deep.equal(['keep', 'not for me']);
      await phone.page.reload();
      await sees(phone, 'keep');
    });

    it('is a draft, which goes on elsewhere and is sent once', async () => {
      const desk = await the.member('Ann');
      const phone = await the.member('Ann', { as: desk });
      const { ben, chatId } = await written(desk, 'how are you?');
      await phone.open('Ben');
      await desk.open('Ben');
      await desk.message('how are you?').hover();
      await desk.page.getByRole('button', { name: 'Answer' }).click();
      const [here, there] = [desk, phone].map(({ page }) => page.getByLabel('Message to Ben'));
      await here?.pressSequentially('fine, and');
      await until(async () => (await there?.inputValue()) === 'fine, and');
      await phone.page.locator('.answering').getByText('how are you?').waitFor();
      await there?.focus();
      await phone.page.keyboard.press('End');
      await there?.pressSequentially(' you?');
      await until(async () => (await here?.inputValue()) === 'fine, and you?');
      await phone.page.keyboard.press('Enter');
      await until(() => bodiesOf(ben.client, chatId).at(-1) === 'fine, and you?');
      await until(async () => (await here?.inputValue()) === '');
      await desk.page.locator('.answering').waitFor({ state: 'detached' });
      await desk.page.reload();
      await sees(desk, 'how are you?', 'fine, and you?');
      expect(await here?.inputValue(), 'and does not come back').to.equal('');
    });
  });
}
