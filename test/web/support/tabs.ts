/**
 * Tabs, each in a browser of its own, which stories hand on: to begin one takes Chromium a second of CPU time, which is more
 * than the page takes. Whoever gets one finds it at a place that runs nothing, with a storage that holds what it is to hold.
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { LIMIT_MS } from '../../support/eventually.js';
import { WATCH } from './faults.js';
import type { Kept } from './kept.js';

/** Of the same origin as the page and under the same policy of openers, or the browser would begin another process. */
const ELSEWHERE = '/asyncapi.json';
/** More than a story has people at the page. */
const MOST_IDLE = 4;

export const elsewhere = (url: string): string => new URL(ELSEWHERE, url).href;

export interface Tabs {
  /** `url` is where the page will be opened. */
  take(url: string, options: BrowserContextOptions, kept: Kept): Promise<Page>;
  /** Closes the other tabs of its browser. What cannot be handed on is closed as well. */
  giveBack(page: Page): Promise<void>;
}

/** `home` is whose tabs are handed on; those of other addresses are closed. */
export function tabsOf(browser: Browser, home: string): Tabs {
  const idle: Page[] = [];
  const madeWith = new WeakMap<Page, string>();

  async function begin(options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(LIMIT_MS);
    await context.addInitScript(WATCH);
    return context.newPage();
  }

  return {
    async take(url, wanted, kept) {
      const at = new URL(url).origin === new URL(home).origin ? JSON.stringify(wanted) : undefined;
      const place = idle.findIndex(each => madeWith.get(each) === at);
      const [found] = place < 0 ? [] : idle.splice(place, 1);
      const page = found ?? (await begin(wanted));
      if (!found) await page.goto(elsewhere(url));
      if (at !== undefined) madeWith.set(page, at);
      await page.evaluate(`Object.assign(localStorage, ${JSON.stringify(kept)})`);
      return page;
    },
    async giveBack(page) {
      const context = page.context();
      if (page.isClosed() || !madeWith.has(page)) return context.close();
      for (const other of context.pages()) if (other !== page) await other.close();
      page.removeAllListeners();
      await page.unrouteAll();
      await context.setOffline(false);
      await page.goto(elsewhere(home));
      await page.evaluate('localStorage.clear(); sessionStorage.clear()');
      idle.push(page);
      if (idle.length > MOST_IDLE) await idle.shift()?.context().close();
    },
  };
}
