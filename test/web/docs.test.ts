/** The API's documents, in a real browser: all of it is there, and can be tried. */
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/chromium.js';
import { type Deployment, embedded } from '../support/deployment.js';
import { type AsyncDocument, exchanges, type OpenDocument, operationsIn } from '../support/documents.js';
import { group, signUp } from '../support/people.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';
import { expectNoFaults } from './support/axe.js';
import { note } from './support/faults.js';
import { type Tabs, tabsOf } from './support/tabs.js';

describe('/docs, in Chromium', () => {
  let deployment: Deployment | undefined;
  let browser: Browser | undefined;
  let tabs: Tabs | undefined;
  let page: Page;
  const faults: string[] = [];
  const url = () => deployment?.gateways[0] ?? '';

  before(async function () {
    browser = await openBrowser();
    if (!browser) return this.skip();
    deployment = await embedded();
    tabs = tabsOf(browser, url());
  });
  showOnFailure(() => deployment);
  afterEach(async function () {
    const found = faults.splice(0);
    await (this.currentTest?.state === 'passed' && found.length === 0 ? tabs?.giveBack(page) : page.context().close());
    expect(found).to.deep.equal([]);
  });
  after(async () => {
    await browser?.close();
    await deployment?.stop();
  });

  async function open(place = '', options = {}): Promise<void> {
    page = await tabs!.take(url(), options, {});
    note(page, faults);
    await page.goto(`${url()}/docs${place}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  }

  const part = (id: string) => page.locator(`[id="${id}"]`);
  const input = (id: string) => part(id).getByLabel('Input', { exact: true });
  /** Sends the example, or another value, and waits for what comes of it. */
  async function send(id: string, outcome: RegExp, value?: unknown): Promise<void> {
    if (!(await input(id).isVisible())) await part(id).locator('summary').first().click();
    if (value !== undefined) await input(id).fill(JSON.stringify(value));
    await part(id).getByRole('button', { name: 'Send' }).click();
    await part(id).locator('.came').filter({ hasText: outcome }).waitFor();
  }

  it('shows every operation, event and queue of the two documents, under a policy that lets nothing in', async () => {
    await open();
    const document = async <Kind>(path: string) => (await request<Kind>(url(), 'GET', path)).body;
    const rest = operationsIn(await document<OpenDocument>('/openapi.json'));
    const live = exchanges(await document<AsyncDocument>('/asyncapi.json'));
    const shown = await page.locator('details.part').evaluateAll(parts => parts.map(({ id }) => id));
    expect(shown).to.have.members([...rest, ...live].map(({ id }) => id));
    for (const { method, path } of rest)
      await page.getByRole('link', { name: `${method} ${path}`, exact: true }).waitFor();
    const policy = (await request(url(), 'GET', '/docs')).headers.get('content-security-policy') ?? '';
    expect(policy)
      .to.match(/script-src 'self';.*require-trusted-types-for 'script'/)
      .and.not.contain('unsafe');
  });

  it('opens what an address points to', async () => {
    await open('#createChat');
    await input('createChat').waitFor();
    expect(await input('login').isVisible()).to.equal(false);
    await page.getByRole('link', { name: 'POST /v1/auth/login' }).click();
    await input('login').waitFor();
  });

  it('sends the example, keeps the token that comes back, and sends it along', async () => {
    await open('#getProfile');
    await send('getProfile', /^401 /);
    await send('register', /^201 /);
    expect(await page.getByLabel('Access token').inputValue()).to.match(/^ey.*\..*\./);
    await send('getProfile', /^200 /, {});
    await part('getProfile').getByRole('status').getByText('"email": "ann@example.org"').waitFor();
  });

  it('puts the members of what is sent into path, query and body', async () => {
    const [ann, ben] = await Promise.all(['Ann', 'Ben'].map(name => signUp(url(), name)));
    const chat = await group(ann!, [ben!]);
    await open();
    await page.getByLabel('Access token').fill(ann!.accessToken);
    await send('updateChat', /^200 /, { chatId: chat.id, title: 'Tea & cake' });
    await part('updateChat').getByRole('status').getByText('"title": "Tea & cake"').waitFor();
    await send('getHistory', /^200 /, { chatId: chat.id, after: 0, limit: 1 });
    await send('getHistory', /^400 /, { chatId: chat.id, limit: 1_000 });
    await send('removeMember', /^204 /, { chatId: chat.id, userId: ben!.id });
  });

  it('sends events over a live connection, and shows what it hears', async () => {
    const [ann, ben] = await Promise.all(['Ann', 'Ben'].map(name => signUp(url(), name)));
    const chat = await group(ann!, [ben!]);
    await open();
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByText('an access token is needed').waitFor();
    await page.getByLabel('Access token').fill(ann!.accessToken);
    await send('sendMessage', /^acknowledged /, { chatId: chat.id, clientId: 'c1', body: 'hello' });
    await page.getByRole('list', { name: 'What was heard' }).getByText('message:new').waitFor();
    await send('typing', /^refused /, { chatId: chat.id, active: 'perhaps' });
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('not connected').waitFor();
  });

  it('says what is wrong with what was written', async () => {
    await open('#login');
    await input('login').fill('[]');
    await part('login').getByRole('button', { name: 'Send' }).click();
    await part('login').getByText('This is no JSON object.').waitFor();
  });

  it('can be used by everybody, in light and in dark', async () => {
    await open();
    await send('jwks', /^200 /);
    await page.locator('details').evaluateAll(all => {
      for (const each of all) each.setAttribute('open', '');
    });
    await expectNoFaults(page, 'all of it');
  });

  it('fits a phone', async () => {
    await open('#register', { viewport: { width: 390, height: 780 } });
    await input('register').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).to.equal(0);
  });
});
