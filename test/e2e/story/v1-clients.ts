/** Clients of version 1 go on: they see what has changed when they read again, and trip over nothing that is new. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import type { Live } from '../../support/live.js';
import { group, history, PASSWORD, type Person, send, signUp } from '../../support/people.js';
import type { Chat } from '../../support/shapes.js';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.js';
import type { V1Client } from '../../support/v1/client.js';
import { frozenClient } from '../../support/v1/frozen-client.js';
import { type LoadedLibrary, loadLibrary } from '../../support/v1/library.js';

const FIRST = ['one', 'two', 'three', 'four'];

export function v1Clients(the: () => Deployment): void {
  describe('a client of version 1', () => {
    let library: LoadedLibrary | undefined;

    before(async () => {
      library = await loadLibrary();
    });
    after(() => library?.remove());

    describe('written from the contract', () => goesOn(the, () => frozenClient));
    describe('that was our own library', () =>
      goesOn(the, () => {
        if (!library)
          console.warn('this clone has no client library of version 1: the one in the tests is tried twice');
        return library?.client ?? frozenClient;
      }));
  });
}

function goesOn(the: () => Deployment, kind: () => (url: string) => V1Client): void {
  let line: TcpProxy;
  let ann: Person;
  let ben: Person;
  let bens: Live;
  let others: Live;
  let chat: Chat;
  let old: V1Client;
  let path: (rest: string) => string;

  /** Through a line that can be cut. */
  async function client(): Promise<V1Client> {
    const made = kind()(`http://127.0.0.1:${line.port}`);
    await made.signIn({ email: ann.email, password: PASSWORD });
    await eventually('it is connected', () => made.isWell());
    await made.open(chat.id);
    return made;
  }

  const changed = (change: number) =>
    others.waitFor<{ chatId: string; change: number }>(
      'message:changed',
      heard => heard.chatId === chat.id && heard.change === change,
    );
  const holds = (...bodies: string[]) =>
    eventually(
      `it holds ${bodies}`,
      () => old.isWell() && JSON.stringify(old.bodies(chat.id)) === JSON.stringify(bodies),
    ).catch(error => {
      expect(old.bodies(chat.id), `${old.troubles}`).to.deep.equal(bodies);
      throw error;
    });
  const edit = (seq: number, body: string) =>
    bens.ask('message:edit', { chatId: chat.id, seq, clientId: randomUUID(), body });
  const remove = (seq: number) => bens.ask('message:delete', { chatId: chat.id, seq, scope: 'all' });

  beforeEach('Ben has said four things to Ann, who holds them', async () => {
    const gateway = new URL(the().gateways[0]);
    line = await tcpProxy({ host: gateway.hostname, port: Number(gateway.port) });
    [ann, ben] = await Promise.all([signUp(gateway.origin, 'Ann'), signUp(the().gateways[1], 'Ben')]);
    chat = await group(ben, [ann]);
    path = rest => `/v1/chats/${chat.id}/${rest}`;
    [bens, others] = await Promise.all([ben.connect(), ann.connect()]);
    for (const body of FIRST) await send(bens, chat.id, body);
    old = await client();
    await holds(...FIRST);
  });

  afterEach(async () => {
    old?.close();
    for (const person of [ann, ben]) person.leave();
    await line.close();
  });

  it('goes on while others change messages, and sees what they are when it reads again', async () => {
    await edit(1, 'uno');
    await remove(2);
    await bens.ask('message:pin', { chatId: chat.id, seq: 3, on: true });
    await others.ask('message:react', { chatId: chat.id, seq: 4, emoji: '👍', on: true });
    await ann.call('PATCH', path('me'), {
      archived: true,
      draft: { body: 'to be said', at: new Date().toISOString() },
    });
    await changed(4);
    await others.waitFor('me:changed');
    await send(bens, chat.id, 'five');
    await holds(...FIRST, 'five');
    old.send(chat.id, 'six');
    await holds(...FIRST, 'five', 'six');
    expect((await history(ben, chat.id)).at(-1)).to.include({ seq: 6, senderId: ann.id });
    old.close();
    old = await client();
    await holds('uno', '', 'three', 'four', 'five', 'six');
    expect(old.troubles).to.deep.equal([]);
  });

  it('catches up by seqs alone, with messages as they are by then', async () => {
    line.cut();
    await eventually('it is cut off', () => !old.isWell());
    await edit(1, 'uno');
    for (const body of ['five', 'six', 'seven']) await send(bens, chat.id, body);
    await edit(5, 'cinco');
    await remove(6);
    await others.ask('message:react', { chatId: chat.id, seq: 7, emoji: '👍', on: true });
    line.mend();
    await holds(...FIRST, 'cinco', '', 'seven');
    await edit(7, 'siete');
    old.send(chat.id, 'eight');
    await holds(...FIRST, 'cinco', '', 'seven', 'eight');
    expect(old.troubles).to.deep.equal([]);
  });

  it('gets over what its user hides on another device', async () => {
    line.cut();
    await eventually('it is cut off', () => !old.isWell());
    for (const body of ['five', 'six', 'seven']) await send(bens, chat.id, body);
    await others.ask('message:delete', { chatId: chat.id, seq: 6, scope: 'me' });
    line.mend();
    await holds(...FIRST, 'five', '', 'seven');
    await send(bens, chat.id, 'eight');
    await holds(...FIRST, 'five', '', 'seven', 'eight');
    expect(old.troubles).to.deep.equal([]);
  });
}
