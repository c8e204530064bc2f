/** Somebody in Chromium who opens a conversation at its end and scrolls through it to its beginning. */
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { BEGIN, CATEGORIES, END, framesIn, type TraceEvent } from '../measure/trace.js';

export interface Visit {
  readonly url: string;
  readonly email: string;
  readonly password: string;
  readonly title: string;
  readonly messages: number;
}

/** A hard fling, in pixels a second; and the pixels of one gesture, after which one looks where one has come to. */
const SPEED = 6_000;
const STROKE = 12_000;
const MOST_STROKES = 1_000;

export async function scrollThrough(browser: Browser, visit: Visit): Promise<Readonly<Record<string, number>>> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  try {
    return await measured(context, visit);
  } finally {
    await context.close();
  }
}

async function measured(context: BrowserContext, visit: Visit): Promise<Readonly<Record<string, number>>> {
  const page = await opened(context, visit);
  const session = await context.newCDPSession(page);
  const weights: Weight[] = [await weigh(page, session)];
  const events = await trace(session);
  let pixels = 0;
  for (let strokes = 0; ; strokes++) {
    if (strokes > MOST_STROKES) throw new Error('the beginning of the conversation was never reached');
    await mark(page, BEGIN);
    await session.send('Input.synthesizeScrollGesture', {
      ...{ x: 700, y: 400, yDistance: STROKE, speed: SPEED, gestureSourceType: 'mouse' },
    });
    await mark(page, END);
    pixels += STROKE;
    const first = await firstInView(page);
    if (weights.length === 1 && first <= visit.messages / 2) weights.push(await weigh(page, session));
    if (first <= 1) break;
  }
  const frames = framesIn(await events());
  weights.push(await weigh(page, session));
  const [start, middle, end] = [weights[0]!, weights.at(-2)!, weights.at(-1)!];
  return {
    ...frames,
    ...{ 'pixels scrolled': pixels },
    ...{
      'elements at the end': start.elements,
      'elements in the middle': middle.elements,
      'elements at the beginning': end.elements,
    },
    ...{
      'heap MB at the end': start.heapMb,
      'heap MB in the middle': middle.heapMb,
      'heap MB at the beginning': end.heapMb,
    },
  };
}

async function opened(context: BrowserContext, { url, email, password, title, messages }: Visit): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.locator('form').getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation').getByRole('link', { name: title }).click();
  await page.locator(`[data-seq="${messages}"]`).waitFor();
  return page;
}

const mark = (page: Page, name: string): Promise<unknown> => page.evaluate(`void performance.mark('${name}')`);

const firstInView = async (page: Page): Promise<number> =>
  Number(
    await page.evaluate(`(() => {
      const { top } = document.querySelector('.messages').getBoundingClientRect();
      const rows = [...document.querySelectorAll('.messages [data-seq]')];
      return rows.find(row => row.getBoundingClientRect().bottom > top)?.dataset.seq;
    })()`),
  );

interface Weight {
  readonly elements: number;
  readonly heapMb: number;
}

async function weigh(page: Page, session: CDPSession): Promise<Weight> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return { elements: Number(await page.evaluate("document.querySelectorAll('*').length")), heapMb: usedSize / 1e6 };
}

/** Begins to trace; what it answers ends that, with all that was traced. */
async function trace(session: CDPSession): Promise<() => Promise<readonly TraceEvent[]>> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { recordMode: 'recordAsMuchAsPossible', includedCategories: CATEGORIES, excludedCategories: ['*'] },
  });
  return async () => {
    const complete = new Promise<void>(resolve => session.once('Tracing.tracingComplete', () => resolve()));
    await session.send('Tracing.end');
    await complete;
    return events;
  };
}
