/** What the checker makes of what a connection misses. */
import { expect } from 'chai';
import { cleanRun, heardBy } from './clean-run.js';
import { finds } from './finds.js';

describe('the checker, of gaps', () => {
  it('excuses a connection that hears nothing while nobody can write', () => {
    const run = cleanRun();
    run.send('ann', 'unheard', ['ann']);
    run.wait(31_000);
    run.send('ann', 'heard');
    run.sync('ann', 2);
    run.sync('ben');
    expect(run.names()).to.deep.equal([]);
  });

  it('excuses a connection that is not read from', () => {
    const run = cleanRun();
    run.line('deaf', 'ben');
    run.line('deaf', 'ben', 'tablet');
    run.send('ann', 'unheard', ['ann']);
    run.wait(31_000);
    for (const device of ['ben', 'tablet']) run.line('hears', 'ben', device);
    run.sync('ann', 2);
    run.sync('ben');
    expect(run.names()).to.deep.equal([]);
  });

  finds(cleanRun, [
    [
      'a message that was never heard on a connection, where nothing after it tells',
      ['invisible-gap'],
      run => {
        run.entries.splice(heardBy(run, 'ben', 'last'), 1);
      },
    ],
    [
      'a connection that hears nothing for a long time, and cannot know',
      ['invisible-gap'],
      run => {
        run.send('ann', 'unheard', ['ann']);
        run.send('ann', 'nor this', ['ann']);
        run.wait(31_000);
        run.send('ann', 'heard');
        run.sync('ann', 3);
        run.sync('ben');
      },
    ],
    [
      'a connection that hears nothing after it has begun to read again',
      ['invisible-gap'],
      run => {
        run.line('deaf', 'ben');
        run.line('hears', 'ben');
        run.send('ann', 'unheard', ['ann']);
        run.send('ann', 'nor this', ['ann']);
        run.wait(31_000);
        run.send('ann', 'heard');
        run.sync('ann', 3);
        run.sync('ben');
      },
    ],
  ]);
});
