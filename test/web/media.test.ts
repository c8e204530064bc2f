/** Files in the page, in a real browser, on the whole system: sent, seen, spoken, and gone with their message. */
import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { until } from '../support/eventually.js';
import { stage } from './page/stage.js';
import { expectNoFaults } from './support/axe.js';

const KiB = 1024;

/** Pastes pictures of these names where one writes, as if they had been copied elsewhere. */
const paste = (page: Page, ...names: readonly string[]): Promise<unknown> =>
  page.evaluate(`(async () => {
    const data = new DataTransfer();
    for (const name of ${JSON.stringify(names)}) {
      const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 400 });
      const context = canvas.getContext('2d');
      context.fillStyle = 'teal';
      context.fillRect(0, 0, 640, 400);
      const bytes = await new Promise(resolve => canvas.toBlob(resolve));
      data.items.add(new File([bytes], name, { type: 'image/png' }));
    }
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector('.composer textarea').dispatchEvent(event);
  })()`);

/** Of what it shows, in its own pixels. */
const widthOf = (picture: Locator): Promise<number> =>
  picture.evaluate(image => (image as unknown as { naturalWidth: number }).naturalWidth);

describe('files in the page, in Chromium', () => {
  const the = stage();

  it('are pasted, looked at with the keyboard, and gone for everybody with their message', async () => {
    const [ann, ben] = await Promise.all([the.member('Ann'), the.member('Ben')]);
    const { page } = ann;
    await ann.find(ben.username);
    await paste(page, 'one.png', 'two.png', 'three.png');
    const tray = page.getByRole('list', { name: 'Files of this message' });
    await tray.getByText('three.png').waitFor();
    await tray.getByRole('button', { name: 'Remove three.png' }).click();
    await until(async () => (await tray.getByRole('listitem').count()) === 2);
    await ann.write('look');
    await tray.waitFor({ state: 'detached' });
    await until(async () => ['Stored', 'Delivered'].includes((await ann.status('look')) ?? ''));
    await page.locator('.tile img').nth(1).waitFor();
    await expectNoFaults(page, 'a message with photos');

    await page.getByRole('button', { name: 'Photo, 1 of 2' }).click();
    const viewer = page.getByRole('dialog');
    await viewer.getByRole('status').getByText('Photo 1 of 2').waitFor();
    await page.keyboard.press('ArrowRight');
    await viewer.getByRole('status').getByText('Photo 2 of 2').waitFor();
    await page.keyboard.press('+');
    await until(async () => ((await viewer.locator('.stage img').getAttribute('style')) ?? '').includes('scale(1.5)'));
    await expectNoFaults(page, 'the viewer');
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });

    await ben.page.getByRole('link', { name: /Ann.*2 photos: look/ }).waitFor();
    await ben.open('Ann');
    await ben.page.getByRole('button', { name: 'Photo, 2 of 2' }).click();
    await until(async () => (await widthOf(ben.page.locator('.stage img'))) === 640);
    await ben.page.keyboard.press('Escape');
    expect(await widthOf(ben.page.locator('.tile img').nth(1)), 'small where it is small').to.equal(320);
    await ann.message('look').focus();
    await page.keyboard.press('Delete');
    await ben.page.getByRole('button', { name: 'Photo, 2 of 2' }).waitFor({ state: 'detached' });
    await ben.page.locator('.message').getByText('This message was deleted').waitFor();
  });

  it('go on after a reload in the middle, and what is written meanwhile does not wait for them', async () => {
    const [ann, ben] = await Promise.all([the.member('Ann'), the.member('Ben')]);
    const { page } = ann;
    await ann.find(ben.username);
    let pieces = 0;
    await page.route('**/v1/uploads/*', route =>
      route.request().method() === 'PATCH' && ++pieces > 1 ? route.abort() : route.continue(),
    );
    const buffer = Buffer.alloc(700 * KiB, 'notes ');
    await page
      .getByLabel('Files to attach')
      .setInputFiles({ name: 'notes.bin', mimeType: 'application/x-notes', buffer });
    await page.getByRole('list', { name: 'Files of this message' }).getByText('notes.bin').waitFor();
    await ann.write('the notes');
    const sending = page.getByRole('progressbar', { name: 'Sending notes.bin' });
    await until(async () => Number(await sending.getAttribute('value')) > 30);
    await ann.write('they take a while');
    await until(async () => ['Stored', 'Delivered'].includes((await ann.status('they take a while')) ?? ''));
    await page.reload();
    await sending.waitFor();
    expect(await ann.status('the notes')).not.to.be.oneOf(['Stored', 'Delivered']);
    await page.unrouteAll();
    await until(async () => ['Stored', 'Delivered'].includes((await ann.status('the notes')) ?? ''));
    await ben.open('Ann');
    await ben.page.getByRole('button', { name: 'Download notes.bin' }).waitFor();
    await ben.page.locator('.file').getByText('717 kB').waitFor();
  });

  it('are spoken, and heard before they are sent only by the one who speaks', async () => {
    const [ann, ben] = await Promise.all([the.member('Ann'), the.member('Ben')]);
    const { page } = ann;
    await ann.find(ben.username);
    await page.getByRole('button', { name: 'Record a voice message' }).click();
    const recorder = page.getByRole('group', { name: 'Recording a voice message' });
    await recorder.getByText('0:01').waitFor();
    await expectNoFaults(page, 'a recording');
    await page.keyboard.press('Escape');
    await recorder.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Record a voice message' }).click();
    await recorder.getByText('0:01').waitFor();
    await recorder.getByRole('button', { name: 'Send the voice message' }).click();
    await ben.open('Ann');
    await ben.page.getByRole('button', { name: /^Play: Voice message/ }).waitFor();
    expect(await ben.page.getByRole('button', { name: /^Play/ }).count(), 'what was given up came nowhere').to.equal(1);
  });
});
