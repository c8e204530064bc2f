/** A long conversation: only what is near is in the page and in memory, and nothing moves because of that. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { eventually, until } from '../../support/eventually.js';
import { directChat, type Person, send, signUp } from '../../support/people.js';
import { request } from '../../support/rest.js';
import { type Friend, friend } from '../support/friends.js';
import type { Visitor } from '../support/visitor.js';
import type { Stage } from './stage.js';

const COUNT = 800;
/** More than any screen shows, with what lies beyond it on either side. */
const MOST_ROWS = 130;
/** Around the view, at the end, and what is let go of only with more. */
const MOST_HELD = 500;
/** Pixels of a step, which is less than the view. */
const STEP = 500;

export function history(the: Stage): void {
  describe(`${COUNT} messages`, () => {
    it('are in the page and in memory only where one looks, and nothing that one looks at moves', async () => {
      const { ben, live, chatId, ann } = await written(the);
      const { page } = ben;
      await until(() => page.locator('.message').count());
      const most = { rows: 0, held: 0 };
      let moved = 0;
      for (const up of [true, false]) {
        for (let steps = 0, isThere = false; !isThere; steps++) {
          const { moved: pixels, rows, begins, ends } = await step(page, up ? -STEP : STEP);
          moved = Math.max(moved, pixels);
          most.rows = Math.max(most.rows, rows);
          if (steps % 20 === 10) most.held = Math.max(most.held, await heldIn(page));
          isThere = up ? begins : ends;
        }
        expect(await seqsIn(page), up ? 'the beginning' : 'the end').to.include(up ? 1 : COUNT);
      }
      expect(moved, 'pixels').to.be.at.most(1);
      expect(most.rows, 'messages in the page').to.be.within(40, MOST_ROWS);
      expect(most.held, 'messages in memory').to.be.within(200, MOST_HELD);

      await step(page, -STEP);
      const before = await topsIn(page);
      await send(live, chatId, 'while Ben reads what was');
      await page.getByRole('button', { name: 'To the newest, 1 unread' }).waitFor();
      expect(moves(before, await topsIn(page)), 'what Ben reads stays where it is').to.be.at.most(1);
      expect(live.heard('receipt:read').at(-1)).to.include({ seq: COUNT });
      await page.getByRole('button', { name: 'To the newest, 1 unread' }).click();
      await live.waitFor<{ seq: number }>('receipt:read', ({ seq: read }) => read === COUNT + 1);
      expect(await page.locator('.messages').evaluate(element => element.scrollTop)).to.be.at.least(-1);
      ann.leave();
    }).timeout(180_000);

    it('are gone through with the keyboard, and by a reader who is told how many there are', async () => {
      const { ben, ann } = await written(the);
      const { page } = ben;
      const focused = async () => Number(await page.evaluate('document.activeElement.dataset.seq'));
      const press = async (key: string, arrived: (seq: number) => boolean) => {
        await page.keyboard.press(key);
        await until(async () => arrived(await focused()));
        return focused();
      };
      await page.locator(`[data-seq="${COUNT}"]`).focus();
      let seq = COUNT;
      for (let pages = 0; pages < 12; pages++) {
        const before = seq;
        seq = await press('PageUp', now => now < before && now >= before - 40);
        await until(() => isInView(page, seq));
      }
      seq = await press('PageDown', now => now > seq);
      await press('Home', now => now === 1);
      await until(() => isInView(page, 1));
      const place = (name: string) => page.evaluate(`document.activeElement.getAttribute('${name}')`);
      expect([await place('aria-posinset'), await place('aria-setsize')]).to.deep.equal(['1', String(COUNT)]);
      for (let at = 2; at <= 60; at++) await press('ArrowDown', now => now === at);
      await press('End', now => now === COUNT);
      for (let at = COUNT - 1; at > COUNT - 60; at--) await press('ArrowUp', now => now === at);

      // With the wheel one leaves the message behind that has the focus; the keyboard goes on from there.
      for (let steps = 0; steps < 12; steps++) await step(page, -STEP);
      expect(await page.locator(`[data-seq="${COUNT - 59}"]`).count(), 'not in the page').to.equal(0);
      await press('ArrowUp', now => now === COUNT - 60);
      await until(() => isInView(page, COUNT - 60));
      ann.leave();
    }).timeout(180_000);

    it('are come to by the scroll bar, wherever that is put', async () => {
      const { ben, ann } = await written(the);
      const { page } = ben;
      const box = page.locator('.messages');
      for (const share of [0.5, 0.9, 0.2, 0.6]) {
        await box.evaluate((element, at) => {
          element.scrollTop = -at * (element.scrollHeight - element.clientHeight);
        }, share);
        await eventually(`something is there at ${share}`, async () => (await seqsIn(page)).length > 5);
        const [first = 0] = await seqsIn(page);
        expect(first / COUNT, `what is there at ${share}`).to.be.within(1 - share - 0.15, 1 - share + 0.15);
        expect((await step(page, -STEP)).moved).to.be.at.most(1);
      }
      ann.leave();
    }).timeout(180_000);
  });

  describe('a message in a long conversation', () => {
    it('may become higher or lower while one looks elsewhere, and nothing moves', async () => {
      const { page, cem, chatId } = await amid(the);
      const before = await topsIn(page);
      const seqs = Object.keys(before).map(Number);
      const [above, below] = [(seqs[0] ?? 0) - 5, (seqs.at(-1) ?? 0) + 5];
      const at = (seq: number) =>
        cem.client.state.chats.get(chatId)?.history.messages.find(message => message.seq === seq) ?? expect.fail();
      const tall = 'one line\n'.repeat(12).trim();
      for (const seq of [above, below]) {
        cem.client.edit(at(seq), tall);
        await page.locator(`[data-seq="${seq}"]`, { hasText: 'one line' }).waitFor({ state: 'attached' });
        expect(moves(before, await topsIn(page)), `${seq} has become higher`).to.be.at.most(1);
      }
      cem.client.delete(at(below), 'all');
      await page.locator(`[data-seq="${below}"]`, { hasText: 'deleted' }).waitFor({ state: 'attached' });
      expect(moves(before, await topsIn(page)), 'it has become lower').to.be.at.most(1);
      cem.client.react(at(below - 1), '👍', true);
      await page.locator(`[data-seq="${below - 1}"]`, { hasText: '👍' }).waitFor({ state: 'attached' });
      expect(moves(before, await topsIn(page)), 'somebody reacts').to.be.at.most(1);
    });

    it('has its buttons where one stays, and not where one is not; Tab comes to them', async () => {
      const { page } = await amid(the);
      const withButtons = (seqs: readonly number[]) =>
        page.evaluate(
          `${JSON.stringify(seqs)}.filter(seq => document.querySelector('[data-seq="' + seq + '"] .actions')).length`,
        );
      const inView = await seqsIn(page);
      await until(async () => (await withButtons(inView)) === inView.length);
      const first = Number(await page.locator('[data-seq]').first().getAttribute('data-seq'));
      expect(first, 'far above the view').to.be.below((inView[0] ?? 0) - 20);
      expect(await withButtons(Array.from({ length: 10 }, (_, at) => first + at))).to.equal(0);

      const row = page.locator(`[data-seq="${first}"]`);
      await row.focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Tab');
      await until(async () => (await page.evaluate('document.activeElement.ariaLabel')) === 'Answer');
      expect(await page.evaluate("document.activeElement.closest('[data-seq]').dataset.seq")).to.equal(`${first + 1}`);
    });
  });

  /** Ann looks at the middle of what Cem has written, all of which Cem holds. */
  async function amid(at: Stage): Promise<{ page: Page; cem: Friend; chatId: string }> {
    const [ann, cem] = await Promise.all([at.member('Ann'), friend(at.url, 'Cem')]);
    const [found] = await cem.client.findPeople(ann.username);
    const chatId = await cem.client.openDirect(found?.id ?? '');
    for (let seq = 1; seq <= 120; seq++) cem.client.send(chatId, `message ${seq}`);
    await ann.page.getByText('120 unread').waitFor();
    await ann.open('Cem');
    await ann.page.getByText('Unread', { exact: true }).waitFor();
    await ann.page.getByRole('button', { name: /^To the newest/ }).click();
    await until(async () => (await seqsIn(ann.page)).includes(120));
    for (let steps = 0; steps < 3; steps++) await step(ann.page, -STEP);
    return { page: ann.page, cem, chatId };
  }
}

