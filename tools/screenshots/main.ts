/**
 * `npm run screenshots`: starts the system in one process, has some people talk, and takes pictures of the page into
 * docs/screenshots, light and dark, on a desk and on a phone. Wants Chromium on the PATH.
 */
import { fileURLToPath } from 'node:url';
import { openBrowser } from '#support/chromium.js';
import { embedded } from '#support/deployment.js';
import { photograph } from './photograph.js';
import { tell } from './story.js';

const FOLDER = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url));

const browser = await openBrowser();
if (!browser) throw new Error('there is no Chromium on the PATH');
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    // What one has looked at is read: each colour has a system of its own.
    const system = await embedded();
    try {
      const [url] = system.gateways;
      const story = await tell(url);
      for (const file of await photograph(browser, url, story, colorScheme, FOLDER)) console.log(file);
      story.close();
    } finally {
      await system.stop();
    }
  }
} finally {
  await browser.close();
}
