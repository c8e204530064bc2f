/** Somebody at the page: what they do, in the words of the page, and what they see. */
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { eventually } from '../../support/eventually.js';
import { PASSWORD } from '../../support/people.js';
import { note } from './faults.js';
import { type Kept, keptAfter } from './kept.js';
import type { Tabs } from './tabs.js';

export interface Visitor {
  readonly page: Page;
  readonly name: string;
  readonly email: string;
  readonly username: string;
  /** What went wrong in their browser: errors, and what the content security policy had to stop. */
  readonly faults: readonly string[];
  signUp(): Promise<void>;
  signIn(as: { readonly email: string }): Promise<void>;
  /** Finds somebody by their name and opens the conversation with them. */
  find(username: string): Promise<void>;
  open(title: string): Promise<void>;
  write(text: string): Promise<void>;
  /** The message with this text. */
  message(text: string): Locator;
  /** How far the message with this text has come, as it is said to who cannot see it. */
  status(text: string): Promise<string | null>;
  bodies(): Promise<string[]>;
  /** Says yes to the question that is asked, by the words on its button. */
  confirm(yes: string): Promise<void>;
  /** Has the page show what travels, which is for developers. */
  showWire(): Promise<void>;
  /** Goes away and comes back in a new tab of the same browser. */
  reopen(url?: string): Promise<void>;
}

export interface Visit extends BrowserContextOptions {
  readonly url: string;
  readonly name: string;
  /** Who comes as a member: `new`, or the same person as on another device. Signed in without the page, which takes seconds. */
  readonly as?: 'new' | Visitor;
}

export async function visit(tabs: Tabs, { url, name, as, ...options }: Visit): Promise<Visitor> {
  const username = `${name.toLowerCase()}_${randomBytes(4).toString('hex')}`;
  const email = `${username}@example.org`;
  const faults: string[] = [];
  let page = await opened(await tabs.take(url, options, await kept()), url);
  if (as) await page.getByText(`@${as === 'new' ? username : as.username}`).waitFor();

  async function kept(): Promise<Kept> {
    if (as === undefined) return {};
    return keptAfter(url, account =>
      as === 'new'
        ? account.signUp({ email, password: PASSWORD, username, displayName: name })
        : account.signIn({ email: as.email, password: PASSWORD }),
    );
  }
  async function opened(tab: Page, address: string): Promise<Page> {
    note(tab, faults);
    await tab.goto(address);
    return tab;
  }
  const submit = (label: string) => page.locator('form').getByRole('button', { name: label }).click();
  const message = (text: string) => page.locator('.message', { has: page.getByText(text, { exact: true }) });

  return {
    get page() {
      return page;
    },
    name,
    email,
    username,
    faults,
    async signUp() {
      await page.getByRole('button', { name: 'Sign up' }).click();
      await page.getByLabel('Your name').fill(name);
      await page.getByLabel('User name').fill(username);
      await page.getByLabel('E-mail').fill(email);
      await page.getByLabel('Password').fill(PASSWORD);
      await submit('Create an account');
      await page.getByText(`@${username}`).waitFor();
    },
    async signIn(as) {
      await page.getByLabel('E-mail').fill(as.email);
      await page.getByLabel('Password').fill(PASSWORD);
      await submit('Sign in');
      await page.getByRole('navigation', { name: 'Conversations' }).waitFor();
    },
    async find(wanted) {
      await page.getByLabel('Search conversations and people').fill(wanted);
      // Until the answer is there, those stand who were found for the words before.
      const people = page.getByRole('region', { name: 'People' });
      await people
        .getByRole('button')
        .filter({ hasText: `@${wanted}` })
        .first()
        .click();
      await page.getByRole('main').getByText(`@${wanted}`).first().waitFor();
      await page.getByLabel(/^Message to/).waitFor();
    },
    async open(title) {
      await page.getByRole('navigation').getByRole('link', { name: title }).click();
      await page.getByLabel(`Message to ${title}`).waitFor();
    },
    async write(text) {
      await page.getByLabel(/^Message to/).fill(text);
      await page.keyboard.press('Enter');
    },
    message,
    status: text => message(text).locator('.message-status').getAttribute('aria-label'),
    bodies: () => page.locator('.message .text').allTextContents(),
    async confirm(yes) {
      const question = page.getByRole('alertdialog');
      await question.getByRole('button', { name: yes, exact: true }).click();
      await question.waitFor({ state: 'detached' });
    },
    async showWire() {
      await page.getByRole('button', { name: 'Settings', exact: true }).click();
      await page.getByText('For developers').click();
      await page.getByLabel('Show the wire').check();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    },
    async reopen(address = url) {
      await page.close();
      page = await opened(await page.context().newPage(), address);
    },
  };
}

/** Comes to see exactly these messages, in this order. */
export async function sees(visitor: Visitor, ...texts: readonly string[]): Promise<void> {
  let bodies: string[] = [];
  await eventually(`${visitor.name} sees ${texts}`, async () => {
    bodies = await visitor.bodies();
    return bodies.join() === texts.join();
  }).catch(() => expect(bodies).to.deep.equal(texts));
}
