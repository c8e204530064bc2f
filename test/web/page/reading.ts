/** What is unread: where it begins, what of it was seen, and ways to it. */
import { expect } from 'chai';
import type { Locator } from 'playwright-core';
import { until } from '../../support/eventually.js';
import { directChat, send, signUp } from '../../support/people.js';
import { type Friend, friend } from '../support/friends.js';
import type { Visitor } from '../support/visitor.js';
import type { Stage } from './stage.js';

const COUNT = 60;
/** More than is held at a time. */
const FAR = 1_101;

export function reading(the: Stage): void {
  /** Ben has written so many messages to Ann, who is looking at her list. */
  async function written(count: number): Promise<{ ann: Visitor; ben: Friend; chatId: string }> {
    const [ann, ben] = await Promise.all([the.member('Ann'), friend(the.url, 'Ben')]);
    const [found] = await ben.client.findPeople(ann.username);
    const chatId = await ben.client.openDirect(found?.id ?? '');
    for (let at = 1; at <= count; at++) ben.client.send(chatId, `message ${at}`);
    await until(() => ben.client.state.chats.get(chatId)?.lastSeq === count);
    await ann.page.getByText(`${count} unread`).waitFor();
    return { ann, ben, chatId };
  }
  /** How far Ann has read, as Ben knows. */
  const readSeq = ({ client }: Friend, chatId: string): number =>
    Object.values(client.state.chats.get(chatId)?.members ?? {}).find(({ userId }) => userId !== client.state.user?.id)
      ?.readSeq ?? 0;
  const isInView = (locator: Locator) =>
    locator.evaluate(element => {
      const box = element.closest('.messages')?.getBoundingClientRect();
      const { top, bottom } = element.getBoundingClientRect();
      return box !== undefined && top >= box.top - 1 && bottom <= box.bottom + 1;
    });

  describe('what is unread', () => {
    it('is opened at its beginning, and read only as far as it was in view', async () => {
      const { ann, ben, chatId } = await written(COUNT);
      const { page } = ann;
      await ann.open('Ben');
      await until(() => isInView(ann.message('message 1')));
      await page.getByText('Unread', { exact: true }).waitFor();
      await until(() => readSeq(ben, chatId) > 0);
      const seen = readSeq(ben, chatId);
      expect(seen, 'a screen of it').to.be.within(5, 20);

      await page.getByRole('button', { name: `To the newest, ${COUNT - seen} unread` }).click();
      await until(() => isInView(ann.message(`message ${COUNT}`)));
      const back = page.getByRole('button', { name: `To the first of ${COUNT - seen} unread` });
      await back.waitFor();
      expect(readSeq(ben, chatId), 'what was jumped over').to.equal(seen);
      expect(await page.title()).to.equal(`(${COUNT - seen}) Mini-Telegram`);

      await back.click();
      await until(() => isInView(ann.message(`message ${seen + 1}`)));
      const box = page.locator('.messages');
      await box.hover();
      await until(async () => {
        await page.mouse.wheel(0, 400);
        return readSeq(ben, chatId) === COUNT;
      }, 20_000);
      await until(async () => (await page.title()) === 'Mini-Telegram');
    });

    it('is opened at its beginning, however far back that is, without what lies between', async () => {
      const ann = await the.member('Ann');
      await ann.page.close();
      const ben = await signUp(the.url, 'Ben');
      const { users } = (await ben.call<{ users: { id: string }[] }>('GET', `/v1/users?query=${ann.username}`)).body;
      const chat = await directChat(ben, { ...ben, id: users[0]?.id ?? '' });
      const live = await ben.connect();
      for (let at = 0; at < FAR; at += 100) {
        const some = Array.from({ length: Math.min(100, FAR - at) }, (_, more) => `message ${at + more + 1}`);
        await Promise.all(some.map(text => send(live, chat.id, text)));
      }
      await ann.reopen();
      const { page } = ann;
      await ann.open('Ben');
      await until(() => isInView(ann.message('message 1')));
      await page.getByText('Unread', { exact: true }).waitFor();
      expect(await page.locator('[data-seq]').count(), 'no more than one needs').to.be.at.most(130);
      await page.getByRole('button', { name: /^To the newest/ }).click();
      await until(() => isInView(ann.message(`message ${FAR}`)));
      await page.getByRole('button', { name: /^To the first of/ }).click();
      const { seq } = await live.waitFor<{ seq: number }>('receipt:read', () => true);
      expect(seq, 'what was jumped over').to.be.below(100);
      await until(() => isInView(ann.message(`message ${seq + 1}`)));
      ben.leave();
    }).timeout(120_000);

    it('is read all at once by who says so', async () => {
      const { ann, ben, chatId } = await written(COUNT);
      await ann.open('Ben');
      await ann.page.getByRole('button', { name: /^To the newest/ }).click();
      await ann.page.getByRole('button', { name: 'Mark all as read' }).click();
      await until(() => readSeq(ben, chatId) === COUNT);
    });

    it('is what comes while nobody looks, under a line that says so', async () => {
      const { ann, ben, chatId } = await written(1);
      const { page } = ann;
      await ann.open('Ben');
      await until(() => readSeq(ben, chatId) === 1);
      await page.evaluate('document.hasFocus = () => false');
      ben.client.send(chatId, 'are you there?');
      await ann.message('are you there?').waitFor();
      await until(async () => (await page.title()) === '(1) Mini-Telegram');
      expect(await page.locator('.new + .message .text').textContent()).to.equal('are you there?');
      expect(readSeq(ben, chatId)).to.equal(1);
      await page.evaluate("document.hasFocus = () => true; window.dispatchEvent(new Event('focus'))");
      await until(() => readSeq(ben, chatId) === 2);
    });
  });

  describe('an answer', () => {
    it('leads to what it answers, however far back that is, and back to where one was', async () => {
      const { ann, ben, chatId } = await written(150);
      const { page } = ann;
      await ben.client.open(chatId);
      const first = () => ben.client.state.chats.get(chatId)?.history.messages.find(({ seq }) => seq === 1);
      await until(async () => first() !== undefined || void (await ben.client.older(chatId)));
      ben.client.send(chatId, 'as I said', first()?.id);
      await page.getByRole('link', { name: /as I said/ }).waitFor();
      await ann.open('Ben');
      await page.getByRole('button', { name: /^To the newest/ }).click();
      await page.getByRole('button', { name: 'Mark all as read' }).click();
      await until(() => readSeq(ben, chatId) === 151);
      await page.reload();
      await until(() => isInView(ann.message('as I said')));
      expect(await page.locator('[data-seq="1"]').count(), 'not loaded yet').to.equal(0);
      const quote = ann.message('as I said').getByRole('button', { name: 'In answer to' });
      await ann.message('as I said').focus();
      await page.keyboard.press('Tab');
      expect(await quote.evaluate(element => element.matches(':focus')), 'reached by Tab').to.equal(true);
      await page.keyboard.press('Enter');
      await until(() => isInView(page.locator('[data-seq="1"]')));
      expect(await page.locator('[data-seq="1"]').getAttribute('class')).to.contain('marked');
      expect(await page.evaluate('document.activeElement.dataset.seq')).to.equal('1');
      await page.getByRole('button', { name: 'To the newest' }).click();
      await until(() => isInView(ann.message('as I said')));
    });
  });
}
