/**
 * No serious accessibility fault that axe can find in a page as it is, in light and in dark. What a scheme changes is
 * colours, so that in the second one only these are looked at.
 */
import axe, { type RunOptions } from 'axe-core';
import { expect } from 'chai';
import type { Page } from 'playwright-core';

const LOOKS: readonly (readonly [scheme: 'light' | 'dark', RunOptions])[] = [
  ['light', { resultTypes: ['violations'] }],
  ['dark', { resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] }],
];

const run = (
  options: RunOptions,
): string => `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).join(' | ')))`;

export async function expectNoFaults(page: Page, view: string): Promise<void> {
  // Half a megabyte, which a document that has it need not read again.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source);
  for (const [colorScheme, options] of LOOKS) {
    // Without motion, colours are there at once.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await page.evaluate(run(options)), `${view}, ${colorScheme}`).to.deep.equal([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}