/** Ann has written to Ben, who has read it all and looks at the end. */
async function written(the: Stage): Promise<{
  ben: Visitor;
  live: Awaited<ReturnType<Person['connect']>>;
  chatId: string;
  ann: Person;
}> {
  const ben = await the.member('Ben');
  const token = String(await ben.page.evaluate("JSON.parse(localStorage['minitelegram/session']).accessToken"));
  await ben.page.close();
  const ann = await signUp(the.url, 'Ann');
  const { users } = (await ann.call<{ users: { id: string }[] }>('GET', `/v1/users?query=${ben.username}`)).body;
  const { id: chatId } = await directChat(ann, { ...ann, id: users[0]?.id ?? '' });
  const live = await ann.connect();
  const texts = Array.from({ length: COUNT }, (_, at) => `message ${at + 1}\n`.repeat(1 + (at % 3)));
  for (let at = 0; at < COUNT; at += 250)
    await Promise.all(texts.slice(at, at + 250).map(text => send(live, chatId, text.trim())));
  await request(the.url, 'POST', `/v1/chats/${chatId}/read`, { token, body: { seq: COUNT } });
  await live.waitFor<{ seq: number }>('receipt:read', ({ seq: read }) => read === COUNT);
  await ben.reopen();
  await ben.open('Ann');
  await until(async () => (await seqsIn(ben.page)).includes(COUNT));
  return { ben, live, chatId, ann };
}

