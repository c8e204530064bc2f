/** How devices are called that have given no name. */
import { expect } from 'chai';
import { deviceNameOf } from '#runtime/http/request/device-name.js';

const NAMES: Readonly<Record<string, string | undefined>> = {
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36':
    'Chrome on Windows',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1':
    'Safari on iOS',
  'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0': 'Firefox on Linux',
  'curl/8.5.0': 'curl',
  node: 'node',
  'okhttp/4.12.0': 'okhttp',
  '': undefined,
  '(none)': undefined,
  '\u0000\u202e': undefined,
};

describe('a device that has given no name', () => {
  for (const [userAgent, name] of Object.entries(NAMES)) {
    it(`is called ${name} by ${JSON.stringify(userAgent.slice(0, 40))}`, async () =>
      expect(await deviceNameOf({ 'user-agent': userAgent })).to.equal(name));
  }

  it('has none when it says nothing, and a short one however much it says', async () => {
    expect(await deviceNameOf({})).to.equal(undefined);
    const since = performance.now();
    const long = await deviceNameOf({ 'user-agent': 'x'.repeat(16_000) });
    expect(long).to.have.length(40);
    expect(performance.now() - since).to.be.below(500);
  });
});
