/** History is read in pages, forwards and backwards, always ascending. */
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { group, type Person, send, signUp } from '../../support/people.js';
import type { Chat, Message } from '../../support/shapes.js';

const COUNT = 70;

export function paging(the: () => Deployment): void {
  describe('history', () => {
    let ann: Person;
    let chat: Chat;

    before(`${COUNT} messages are there`, async () => {
      ann = await signUp(the().gateways[0], 'Ann');
      const ben = await signUp(the().gateways[0], 'Ben');
      chat = await group(ann, [ben]);
      const anns = await ann.connect();
      await Promise.all(Array.from({ length: COUNT }, (_, place) => send(anns, chat.id, `message ${place + 1}`)));
      ann.leave();
    });

    const page = async (query: string): Promise<number[]> => {
      const answer = await ann.call<{ messages: Message[] }>('GET', `/v1/chats/${chat.id}/messages${query}`);
      expect(answer.status, query).to.equal(200);
      return answer.body.messages.map(({ seq }) => seq);
    };
    const seqs = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

    const cases: [string, string, number[]][] = [
      ['opens with the newest 50', '', seqs(21, 70)],
      ['shows the newest few', '?limit=3', seqs(68, 70)],
      ['goes back from a message, which it does not repeat', '?before=21&limit=5', seqs(16, 20)],
      ['ends at the first message', '?before=3&limit=5', [1, 2]],
      ['has nothing before the first', '?before=1', []],
      ['goes on after a message, which it does not repeat', '?after=10&limit=5', seqs(11, 15)],
      ['starts from nothing', '?after=0&limit=2', [1, 2]],
      ['has nothing after the last', '?after=70', []],
      ['has nothing after what is not there yet', '?after=5000', []],
      ['gives 200 at once, if there are so many', '?limit=200', seqs(1, 70)],
      ['has 50 to a page going forward, too', '?after=0', seqs(1, 50)],
    ];
    for (const [title, query, expected] of cases) {
      it(`${title} (${query || 'no parameters'})`, async () => {
        expect(await page(query)).to.deep.equal(expected);
      });
    }

    it('holds the messages as they were sent', async () => {
      const answer = await ann.call<{ messages: Message[] }>('GET', `/v1/chats/${chat.id}/messages?before=2`);
      const [first] = answer.body.messages;
      expect(first).to.include({ seq: 1, body: 'message 1', senderId: ann.id, chatId: chat.id, replyTo: null });
      expect(first).to.have.all.keys(
        'chatId',
        'seq',
        'id',
        'clientId',
        'senderId',
        'body',
        'replyTo',
        'sentAt',
        'rev',
        'reactions',
      );
    });
  });
}
