/** A conversation over sockets on different gateways: everybody hears everything, once, in one order, with dense seqs. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { directChat, group, history, type Person, send, signUp } from '../../support/people.js';
import type { Chat, Message } from '../../support/shapes.js';

export function conversation(the: () => Deployment, kind: Deployment['kind']): void {
  describe('a conversation', () => {
    let ann: Person;
    let ben: Person;
    let cem: Person;

    before(async () => {
      const [one, two] = the().gateways;
      [ann, ben, cem] = await Promise.all([signUp(one, 'Ann'), signUp(two, 'Ben'), signUp(one, 'Cem')]);
    });

    afterEach(() => {
      for (const person of [ann, ben, cem]) person.leave();
    });

    it('has one direct chat for two people, whoever of them asks and how often', async () => {
      const asked = { type: 'direct', memberIds: [ben.id] };
      const first = await ann.call<{ chat: Chat }>('POST', '/v1/chats', asked);
      const again = await ann.call<{ chat: Chat }>('POST', '/v1/chats', asked);
      const other = await ben.call<{ chat: Chat }>('POST', '/v1/chats', { type: 'direct', memberIds: [ann.id] });
      expect([first.status, again.status, other.status]).to.deep.equal([201, 200, 200]);
      expect([again.body.chat.id, other.body.chat.id]).to.deep.equal([first.body.chat.id, first.body.chat.id]);
      expect(first.body.chat).to.include({ type: 'direct', lastSeq: 0, unread: 0, memberCount: 2, lastMessage: null });
    });

    it('has one direct chat for two people also when both ask for it at the same moment', async () => {
      const dan = await signUp(the().gateways[1], 'Dan');
      const asked = Array.from({ length: 6 }, (_, place) => (place % 2 ? directChat(dan, ann) : directChat(ann, dan)));
      const chats = await Promise.all(asked);
      expect(new Set(chats.map(({ id }) => id)).size).to.equal(1);
    });

    it('is heard by every connection of every member, the own other device included', async () => {
      const [one, two] = the().gateways;
      const [phone, laptop, bens, cems] = await Promise.all([
        ann.connect(one),
        ann.connect(two),
        ben.connect(two),
        cem.connect(two),
      ]);
      const chat = await group(ann, [ben, cem], 'Tea');
      for (const live of [phone, laptop, bens, cems]) {
        expect(await live.waitFor<Chat>('chat:created', created => created.id === chat.id)).to.include({
          title: 'Tea',
        });
      }
      const stored = await send(phone, chat.id, 'is anybody there?');
      expect(stored).to.include({ status: 'stored', seq: 1 });
      for (const live of [phone, laptop, bens, cems]) {
        const message = await live.waitFor<Message>('message:new', heard => heard.chatId === chat.id);
        const { id, seq, clientId, sentAt } = stored;
        const body = 'is anybody there?';
        expect(message).to.deep.equal({
          chatId: chat.id,
          id,
          seq,
          clientId,
          sentAt,
          senderId: ann.id,
          body,
          replyTo: null,
          rev: 0,
          reactions: [],
        });
      }
      expect(await history(cem, chat.id)).to.deep.equal(cems.heard('message:new'));
    });

    it('goes on over REST, with replies, and answers what the sockets hear', async () => {
      const chat = await directChat(ann, ben);
      const bens = await ben.connect();
      const say = (body: string, replyTo?: string) =>
        ann.call<Message>('POST', `/v1/chats/${chat.id}/messages`, {
          clientId: randomUUID(),
          body,
          ...(replyTo && { replyTo }),
        });
      const first = await say('over REST');
      const second = await say('and a reply', first.body.id);
      expect([first.status, second.status]).to.deep.equal([201, 201]);
      expect(second.body).to.include({ replyTo: first.body.id, seq: first.body.seq + 1 });
      await bens.waitFor<Message>('message:new', message => message.id === second.body.id);
      expect(bens.heard('message:new')).to.deep.equal([first.body, second.body]);
    });

    it('has seqs without holes, later than every message acknowledged before', async () => {
      const chat = await directChat(ann, cem);
      const [anns, cems] = await Promise.all([ann.connect(the().gateways[0]), cem.connect(the().gateways[1])]);
      for (let turn = 1; turn <= 10; turn++) {
        const stored = await send(turn % 2 ? anns : cems, chat.id, `turn ${turn}`);
        expect(stored.seq).to.equal(turn);
      }
    });

    it('keeps the order in which one connection sent, without waiting in between', async () => {
      const chat = await group(ann, [ben]);
      const anns = await ann.connect();
      const bodies = Array.from({ length: 50 }, (_, place) => `line ${place}`);
      const stored = await Promise.all(bodies.map(body => send(anns, chat.id, body)));
      expect(stored.map(({ seq }) => seq)).to.deep.equal(bodies.map((_, place) => place + 1));
      expect((await history(ben, chat.id)).map(({ body }) => body)).to.deep.equal(bodies);
    });

    it('keeps every byte of what was written', async () => {
      const chat = await group(ann, [ben]);
      const [anns, bens] = await Promise.all([ann.connect(), ben.connect()]);
      const bodies = [
        '  two spaces\t\r\n',
        'e\u0301 is not \u00e9',
        'سلام ‏\u202e',
        '👩‍👩‍👧‍👦 \u{10FFFF}',
        '\u0001\u007f\ufeff',
        '\\u0000 "quoted" </script>',
      ];
      for (const body of bodies) await send(anns, chat.id, body);
      await bens.waitFor<Message>('message:new', message => message.seq === bodies.length);
      expect(bens.heard<Message>('message:new').map(({ body }) => body)).to.deep.equal(bodies);
      expect((await history(ben, chat.id)).map(({ body }) => body)).to.deep.equal(bodies);
    });

    it('lists the chats with the newest activity first, page by page', async () => {
      const dan = await signUp(the().gateways[0], 'Dan');
      const made: Chat[] = [];
      for (const title of ['a', 'b', 'c', 'd', 'e']) made.push(await group(dan, [ann], title));
      await send(await dan.connect(), made[1]!.id, 'b is the newest now');
      const titles: (string | null)[] = [];
      let cursor: string | undefined;
      do {
        const path = `/v1/chats?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
        const page = await dan.call<{ chats: Chat[]; nextCursor?: string }>('GET', path);
        expect(page.status).to.equal(200);
        expect(page.body.chats.length).to.be.within(0, 2);
        titles.push(...page.body.chats.map(chat => chat.title));
        cursor = page.body.nextCursor;
      } while (cursor !== undefined && titles.length < 20);
      dan.leave();
      expect(titles).to.deep.equal(['b', 'e', 'd', 'c', 'a']);
    });

    if (kind === 'embedded') return;
    it('can be queried by operators in the table messages', async () => {
      const { services } = the();
      if (!services) throw new Error('a real deployment has services');
      const chat = await group(ann, [ben]);
      const stored = await send(await ann.connect(), chat.id, 'for the record');
      const rows = await services.query(
        'SELECT chat_id::text, seq::int, id::text, client_id, sender_id::text, body, sent_at FROM messages WHERE chat_id::text = $1',
        [chat.id],
      );
      const { id, clientId, sentAt } = stored;
      expect(rows).to.deep.equal([
        {
          chat_id: chat.id,
          seq: 1,
          id,
          client_id: clientId,
          sender_id: ann.id,
          body: 'for the record',
          sent_at: new Date(sentAt),
        },
      ]);
    });
  });
}
