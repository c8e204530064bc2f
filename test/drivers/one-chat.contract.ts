/**
 * Statements are of one chat, or said to go beyond: with tables partitioned by hash of the chat, the former look into one
 * partition a chat, and the others into each of them. Whether a statement is, its plan tells: every look-up in a table that
 * belongs to chats names the chat, as one value, in what the index is asked.
 */
import { expect } from 'chai';
import type { World } from '../support/world.js';
import { nodesOf, type Plan } from './explain.js';
import { plansOf, recorded } from './plans.contract.js';

/** What is told of messages: the tables that can be partitioned by hash of the chat. */
const OF_CHATS = ['messages', 'message_versions', 'reactions', 'pins', 'hidden', 'mentions', 'deleted_counts'];

/**
 * Those that go beyond, by expressions of the chat: messages by what their sender, or the sender's name of them, comes to;
 * mentions by their message; versions by whether there is anything to forget, and by the editor's name of an edit.
 */
const GLOBAL: readonly string[] = [
  'changes-people',
  'changes-take-away',
  'chats-forget-versions',
  'chats-list',
  'chats-presence-ids-of',
  'chats-readers-of',
  'chats-view',
  'forward-sources',
  'members-strangers',
  'members-visible',
  'messages-append',
  'messages-append-more',
];

/** The tables in which it finds rows of any chat. */
function beyondOneChat(plan: Plan): readonly string[] {
  return nodesOf(plan).flatMap(node => {
    const { 'Relation Name': table = '', 'Index Cond': index = '' } = node;
    // What writes rows names the table again, above what finds them.
    if (!OF_CHATS.includes(table) || node['Node Type'] === 'ModifyTable') return [];
    return /\bchat_id = (?!ANY)/.test(index) ? [] : [table];
  });
}

export function oneChatContract(world: () => World): void {
  describe('statements', () => {
    it('look into one partition a chat, but for those that are said to go beyond', async () => {
      const { sql } = world();
      const beyond: string[] = [];
      for (const [name, { text, values }] of await recorded(sql)) {
        const [, generic] = await plansOf(sql, text, values);
        if (beyondOneChat(generic as Plan).length > 0) beyond.push(name);
      }
      expect(beyond.sort()).to.deep.equal(GLOBAL);
    });

    it('are found out where a join does not name the chat, or a list of chats is given', async () => {
      const { sql } = world();
      const beyond = async (text: string) => beyondOneChat((await plansOf(sql, text, []))[1] as Plan);
      const chat = "'00000000-0000-0000-0000-000000000000'::uuid";
      expect(await beyond(`select from messages where chat_id = ${chat} and seq = 1`)).to.deep.equal([]);
      expect(
        await beyond(`select from messages where chat_id = any (array[${chat}, gen_random_uuid()])`),
      ).to.deep.equal(['messages']);
      const joined = `select from pins p cross join lateral (select from messages where seq = p.seq limit 1) m`;
      expect(await beyond(`${joined} where p.chat_id = ${chat}`)).to.deep.equal(['messages']);
    });
  });
}
