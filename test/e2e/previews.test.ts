/** A link is looked up once by the whole system, in one process, and the message says what the page says of itself. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { type Deployment, embedded } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import { directChat, signUp } from '../support/people.js';
import { showOnFailure } from '../support/report.js';
import type { Message } from '../support/shapes.js';

const PAGE = Buffer.concat([
  Buffer.from('<!doctype html><meta charset="Shift_JIS"><title>'),
  Buffer.from('93fa967b8cea82cc8379815b8357', 'hex'),
  Buffer.from('</title>'),
]);

describe('previews of links', () => {
  let the: Deployment;
  let site: Server;
  let asked: string[];

  before(async () => {
    asked = [];
    site = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    the = await embedded({ PREVIEWS: 'on', PREVIEWS_ALLOW: '127.0.0.1' });
  });
  showOnFailure(() => the);
  after(async () => {
    site.closeAllConnections();
    site.close();
    await the.stop();
  });

  it('come as a change that is no edit, go with the link, and are nowhere once the message is deleted', async () => {
    const [url] = the.gateways;
    const [ann, ben] = [await signUp(url, 'ann'), await signUp(url, 'ben')];
    const chat = await directChat(ann, ben);
    const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const path = `/v1/chats/${chat.id}/messages`;
    const say = async (body: string) => (await ann.call<Message>('POST', path, { clientId: body, body })).body;
    const messages = async () =>
      (await ben.call<{ messages: (Message & { preview?: object })[] }>('GET', path)).body.messages;

    const { seq } = await say(`see ${origin}/one and ${origin}/two`);
    await eventually('there is a preview', async () => (await messages())[0]?.preview !== undefined);
    const [message] = await messages();
    expect(message?.preview).to.deep.equal({ url: `${origin}/one`, title: '日本語のページ' });
    expect(message).not.to.have.property('editedAt');
    expect(asked).to.deep.equal(['/one']);

    const edit = (body: string) => ann.call('PATCH', `${path}/${seq}`, { clientId: body, body });
    await edit(`now ${origin}/one`);
    expect((await messages())[0]?.preview, 'the link is the same').to.deep.equal(message?.preview);
    await edit(`now ${origin}/three`);
    expect((await messages())[0]).not.to.have.property('preview');
    await eventually('the other page is looked up', async () => (await messages())[0]?.preview !== undefined);
    expect(asked).to.deep.equal(['/one', '/three']);
    await ann.call('DELETE', `${path}/${seq}?scope=all`);
    expect((await messages())[0]).not.to.have.property('preview');

    await say('http://10.0.0.1/ and http://localhost:1/');
    await say(`the last one: ${origin}/four`);
    await eventually('the last one is there', async () => (await messages())[2]?.preview !== undefined);
    expect((await messages())[1], 'nothing inside is asked').not.to.have.property('preview');
  });
});
