/**
 * Statements are of one chat, or of a list of chats each of which is looked up by itself, or said to go beyond, with a reason.
 * So tables may be partitioned by hash of the chat, or distributed by it: the former look into one partition a chat, the latter
 * into each. Two looks at it: what a statement says, by PostgreSQL's own parser, and what is done for it, by its plan, in which
 * every look-up in a table that belongs to chats names the chat, as one value.
 */
import { expect } from 'chai';
import type { World } from '../support/world.js';
import { chatless } from './chatless.js';
import { nodesOf, type Plan, tableOf } from './explain.js';
import { plansOf, recorded } from './plans.contract.js';

/** What is told of messages: the tables that can be partitioned by hash of the chat. */
const OF_CHATS = ['messages', 'message_versions', 'reactions', 'pins', 'hidden', 'mentions', 'deleted_counts'];

/** And those that have rows of chats as well, by the column that names the chat. */
const COLUMNS = new Map([
  ...[...OF_CHATS, 'members'].map(table => [table, 'chat_id'] as const),
  ['chats', 'id'] as const,
]);

const BY_PERSON = 'the chats of a person, who may be in any';
const PLACE = 'the index of who sent what, by hashes: one that begins with the chat would be read from end to end';

/** What goes beyond one chat in messages and what is told of them, and why. */
const GLOBAL: Readonly<Record<string, string>> = {
  'changes-people': 'an edit by its editor and their name of it, asked when somebody edits',
  'changes-take-away':
    'mentions by their message, and reactions by their place: when something is deleted or taken back',
  'chats-forget-versions':
    'what there is to forget, by an index of that alone: when a group keeps its versions no longer',
  'chats-list': `${PLACE}; only for members who wrote without having read`,
  'chats-presence-ids-of': `${PLACE}; when somebody connects`,
  'chats-readers-of': `${PLACE}; only for members who wrote without having read`,
  'chats-view': `${PLACE}; only for members who wrote without having read`,
  'members-strangers': `${PLACE}; when somebody is put into a chat`,
  'members-visible': `${PLACE}; when presence is asked for`,
};

/** What besides these goes beyond one chat in members and chats: no partition, but a node where they are distributed. */
const GLOBAL_OF_PEOPLE: Readonly<Record<string, string>> = {
  'chats-direct': 'the chat of two people, by their ids',
  'chats-ids-of': BY_PERSON,
  'members-sharing': BY_PERSON,
  'own-since': BY_PERSON,
  'sync-chats': BY_PERSON,
  'users-named': BY_PERSON,
};

/** The tables in which it finds rows of any chat. */
function beyondOneChat(plan: Plan): readonly string[] {
  const found = nodesOf(plan).flatMap(node => {
    const { 'Index Cond': index = '', Filter: filter = '' } = node;
    const table = tableOf(node);
    // What writes rows names the table again, above what finds them.
    if (!OF_CHATS.includes(table) || node['Node Type'] === 'ModifyTable') return [];
    return /\bchat_id = (?!ANY)/.test(`${index} ${filter}`) ? [] : [table];
  });
  return [...new Set(found)];
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
      expect(beyond.sort()).to.deep.equal(Object.keys(GLOBAL));
    });

    it('name the chat wherever they look for rows of chats, but for those', async () => {
      const said: Record<string, readonly string[]> = {};
      for (const [name, { text }] of await recorded(world().sql)) {
        const tables = await chatless(text, COLUMNS);
        if (tables.length > 0) said[name] = tables;
      }
      const of = (tables: readonly string[]) =>
        Object.keys(said)
          .filter(name => said[name]?.some(table => tables.includes(table)))
          .sort();
      expect(of(OF_CHATS)).to.deep.equal(Object.keys(GLOBAL));
      expect(of(['members', 'chats']).filter(name => !(name in GLOBAL))).to.deep.equal(Object.keys(GLOBAL_OF_PEOPLE));
    });

    it('are found out where a join does not name the chat, or a list of chats is given', async () => {
      const { sql } = world();
      const beyond = async (text: string) => {
        const done = beyondOneChat((await plansOf(sql, text, []))[1] as Plan);
        expect(await chatless(text, COLUMNS), text).to.deep.equal(done);
        return done;
      };
      const chat = "'00000000-0000-0000-0000-000000000000'::uuid";
      expect(await beyond(`select from messages where chat_id = ${chat} and seq = 1`)).to.deep.equal([]);
      expect(
        await beyond(`select from messages where chat_id = any (array[${chat}, gen_random_uuid()])`),
      ).to.deep.equal(['messages']);
      const joined = `select from pins p cross join lateral (select from messages where seq = p.seq limit 1) m`;
      expect(await beyond(`${joined} where p.chat_id = ${chat}`)).to.deep.equal(['messages']);
      expect(await beyond(`delete from pins where seq = 1 or chat_id = ${chat}`)).to.deep.equal(['pins']);
      const both = `select from pins p join messages m on m.chat_id = p.chat_id and m.seq = p.seq where p.chat_id = ${chat}`;
      expect(await beyond(both)).to.deep.equal([]);
      const neither = 'select from pins p join messages m on m.chat_id = p.chat_id and m.seq = p.seq where p.seq = 1';
      expect(await chatless(neither, COLUMNS)).to.deep.equal(['messages', 'pins']);
    });
  });
}
