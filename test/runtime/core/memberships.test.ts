/** In which order an outcome reaches live connections, and that what does not touch rooms passes as it is. */
import { expect } from 'chai';
import Type from 'typebox';
import type { RoomMembership } from '#runtime/contract/outcome.js';
import { stepsOf } from '#runtime/core/memberships.js';
import { testEvent } from '#runtime/testing/context.js';
import { define, workbench } from './workbench.js';

const told = (data: string) => ({ send: 'told' as const, data, to: ['group'] });
const is = (of: string, where: RoomMembership['is'], room = 'group'): RoomMembership => ({ room, of, is: where });
const common = { access: 'nobody', needs: [], emits: ['told'], summary: 'Tells.', input: Type.Object({}) } as const;

describe('memberships', () => {
  it('let in before anything is emitted, and put out after it, however they stand in the outcome', () => {
    const emit = [told('one'), told('two')];
    expect(stepsOf({ emit, memberships: [is('ann', 'out'), is('bob', 'in'), is('cid', 'out')] })).to.deep.equal([
      { join: 'group', of: 'bob' },
      ...emit,
      { leave: 'group', of: 'ann' },
      { leave: 'group', of: 'cid' },
      { refresh: 'ann' },
      { refresh: 'cid' },
    ]);
  });

  it('have those who are put out ask for their rooms once, for however many rooms', () => {
    expect(stepsOf({ memberships: [is('ann', 'out'), is('ann', 'out', 'other')] })).to.deep.equal([
      { leave: 'group', of: 'ann' },
      { leave: 'other', of: 'ann' },
      { refresh: 'ann' },
    ]);
  });

  it('hold as they were said last, of the same connections and room', () => {
    const memberships = [
      is('ann', 'in'),
      is('ann', 'in', 'other'),
      is('bob', 'out'),
      is('ann', 'out'),
      is('bob', 'in'),
    ];
    expect(stepsOf({ memberships })).to.deep.equal([
      { join: 'other', of: 'ann' },
      { join: 'group', of: 'bob' },
      { leave: 'group', of: 'ann' },
      { refresh: 'ann' },
    ]);
  });

  it('are no others for names that read the same one after the other', () => {
    const memberships: RoomMembership[] = [
      { room: 'a b', of: 'c', is: 'in' },
      { room: 'a', of: 'b c', is: 'in' },
      { room: 'a","b', of: 'c', is: 'in' },
    ];
    expect(stepsOf({ memberships })).to.deep.equal(memberships.map(({ room, of }) => ({ join: room, of })));
  });

  it('cost nothing where there are none: the emissions themselves are handed over', () => {
    const emit = [told('one')];
    expect(stepsOf({ emit })).to.equal(emit);
    expect(stepsOf({ emit, memberships: [] })).to.equal(emit);
    expect(stepsOf({})).to.equal(stepsOf({}));
  });

  it('of a function of single events are carried out with what it emits, and so are those that it settles with', async () => {
    const { runBatch, emitted } = workbench();
    const fn = define.single({
      ...{ ...common, name: 'tell' },
      handle: () => ({ memberships: [is('ann', 'in')] }),
      settle: () => ({ memberships: [is('ann', 'out')], emit: [told('bye')] }),
    });
    expect(await runBatch(fn, [testEvent({})])).to.deep.equal([{ is: 'ok' }]);
    expect(emitted).to.deep.equal([
      { join: 'group', of: 'ann' },
      told('bye'),
      { leave: 'group', of: 'ann' },
      { refresh: 'ann' },
    ]);
  });

  it('of a function that has nothing else to say are carried out before it is done', async () => {
    const { runBatch, emitted } = workbench();
    const fn = define.single({ ...{ ...common, name: 'tell' }, handle: () => ({ memberships: [is('ann', 'in')] }) });
    await runBatch(fn, [testEvent({})]);
    expect(emitted).to.deep.equal([{ join: 'group', of: 'ann' }]);
  });

  it('of a batch and of each of its items are one, and what was told is what settling sees', async () => {
    const { runBatch, emitted } = workbench();
    const seen: unknown[] = [];
    const fn = define.batch({
      ...{ ...common, name: 'tell' },
      handle: async () => ({
        memberships: [is('ann', 'out')],
        emit: [told('all')],
        items: [{ memberships: [is('bob', 'in')] }, { emit: [told('two')], memberships: [is('bob', 'out')] }],
      }),
      settle: async (_context, _events, { memberships, emit }) => {
        seen.push([memberships, emit]);
        return seen.length < 2 ? { memberships: [is('cid', 'in')], unsettled: true } : {};
      },
    });
    await runBatch(fn, [testEvent({}), testEvent({})]);
    expect(emitted).to.deep.equal([
      ...[told('all'), told('two')],
      ...[{ leave: 'group', of: 'ann' }, { leave: 'group', of: 'bob' }, { refresh: 'ann' }, { refresh: 'bob' }],
      { join: 'group', of: 'cid' },
    ]);
    expect(seen).to.deep.equal([
      [
        [is('ann', 'out'), is('bob', 'in'), is('bob', 'out')],
        [told('all'), told('two')],
      ],
      [[is('cid', 'in')], undefined],
    ]);
  });
});