type Tops = Readonly<Record<string, number>>;

/** In the page: the messages of which something can be seen, and where. */
const TOPS = `() => {
  const frame = document.querySelector('.messages').getBoundingClientRect();
  return Object.fromEntries([...document.querySelectorAll('[data-seq]')]
    .map(row => [row.dataset.seq, row.getBoundingClientRect()])
    .filter(([, { top, bottom }]) => bottom > frame.top && top < frame.bottom)
    .map(([seq, { top }]) => [seq, top]));
}`;
const topsIn = (page: Page): Promise<Tops> => page.evaluate(`(${TOPS})()`);
const seqsIn = async (page: Page): Promise<number[]> => Object.keys(await topsIn(page)).map(Number);
const isInView = async (page: Page, seq: number): Promise<boolean> => (await seqsIn(page)).includes(seq);

/** By how many pixels more than they were to messages have moved, at most. */
function moves(before: Tops, after: Tops, by = 0): number {
  const both = Object.entries(before).filter(([seq]) => after[seq] !== undefined);
  expect(both.length, 'messages that were there before').to.be.above(0);
  return Math.max(...both.map(([seq, top]) => Math.abs((after[seq] ?? 0) - top - by)));
}

interface Step {
  readonly before: Tops;
  readonly after: Tops;
  readonly went: number;
  readonly rows: number;
  readonly begins: boolean;
  readonly ends: boolean;
}

/** Scrolls by so many pixels, and waits until the view is full. */
async function step(page: Page, by: number): Promise<Step & { readonly moved: number }> {
  const done: Step = await page.evaluate(`(async tops => {
    const box = document.querySelector('.messages');
    const [before, from] = [tops(), box.scrollTop];
    box.scrollTop += ${by};
    const went = box.scrollTop - from;
    for (;;) {
      for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
      const frame = box.getBoundingClientRect();
      const rows = [...box.querySelectorAll('.message')];
      const begins = (box.querySelector('.beginning')?.getBoundingClientRect().top ?? -Infinity) >= frame.top;
      const ends = box.scrollTop >= -1 && parseFloat(box.querySelector('ol').style.getPropertyValue('--below') || '0') === 0;
      const [top, bottom] = [rows[0].getBoundingClientRect().top, rows.at(-1).getBoundingClientRect().bottom];
      if ((begins || top <= frame.top) && (ends || bottom >= frame.bottom))
        return { before, after: tops(), went, rows: rows.length, begins, ends };
    }
  })(${TOPS})`);
  return { ...done, moved: moves(done.before, done.after, -done.went) };
}

/** Messages that are anywhere in the page's memory, after a collection of what is not needed any more. */
async function heldIn(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', { expression: 'Object.prototype' });
  const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId: result.objectId ?? '' });
  const counted = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: `function () {
      const isMessage = each => Object.hasOwn(each, 'seq') && Object.hasOwn(each, 'sentAt') && Object.hasOwn(each, 'body');
      return new Set(this.filter(isMessage).map(({ seq }) => seq)).size;
    }`,
    returnByValue: true,
  });
  await session.detach();
  return Number(counted.result.value);
}
