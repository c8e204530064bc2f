/** The page on the whole system in one process, and a conversation of ten thousand messages that is scrolled through. */
import { openBrowser } from '#support/chromium.js';
import { embedded } from '#support/deployment.js';
import { directChat, PASSWORD, type Person, send, signUp } from '#support/people.js';
import { builtIn } from '#support/processes.js';
import { request } from '#support/rest.js';
import type { Side } from '../bench-case.js';
import { scrollThrough } from '../load/scroller.js';
import { countCpu } from '../measure/cpu.js';

const MESSAGES = 10_000;
const AT_ONCE = 250;
const WORDS = 'so many words as one writes to a friend about this and that, and now and then a line more than that';

/** One to five lines each. */
const textOf = (at: number): string =>
  `${at}: ${WORDS.slice(0, 8 + ((at * 37) % 92))}${'\nand more'.repeat(at % 5 === 0 ? at % 4 : 0)}`;

async function write(writer: Person, reader: Person, messages: number): Promise<void> {
  const { id } = await directChat(writer, reader);
  const live = await writer.connect();
  for (let from = 0; from < messages; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, messages - from) }, (_, at) => textOf(from + at + 1));
    await Promise.all(some.map(text => send(live, id, text)));
  }
  const { status } = await request(reader.gateway, 'POST', `/v1/chats/${id}/read`, {
    token: reader.accessToken,
    body: { seq: messages },
  });
  if (status !== 202) throw new Error(`reading was answered with ${status}`);
  await live.waitFor<{ seq: number }>('receipt:read', ({ seq }) => seq === messages);
  writer.leave();
}

export const pageScroll = (folder?: string): Side => ({
  name: folder === undefined ? 'ours' : 'older build',
  async open({ options }) {
    const browser = await openBrowser();
    if (!browser) return { missing: 'there is no Chromium on the PATH' };
    const messages = Math.round(MESSAGES * options.length.scale);
    const system = await embedded({}, folder === undefined ? {} : { program: builtIn(folder) });
    const [url] = system.gateways;
    const [writer, reader] = [await signUp(url, 'Wendy'), await signUp(url, 'Rita')];
    await write(writer, reader, messages);
    return {
      async round() {
        const count = countCpu({ server: system.processes.map(({ pid }) => ({ pid })) });
        const visit = { url, email: reader.email, password: PASSWORD, title: 'Wendy', messages };
        const values = await scrollThrough(browser, visit);
        const { us, otherCores } = count();
        return { values, cpu: { server: (us.server ?? 0) / messages }, otherCores };
      },
      async close() {
        await browser.close();
        await system.stop();
      },
    };
  },
});
