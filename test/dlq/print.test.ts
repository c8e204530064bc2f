import { expect } from 'chai';
import { checkQueue, parseCommand, UsageError } from '#runtime/dlq/command.js';
import { jsonLine, letterRow, table } from '#runtime/dlq/print.js';
import { run } from '#runtime/dlq/run.js';
import type { DeadLetter, DeadLetters } from '#runtime/drivers/amqp/dead-letters.js';

const QUEUES = ['chat.messages.0', 'read.receipts'];

describe('the words of npm run dlq', () => {
  it('are a command, a queue with or without its suffix, and a limit', () => {
    expect(parseCommand(['list'])).to.deep.equal({ name: 'list' });
    expect(parseCommand(['show', 'read.receipts'])).to.deep.equal({
      name: 'show',
      queue: 'read.receipts',
      limit: 20,
    });
    expect(parseCommand(['retry', 'read.receipts.dlq', '--limit', '7'])).to.deep.equal({
      name: 'retry',
      queue: 'read.receipts',
      limit: 7,
    });
    expect(parseCommand(['drop', '--limit=1', 'chat.messages.0'])).to.include({ name: 'drop', limit: 1 });
  });

  for (const words of [
    [],
    ['purge'],
    ['list', 'read.receipts'],
    ['list', '--limit', '1'],
    ['show'],
    ['show', 'read.receipts', 'chat.messages.0'],
    ['show', 'read'],
    ['drop', 'read.receipts', '--limit', '0'],
    ['drop', 'read.receipts', '--limit', '-1'],
    ['drop', 'read.receipts', '--limit', '1e3'],
    ['drop', 'read.receipts', '--all'],
  ]) {
    it(`are refused when they are '${words.join(' ')}'`, () => {
      expect(() => checkQueue(parseCommand(words), QUEUES)).to.throw(UsageError);
    });
  }
});

describe('dead letters on a terminal', () => {
  const letter = (body: string | Buffer): DeadLetter => ({
    at: '2026-01-02T12:00:00.000Z',
    queue: 'read.receipts',
    reason: 'not JSON',
    body: Buffer.from(body),
    properties: {},
    headers: undefined,
    retry: async () => undefined,
    drop: () => undefined,
  });
  const hostile = 'a\u001b]0;owned\u0007\u009b2J\u202e\n\tb';

  it('cannot speak to the terminal, as lines or as a table', () => {
    const asLine = jsonLine(letterRow(letter(hostile), 'line'));
    const asTable = table(['reason', 'body'], [letterRow(letter(hostile), 'table')]);
    for (const text of [asLine, asTable]) {
      expect(text.replaceAll('\n', '')).to.match(/^[\x20-\x7e]+$/);
    }
    expect(JSON.parse(asLine)).to.include({ body: hostile });
    expect(asTable.split('\n')).to.have.length(3);
  });

  it('stand in columns, cut to a line', () => {
    const rows = [letterRow(letter('x'.repeat(500)), 'table'), letterRow(letter('short'), 'table')];
    const [head = '', first = '', second = ''] = table(['queue', 'reason', 'body', 'none'], rows).split('\n');
    expect(head).to.equal(`queue          reason    body${' '.repeat(131)}none`);
    expect(first).to.match(/^read\.receipts {2}not JSON {2}x{120}… \(500 bytes\) {2}-$/);
    expect(second.startsWith('read.receipts  not JSON  short ')).to.equal(true);
  });

  it('are listed and shown as tables, with how many there are', async () => {
    const letters: DeadLetters = {
      count: async queue => (queue === 'read.receipts' ? 2 : undefined),
      async *read() {
        yield letter('1');
      },
      entries: async () => [],
      upgrade: async () => undefined,
      close: async () => undefined,
    };
    let written = '';
    const out = {
      isTTY: true,
      async write(text: string) {
        written += text;
      },
    };
    const queues = QUEUES.map(name => ({ name, ordered: false }));
    await run({ name: 'list' }, { letters, queues, out });
    expect(written).to.equal('queue                messages\nchat.messages.0.dlq  -\nread.receipts.dlq    2\n');
    written = '';
    await run({ name: 'show', queue: 'read.receipts', limit: 1 }, { letters, queues, out });
    expect(written.split('\n')).to.deep.equal([
      'at                        queue          reason    body',
      '2026-01-02T12:00:00.000Z  read.receipts  not JSON  1',
      '1 of 2 in read.receipts.dlq',
      '',
    ]);
  });
});
