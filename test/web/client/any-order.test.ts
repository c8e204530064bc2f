/**
 * Whatever of the news of changes is lost, late or doubled, and whenever pages of older messages come: in the end a client
 * holds each message as it is, and counts as unread what is.
 */
import { expect } from 'chai';
import type { ChatState } from '../../../web/client/chat.js';
import { at, type History, heldIn, stretchAt } from '../../../web/client/history.js';
import type { Bounds, View } from '../../../web/client/near.js';
import type { Changed, Message } from '../../../web/client/shapes.js';
import { mulberry32 } from '../../support/mulberry32.js';
import { seqsOf } from '../support/messages.js';
import { reader } from '../support/reader.js';
import { type Table, table } from '../support/table.js';

/** Small enough that something is dropped all the time. */
const SMALL: Bounds = {
  ...{ wanted: 3, kept: 5, end: 4, bytes: 100_000, least: 1, slack: 2, page: 3, view: 4 },
};

describe('changes of messages, in any order', () => {
  it('end as the table has them, whatever was lost, late or doubled', async () => {
    for (let seed = 1; seed <= 120; seed++) await play(seed);
  });

  it('end so wherever one has looked meanwhile, with no more held than what is near and the end', async () => {
    for (let seed = 1; seed <= 200; seed++) await wander(seed);
  });
});

/** As `play`, by somebody who looks here and there, reads, and looks away. */
async function wander(seed: number): Promise<void> {
  const random = mulberry32(seed);
  const below = (count: number) => Math.floor(random() * count);
  const server = table(below(20));
  const act = () => acted(server, below);
  for (let each = 0; each < 40; each++) act();
  const the = reader(server, () => below(200), server.page, SMALL);
  const { clock, catchUp, pages, held } = the;
  const look = (): View => {
    const from = 1 + below(server.lastSeq);
    return { from, to: from + below(4) };
  };
  for (let turn = 0; turn < 80; turn++) {
    const news = act();
    const copies = random() < 0.2 ? 0 : random() < 0.2 ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) clock.later(random() < 0.6 ? 0 : below(600), () => the.hear(news));
    const chance = below(20);
    if (chance < 5) void pages.look('chat', look());
    if (chance === 5) pages.lookAway('chat');
    if (chance === 6) void pages.older('chat', 1 + below(3));
    if (chance === 7) the.listed();
    if (chance > 16) the.read(readable(held(), below(4)));
    if (chance === 16 && below(4) === 0) the.read(held().lastSeq);
    if (chance < 10) catchUp.soon();
    await clock.pass(below(80));
    pages.trim('chat');
    expectWhole(held().history, `seed ${seed}, turn ${turn}`);
  }
  await clock.pass(2_000);
  catchUp.now();
  await clock.pass(10_000);
  for (let views = 0; views < 10; views++) {
    const view = look();
    void pages.look('chat', view);
    await clock.pass(3_000);
    const { history } = held();
    const shown = stretchAt(history, view.from) ?? [];
    const wanted = shown.filter(({ seq }) => seq >= view.from - 3 && seq <= view.to + 3);
    const [first, last] = [Math.max(1, view.from - 3), Math.min(server.lastSeq, view.to + 3)];
    const now = server.page({ after: first - 1 }, last - first + 1);
    expect(wanted.map(seen), `seed ${seed}: what is shown`).to.deep.equal(now.map(seen));
    expect(history.back.length, `seed ${seed}: near the view`).to.be.at.most(4 + 2 * 5 + 2 * 3 + 2);
    expect(history.messages.length, `seed ${seed}: the end`).to.be.at.most(4 + 4 + 2 * 5 + 2 * 3 + 2);
  }
  pages.lookAway('chat');
  const { history, unread, mentions, change, changedElsewhere, lastMessage } = held();
  expect(heldIn(history).length, `seed ${seed}: nobody looks`).to.be.at.most(4 + 2);
  expect(changedElsewhere).to.be.at.most(change ?? 0);
  expect(lastMessage?.body).to.equal(server.page({ before: server.lastSeq + 1 }, 1)[0]?.body);
  expect({ unread, mentions, change }, `seed ${seed}`).to.deep.equal({
    unread: server.listed().unread,
    mentions: server.listed().mentions,
    change: server.lastChange,
  });
  expect(the.setBack(), `seed ${seed}: nothing was set back`).to.equal(0);
}

/** As the page does: whoever reads, reads on where they were, and has the messages there. */
function readable({ history, readSeq }: ChatState, steps: number): number {
  let seq = readSeq;
  for (let step = 0; step < steps && at(history, seq + 1); step++) seq += 1;
  return seq;
}

/** Two stretches without holes at most, with a gap between them. */
function expectWhole({ messages, back, upTo }: History, when: string): void {
  for (const stretch of [messages, back])
    expect(seqsOf(stretch), when).to.deep.equal(stretch.map((_, at) => (stretch[0]?.seq ?? 0) + at));
  if (messages.length > 0) expect(messages.at(-1)?.seq, when).to.equal(upTo);
  if (back.length > 0) expect(back.at(-1)?.seq, when).to.be.below((messages[0]?.seq ?? upTo + 1) - 1);
}

/** Something happens at the server. */
function acted(server: Table, below: (count: number) => number): Message | Changed {
  const seq = 1 + below(server.lastSeq);
  const what = server.lastSeq < 2 || !server.has(seq) ? 0 : below(6);
  const calls = below(3) === 0;
  if (what < 2) return server.send(below(10) < 3 ? 'ann' : 'ben', calls);
  if (what === 2) return server.delete(seq);
  return what === 3 ? server.edit(seq, calls) : server.react(seq, below(2) === 0 ? 'ann' : 'ben');
}

async function play(seed: number): Promise<void> {
  const random = mulberry32(seed);
  const below = (count: number) => Math.floor(random() * count);
  const server = table(below(6));
  const act = () => acted(server, below);
  for (let each = 0; each < 12; each++) act();
  const { clock, catchUp, pages, held, setBack, hear, listed } = reader(server, () => below(300));
  for (let turn = 0; turn < 60; turn++) {
    const news = act();
    const copies = random() < 0.3 ? 0 : random() < 0.2 ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) clock.later(random() < 0.6 ? 0 : below(600), () => hear(news));
    if (random() < 0.04) void pages.older('chat', 1 + below(4));
    if (random() < 0.1) catchUp.soon();
    if (random() < 0.02) listed();
    await clock.pass(below(80));
  }
  await clock.pass(2_000);
  catchUp.now();
  await clock.pass(10_000);
  const { history, unread, mentions, change, lastMessage } = held();
  const now = server.page({ before: history.upTo + 1 }, history.messages.length);
  expect(history.upTo, `seed ${seed}`).to.equal(server.lastSeq);
  expect(setBack(), `seed ${seed}: nothing was set back`).to.equal(0);
  expect(change, `seed ${seed}`).to.equal(server.lastChange);
  expect(history.messages.map(seen), `seed ${seed}`).to.deep.equal(now.map(seen));
  expect(lastMessage?.body, `seed ${seed}`).to.equal(now.at(-1)?.body);
  expect(unread, `seed ${seed}`).to.equal(server.listed().unread);
  expect(mentions, `seed ${seed}`).to.equal(server.listed().mentions);
}

const seen = ({ seq, rev = 0, body, deletedAt, reactions = [], mine = [] }: Message) =>
  JSON.stringify({ seq, rev, body, deletedAt, reactions, mine });
