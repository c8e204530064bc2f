/** With limits on, as they are by default: what people whom one does not know can do to one, all of them together. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { newDataDir } from '../support/new-server.js';
import { directChat, group, type Person, send, signUp } from '../support/people.js';
import { type Running, startImage } from '../support/processes.js';
import { showOnFailure } from '../support/report.js';

describe('strangers, all together', () => {
  let folder: string;
  let running: Running;
  let people: Person[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-strangers-'));
    running = await startImage('all', { DATA_DIR: await newDataDir(join(folder, 'data')) });
  });
  showOnFailure(() => running && { processes: [running] });
  afterEach(() => {
    for (const person of people.splice(0)) person.leave();
  });
  after(async () => {
    await running?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('put somebody into 20 chats an hour, by any way, and friends into as many as they like', async () => {
    people = await Promise.all(['Ann', 'Friend', 'One', 'Two', 'Three'].map(name => signUp(running.url, name)));
    const [ann, friend, ...strangers] = people as [Person, Person, Person, Person, Person];
    await send(await ann.connect(), (await directChat(ann, friend)).id, 'hello, friend');
    const make = async (by: Person, chat: object) =>
      (await by.call('POST', '/v1/chats', { memberIds: [ann.id], ...chat })).status;
    const groups = strangers.flatMap(by => Array.from({ length: 12 }, () => make(by, { type: 'group', title: 'WIN' })));
    const direct = strangers.map(by => make(by, { type: 'direct' }));
    const answers = await Promise.all([...groups, ...direct]);
    expect(answers.filter(status => status === 201)).to.have.length(20);
    expect(answers.filter(status => status === 429)).to.have.length(19);

    const [one, two] = strangers;
    const own = await group(one, [two]);
    const added = await one.call('POST', `/v1/chats/${own.id}/members`, { userId: ann.id });
    expect(added.status).to.equal(429);
    expect(added.body).to.have.nested.property('errors[0].path', '/userId');
    expect(await make(friend, { type: 'group', title: 'fun' })).to.equal(201);
  });
});
