/** Whom a text mentions: the names in it, who has them, and what is left of those that nobody has. */
import { expect } from 'chai';
import type { Entity } from '#functions/domain/entities.js';
import { findEntities } from '#functions/domain/findEntities.js';
import { EVERYBODY, mentionedIn, resolveMentions } from '#functions/domain/mentions.js';
import type { MemberStore } from '#functions/ports/members.js';
import { uuid } from '#runtime/testing/context.js';
import { CHAT } from '../../support/samples.js';

const [ME, ANN, BEN] = [uuid(1), uuid(2), uuid(3)];

const text = (body: string, entities: readonly Entity[] = findEntities(body)) => ({
  chatId: CHAT,
  senderId: ME,
  body,
  ...(entities.length > 0 && { entities }),
});

/** Ann and Ben are in the chat. */
function membersWith(all: boolean) {
  const asked: Parameters<MemberStore['mentionable']>[0][] = [];
  const known = new Map([['me', ME], ['ann', ANN], ['ben', BEN], ...(all ? [['all', EVERYBODY] as const] : [])]);
  const mentionable: MemberStore['mentionable'] = async question => {
    asked.push(question);
    return question.map(({ names }) => new Map([...known].filter(([name]) => names.includes(name))));
  };
  return { asked, members: { mentionable } };
}

async function resolved(body: string, { entities, all = false }: { entities?: readonly Entity[]; all?: boolean } = {}) {
  const [item] = await resolveMentions(membersWith(all).members, [text(body, entities)]);
  return item as ReturnType<typeof text>;
}

describe('mentions', () => {
  it('have the id of who is meant, and those of nobody are none', async () => {
    const { entities } = await resolved('#hi @Ann, @nobody and @ben');
    expect(entities).to.deep.equal([
      { type: 'hashtag', offset: 0, length: 3 },
      { type: 'mention', offset: 4, length: 4, userId: ANN },
      { type: 'mention', offset: 22, length: 4, userId: BEN },
    ]);
  });

  it('of everybody are some where the sender may, and else none', async () => {
    const may = await resolved('@ALL here', { all: true });
    expect(may.entities).to.deep.equal([{ type: 'mention', offset: 0, length: 4 }]);
    expect(mentionedIn(may)).to.deep.equal([EVERYBODY]);
    const mayNot = await resolved('@ALL here');
    expect(mayNot.entities).to.deep.equal([]);
    expect(mentionedIn(mayNot)).to.deep.equal([]);
  });

  it('that a client marked are whom it says, or what the text says', async () => {
    const given: Entity[] = [
      { type: 'mention', offset: 0, length: 3, userId: BEN },
      { type: 'mention', offset: 4, length: 4 },
      { type: 'mention', offset: 9, length: 4 },
    ];
    const item = await resolved('him @ann them', { entities: given });
    expect(item.entities).to.deep.equal([given[0], { ...given[1], userId: ANN }, given[2]]);
    expect(mentionedIn(item)).to.deep.equal([BEN, ANN]);
  });

  it('count once for each, everybody for all, and never for the sender', async () => {
    expect(mentionedIn(await resolved('@ann @ben @ann @me'))).to.deep.equal([ANN, BEN]);
    expect(mentionedIn(await resolved('@ann @all @ben', { all: true }))).to.deep.equal([EVERYBODY]);
    expect(mentionedIn(await resolved('@me'))).to.deep.equal([]);
    expect(mentionedIn(text('nobody'))).to.deep.equal([]);
  });

  it('are asked for together, each name of a text once, and not at all without any', async () => {
    const { members, asked } = membersWith(false);
    const plain = [text('hello'), text('#tag /start')];
    expect(await resolveMentions(members, plain)).to.equal(plain);
    expect(asked).to.deep.equal([]);
    const items = await resolveMentions(members, [...plain, text('@ann @Ann'), text('@ben')]);
    const from = { chatId: CHAT, senderId: ME };
    expect(asked).to.deep.equal([
      [
        { ...from, names: ['ann'] },
        { ...from, names: ['ben'] },
      ],
    ]);
    expect(items.map(mentionedIn)).to.deep.equal([[], [], [ANN], [BEN]]);
  });
});
