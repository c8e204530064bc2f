/** Pictures of the page as one person of the story has it. */
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { PASSWORD } from '#support/people.js';
import type { Story } from './story.js';

const DESK = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** The files that it wrote. */
export async function photograph(
  browser: Browser,
  url: string,
  { viewer, title, end }: Story,
  colorScheme: 'light' | 'dark',
  folder: string,
): Promise<readonly string[]> {
  const files: string[] = [];

  async function on(
    device: BrowserContextOptions,
    what: (page: Page, take: (name: string) => Promise<void>) => Promise<void>,
  ) {
    const context = await browser.newContext({ locale: 'en-GB', colorScheme, reducedMotion: 'reduce', ...device });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('E-mail').fill(viewer.email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.locator('form').getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name: title }).waitFor();
    await what(page, async name => {
      const path = join(folder, `${name}-${colorScheme}.png`);
      await page.evaluate('document.fonts.ready');
      await page.screenshot({ path });
      files.push(path);
    });
    await context.close();
  }

  const open = async (page: Page) => {
    await page.getByRole('navigation').getByRole('link', { name: title }).click();
    await page.locator('.message').getByText(end).waitFor();
  };

  // First, while it is unread.
  await on(PHONE, async (page, take) => {
    await take('phone-list');
    await open(page);
    await take('phone');
  });
  await on(DESK, async (page, take) => {
    await open(page);
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('region', { name: 'Members' }).waitFor();
    await take('desk');
  });
  return files;
}
