/** Ways to break changes of messages. */
import { changeMessage } from '#functions/changes/changeMessage.js';
import type { MessageChanged } from '#functions/domain/change.js';
import type { Mutation } from './mutations.js';
import type { DatabaseRules } from './parts/database.js';
import { replacing } from './system/replacing.js';

const tellingEffects: typeof changeMessage = {
  ...changeMessage,
  async handle(context, events) {
    const { items, emit = [] } = await changeMessage.handle(context, events);
    const took = new Set(items.flatMap(({ reply }) => (reply as { change?: number })?.change || []));
    return { items, emit: emit.filter(each => 'send' in each && took.has((each.data as MessageChanged).change)) };
  },
};

const withChanges = (none: Mutation, rules: Partial<DatabaseRules['changes']>): Pick<Mutation, 'database'> => ({
  database: { ...none.database, changes: { ...none.database.changes, ...rules } },
});

export const changeMutations = (none: Mutation) =>
  ({
    'change-without-number': {
      ...none,
      what: 'reactions change a message and take no number',
      ...withChanges(none, { numbers: 'all but reactions' }),
    },
    'effect-only-emission': {
      ...none,
      what: 'a change is told by the statement that carries it out only, not when its event is delivered again',
      image: image => replacing(image, tellingEffects),
    },
    'resurrecting-resend': {
      ...none,
      what: 'a message that comes again after its deletion says what it said',
      database: { ...none.database, resends: 'say it again' },
    },
    'edit-after-delete': {
      ...none,
      what: 'an edit that comes after the deletion brings the message back',
      ...withChanges(none, { deletes: 'until edited' }),
    },
    'edited-twice': {
      ...none,
      what: 'an edit that comes again is carried out again',
      ...withChanges(none, { knowsEdits: false }),
    },
    'reaction-toggled': {
      ...none,
      what: 'a reaction is turned over, whichever way it is asked for',
      ...withChanges(none, { reacts: 'the other way each time' }),
    },
    'unordered-reactions': {
      ...none,
      what: 'reactions are in the order in which they came',
      ...withChanges(none, { reactionsAre: 'as they came' }),
    },
    'jumped-changes': {
      ...none,
      what: 'an answer of sync counts changes of messages as told that it leaves out',
      database: { ...none.database, sync: { comesTo: 'the present' } },
    },
    'rev-not-compared': {
      ...none,
      what: 'clients take the state of a message that comes last for the latest',
      client: { comparesRevs: false },
    },
  }) satisfies Record<string, Mutation>;
