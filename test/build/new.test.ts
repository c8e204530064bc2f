/** `npm run new` in a copy of the project: what it writes holds as it is, and it refuses what it cannot do well. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { placeOf, Refusal } from '../../build/new/place.js';
import { type Checkout, checkout } from '../support/checkout.js';

const MAIN = 'dist/build/new/main.js';
/** As long as may be, so that lines that are too long would show. */
const LONG = `m${'a'.repeat(39)}`;

describe('npm run new', function () {
  this.timeout(240_000);
  let project: Checkout;
  const begin = (...words: string[]) => project.run(process.execPath, MAIN, ...words);

  before(async () => {
    project = await checkout();
  });
  after(() => project.remove());

  it('writes a function with its schema, and its test, and says which lines to add', async () => {
    const said = await begin('functions/messages/tagMessage');
    expect(said).to.include('wrote functions/messages/tagMessage.ts and test/functions/messages/tagMessage.test.ts');
    expect(said).to.include("import { tagMessage } from '../messages/tagMessage.js';");
    expect(said).to.include("on(http.post('/v1/chats/:chatId/tag-message'), tagMessage),");
    expect(said).to.include("on(socket('tag-message'), tagMessage),");
    const source = await readFile(join(project.folder, 'functions/messages/tagMessage.ts'), 'utf8');
    expect(source).to.include('export const tagMessage = single({').and.include('input: strictObject({');
  });

  it('takes one without a folder, in a new folder, with the longest name, and one for a queue', async () => {
    await begin('./functions/pinChat.ts');
    await begin(`functions/pins/${LONG}`);
    await begin(`functions/pins/${LONG.replace('m', 'n')}`, '--queue');
    const said = await begin('--queue', 'functions/pins/tellPins');
    expect(said).to.include('on(queue(queues.tellPins, events.tellPins, { size: 100 }), tellPins),');
    expect(said).to.match(/^ {2}tellPins: \{ summary: '.+', data: Membership \},$/m);
  });

  it('writes what compiles, is in style, passes its test, and is pure, once it is said what clients hear', async () => {
    const live = join(project.folder, 'functions/domain/live.ts');
    const [start, end] = (await readFile(live, 'utf8')).split('} as const satisfies') as [string, string];
    const heard = [LONG.replace('m', 'n'), 'tellPins'].map(
      name => `  ${name}: { summary: 'Came.', data: Membership },\n`,
    );
    await writeFile(live, [start, ...heard, '} as const satisfies', end].join(''));
    await project.run('npx', 'tsc', '-b', '--checkers', '1');
    await project.run('npx', 'biome', 'check', '--error-on-warnings', 'functions', 'test/functions');
    const tests = ['messages/tagMessage', 'pinChat', `pins/${LONG}`, `pins/${LONG.replace('m', 'n')}`, 'pins/tellPins'];
    const files = tests.map(test => `dist/test/functions/${test}.test.js`);
    expect(await project.run('npx', 'mocha', ...files)).to.match(/\d+ passed, 0 failed, 0 skipped/);
    // The others are looked at where their purity is the story.
    const these = `^functions/(${tests.join('|')}) `;
    const said = await project.run('npx', 'mocha', 'dist/test/functions/purity.test.js', '--grep', these);
    expect(said).to.match(/\d+ passed, 0 failed, 0 skipped/);
    for (const name of tests) expect(said).to.include(`functions/${name}\n`);
  });

  it('writes nothing where something is, and nothing that no import would find', async () => {
    const before = await readFile(join(project.folder, 'functions/pinChat.ts'), 'utf8');
    for (const path of ['functions/pinChat', 'functions/chats/pinchat', 'functions/purity']) {
      const refusal = await begin(path).catch(error => error);
      expect(refusal).to.be.instanceOf(Error);
      expect(refusal.message).to.match(/ is there already/);
    }
    expect(await readFile(join(project.folder, 'functions/pinChat.ts'), 'utf8')).to.equal(before);
  });

  for (const [path, reason] of [
    ['pinChat', 'is not in functions/'],
    ['../functions/pinChat', 'is not in functions/'],
    ['functions/../runtime/pinChat', 'is not in functions/'],
    ['/functions/pinChat', 'is not in functions/'],
    ['functions', 'is no name for a function'],
    ['functions/', 'is not in functions/'],
    ['functions/one/two/three', 'is too deep'],
    ['functions/domain/pinChat', 'is for what functions share'],
    ['functions/My Chats/pinChat', 'is no name for a folder'],
    ['functions/PinChat', 'is no name for a function'],
    ['functions/pin-chat', 'is no name for a function'],
    ['functions/pinChat.js', 'is no name for a function'],
    ['functions/delete', 'means something else'],
    ['functions/await', 'means something else'],
    ['functions/single', 'means something else'],
    [`functions/${LONG}a`, 'is too long'],
    ['functions/messages/sendMessage', 'functions/messages/sendMessage.ts is there already'],
  ] as const) {
    it(`refuses ${path}: ${reason}`, () => {
      expect(() => placeOf(process.cwd(), path)).to.throw(Refusal, reason);
    });
  }

  it('says how it is used to whom gives it nothing, or too much, with code 64', async () => {
    for (const words of [[], ['functions/one', 'functions/two'], ['functions/one', '--what']]) {
      const refusal = await begin(...words).catch(error => error);
      expect(refusal.message).to.include('usage: npm run new');
      expect(refusal.code).to.equal(64);
    }
  });
});
