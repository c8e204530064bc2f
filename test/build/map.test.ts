/** The map of the functions: complete, and nothing in it that is not so. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { all } from '#functions/services/all.js';
import { presenceSvc } from '#functions/services/presence-svc.js';
import { findFunctions } from '../../build/map/functions.js';
import { type Entry, mapOf } from '../../build/map/map.js';

const MAIN = fileURLToPath(new URL('../../build/map/main.js', import.meta.url));
const print = async (...words: string[]) => (await promisify(execFile)(process.execPath, [MAIN, ...words])).stdout;

describe('the map of the functions', () => {
  let entries: Entry[];
  const entry = (name: string): Entry | undefined => entries.find(each => each.name === name);

  before(async () => {
    entries = JSON.parse(await print('--json')) as Entry[];
  });

  it('has every function once, with every trigger of the images', () => {
    expect(entries.map(({ name }) => name)).to.have.members([...new Set(all.bindings.map(({ fn }) => fn.name))]);
    const triggers = entries.flatMap(each => Object.values(each.triggers).flat());
    expect(triggers).to.have.length(all.bindings.length);
  });

  it('says what sets each off, where, what it needs, and where what it says goes', () => {
    expect(entry('markRead')).to.deep.equal({
      name: 'markRead',
      file: 'functions/receipts/markRead.ts',
      summary: 'Marks all messages up to `seq` as read. The members are notified shortly after.',
      access: 'member',
      triggers: { gateway: ['POST /v1/chats/:chatId/read', 'socket message:read, in order'] },
      needs: [],
      emits: [],
      publishes: [{ type: 'minitelegram.message.read.v1', to: ['batchReadReceipts'] }],
    });
    expect(entry('setPresence')).to.deep.include({
      needs: ['chats', 'presence', 'users'],
      emits: ['presence:changed'],
      triggers: {
        'presence-svc': ['queue presence.events, up to 200 at once', 'event minitelegram.presence.changed.v1'],
      },
    });
    expect(entry('lapsePresence')?.triggers).to.deep.equal({ 'presence-svc': ['timer, every 5 s'] });
    expect(entry('connect')?.triggers).to.deep.equal({ gateway: ['connection connects'] });
  });

  it('leads every wish to one function, and facts to whoever subscribes', () => {
    const published = entries.flatMap(({ publishes }) => publishes);
    const factOf = (type: string) => all.facts?.facts.find(fact => fact.type === type);
    expect(published.filter(({ type }) => !factOf(type))).not.to.deep.equal([]);
    for (const { type, to } of published) expect(to, type).to.have.length(factOf(type)?.subscribers.length ?? 1);
  });

  it('shows what no image lists', async () => {
    const found = await findFunctions();
    const here = mapOf(found, [presenceSvc]);
    expect(here.find(({ name }) => name === 'typing')?.triggers).to.deep.equal({});
    expect(here).to.have.length(found.length);
  });

  it('reads well', async () => {
    expect(await print()).to.include(
      [
        '  markRead: Marks all messages up to `seq` as read. The members are notified shortly after.',
        '    gateway      POST /v1/chats/:chatId/read',
        '    gateway      socket message:read, in order',
        '    access       member',
        '    publishes    minitelegram.message.read.v1 → batchReadReceipts',
        '',
      ].join('\n'),
    );
  });
});
