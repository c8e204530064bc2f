/** What `npm run simulate` is asked for. */
import { parseArgs } from 'node:util';
import { MUTATIONS, type MutationName } from './mutations.js';

export const USAGE = `usage: npm run simulate -- [--seeds FROM..TO] [--mutation NAME] [--until-found]
       npm run simulate -- --seed N [--trace] [--mutation NAME]
mutations:
${Object.entries(MUTATIONS)
  .map(([name, { what }]) => `  ${name.padEnd(22)} ${what}`)
  .join('\n')}`;

/** Throws for what it does not understand. */
export function readArguments(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '1..1000' },
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      mutation: { type: 'string', default: 'none' },
      'until-found': { type: 'boolean', default: false },
    },
  });
  const [, from = '', to = ''] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(values.seeds) ?? [];
  if (values.seed === undefined && (from === '' || Number(from) > Number(to)))
    throw new Error('--seeds wants FROM..TO');
  if (values.seed !== undefined && !/^\d{1,9}$/.test(values.seed)) throw new Error('--seed wants a number');
  if (!Object.hasOwn(MUTATIONS, values.mutation)) throw new Error(`there is no mutation ${values.mutation}`);
  return { ...values, from: Number(from), to: Number(to), mutation: values.mutation as MutationName };
}
