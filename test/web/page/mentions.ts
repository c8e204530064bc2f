/** People are called by their names, and find that they were. */
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { signUp } from '../../support/people.js';
import { expectNoFaults } from '../support/axe.js';
import { chatOf, type Friend, friend } from '../support/friends.js';
import { sees, type Visitor } from '../support/visitor.js';
import type { Stage } from './stage.js';

export function mentions(the: Stage): void {
  async function garden(options: Parameters<Stage['visitor']>[1] = {}) {
    const [ann, ben, bea] = await Promise.all([
      the.member('Ann', options),
      friend(the.url, 'Ben'),
      friend(the.url, 'Bea'),
    ]);
    const [found] = await ben.client.findPeople(ann.username);
    const chatId = await ben.client.createGroup('Garden', [found?.id ?? '', bea.id]);
    await ann.page.getByRole('link', { name: /Garden/ }).waitFor();
    return { ann, ben, bea, chatId };
  }
  const nameOf = ({ client }: Friend) => client.state.user?.username ?? '';
  const options = ({ page }: Visitor) => page.getByRole('listbox', { name: 'Members to mention' }).getByRole('option');

  describe('a mention, on a phone', () => {
    it('is completed by a tap, and writing goes on', async () => {
      const phone = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true };
      const { ann, ben } = await garden(phone);
      await ann.open('Garden');
      const box = ann.page.getByLabel('Message to Garden');
      await box.tap();
      await box.pressSequentially('@ben');
      await expectNoFaults(ann.page, 'completing a mention, on a phone');
      await options(ann).filter({ hasText: 'Ben' }).tap();
      await until(async () => (await options(ann).count()) === 0);
      expect(await box.evaluate(each => each.matches(':focus'))).to.equal(true);
      await box.pressSequentially('come');
      expect(await box.inputValue()).to.equal(`@${nameOf(ben)} come`);
    });
  });

  describe('a mention of somebody', () => {
    it('leads to the conversation with them, which begins only when that is wanted', async () => {
      const { ann, ben, bea, chatId } = await garden();
      bea.client.send(chatId, `ask @${nameOf(ben)}`);
      await ann.open('Garden');
      const name = ann.page.getByRole('button', { name: `@${nameOf(ben)}` });
      await name.click();
      await ann.page.getByRole('alertdialog', { name: 'Write to' }).waitFor();
      await ann.page.keyboard.press('Escape');
      await ann.page.getByRole('alertdialog').waitFor({ state: 'detached' });
      expect([...ben.client.state.chats.values()].filter(({ type }) => type === 'direct')).to.deep.equal([]);

      await ann.message(`ask @${nameOf(ben)}`).focus();
      await ann.page.keyboard.press('Tab');
      expect(await name.evaluate(each => each.matches(':focus')), 'reached with Tab').to.equal(true);
      await ann.page.keyboard.press('Enter');
      await ann.confirm('Write');
      await ann.page.getByLabel('Message to Ben').waitFor();
      await ann.open('Garden');
      await name.click();
      await ann.page.getByLabel('Message to Ben').waitFor();
    });
  });

  describe('a mention', () => {
    it('is completed from the members, with the keys and with the mouse', async () => {
      const { ann, ben, bea, chatId } = await garden();
      await ann.open('Garden');
      const box = ann.page.getByLabel('Message to Garden');
      await box.pressSequentially('hello @be');
      await until(async () => (await options(ann).count()) === 2);
      const active = () => box.evaluate(each => each.getAttribute('aria-activedescendant') ?? '');
      const chosen = async () => ann.page.locator(`[id="${await active()}"]`).textContent();
      expect(await chosen()).to.contain('Bea');
      await expectNoFaults(ann.page, 'completing a mention');
      await ann.page.keyboard.press('ArrowDown');
      expect(await chosen()).to.contain('Ben');
      await ann.page.keyboard.press('Escape');
      await until(async () => (await options(ann).count()) === 0);
      await box.pressSequentially('n');
      expect(await options(ann).count(), 'closed until there is another one').to.equal(0);
      await box.pressSequentially(' and @be');
      await ann.page.keyboard.press('ArrowUp');
      await ann.page.keyboard.press('Enter');
      expect(await box.inputValue()).to.equal(`hello @ben and @${nameOf(ben)} `);
      await box.pressSequentially('@bea');
      await options(ann).first().click();
      expect(await box.inputValue()).to.equal(`hello @ben and @${nameOf(ben)} @${nameOf(bea)} `);
      await ann.page.keyboard.press('Enter');
      const text = `hello @ben and @${nameOf(ben)} @${nameOf(bea)}`;
      await sees(ann, text);
      const called = async () => ann.message(text).locator('.mention').allTextContents();
      await until(async () => (await called()).join() === `@${nameOf(ben)},@${nameOf(bea)}`);
      await until(async () => (await chatOf(bea.client, chatId)).mentions === 1);
    });

    it('shows in the list until it is read, and in the message', async () => {
      const { ann, ben, chatId } = await garden();
      ben.client.send(chatId, 'nothing');
      ben.client.send(chatId, `you, @${ann.username}?`);
      const row = ann.page.getByRole('navigation').getByRole('link', { name: 'Garden' });
      await row.getByText('You are mentioned').waitFor();
      await row.getByText('2 unread').waitFor();
      await expectNoFaults(ann.page, 'a mention in the list');
      await ann.page.reload();
      await row.getByText('You are mentioned').waitFor();
      await ann.open('Garden');
      const mark = ann.page.locator('mark.mention');
      expect(await mark.textContent()).to.equal(`@${ann.username}`);
      await row.getByText('You are mentioned').waitFor({ state: 'detached' });
      await expectNoFaults(ann.page, 'a mention');
    });

    it('stands among what else a text is made of, as it was given, and nothing in it is markup', async () => {
      const { ann, ben, chatId } = await garden();
      const writer = await signUp(the.url, 'Wil');
      await ben.client.addMember(chatId, writer.id);
      const body = 'bold italic code strike secret <b>no</b> #tag /cmd click\npre\n  text';
      const at = (type: string, words: string, rest = {}) => ({
        ...{ type, offset: body.indexOf(words), length: words.length },
        ...rest,
      });
      await writer.call('POST', `/v1/chats/${chatId}/messages`, {
        clientId: 'marked',
        body,
        entities: [
          at('bold', 'bold italic'),
          at('italic', 'italic'),
          at('code', 'code'),
          at('strike', 'strike'),
          at('spoiler', 'secret'),
          at('hashtag', '#tag'),
          at('command', '/cmd'),
          at('link', 'click', { url: 'https://example.org/there' }),
          at('pre', 'pre\n  text'),
        ],
      });
      await ann.page.getByRole('link', { name: /strike ••• / }).waitFor();
      await ann.open('Garden');
      const text = ann.page.locator('.message .text');
      expect(await text.textContent()).to.equal(body);
      expect(await text.locator('strong em').textContent()).to.equal('italic');
      expect(await text.locator('b').count()).to.equal(0);
      expect(await text.getByRole('link', { name: 'click' }).getAttribute('href')).to.equal(
        'https://example.org/there',
      );
      await expectNoFaults(ann.page, 'a marked text');
      const spoiler = text.getByRole('button', { name: 'Hidden text, show it' });
      await ann.page.locator('.message').focus();
      await ann.page.keyboard.press('Tab');
      await until(() => spoiler.evaluate(each => each.matches(':focus')));
      await ann.page.keyboard.press('Enter');
      await spoiler.waitFor({ state: 'detached' });
      await text.getByText('secret', { exact: true }).waitFor();
    });
  });
}
