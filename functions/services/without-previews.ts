/** A service as it is where no links are looked up: nothing is published, kept or consumed for it. */
import type { Service } from 'function-runtime';
import { previewLink } from '../previews/previewLink.js';
import { queues } from './queues.js';

const { name: unwanted } = queues.previews;

export function withoutPreviews({ queues: all, bindings, facts, ...service }: Service): Service {
  const others = <Of extends { readonly name: string }>(of: readonly Of[]): readonly Of[] =>
    of.filter(({ name }) => name !== unwanted);
  return {
    ...service,
    queues: others(all),
    bindings: bindings.filter(({ fn }) => fn !== previewLink),
    ...(facts && {
      facts: { ...facts, facts: facts.facts.map(fact => ({ ...fact, subscribers: others(fact.subscribers) })) },
    }),
  };
}
