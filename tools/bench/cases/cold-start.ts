import type { Case, Side } from '../bench-case.js';
import { allStarts, faasStarts, imageStarts } from '../sides/cold-start.js';

const coldStart = (image: string, ours: Side, atMost: number, what: string): Case => ({
  name: `cold-start-${image}`,
  summary: `From the start of the process to its first 200 on readiness: ${what}`,
  unit: 'start',
  ours,
  peer: faasStarts,
  goals: [{ of: 'start to first 200 ms', as: 'value', atMost }],
  fullOnly: image === 'chat-svc' || image === 'presence-svc',
});

export const coldStarts: readonly Case[] = [
  ...(['gateway', 'chat-svc', 'presence-svc'] as const).map(image =>
    coldStart(image, imageStarts(image), 300, `the image ${image} as it is deployed, its servers there`),
  ),
  coldStart('all', allStarts, 2_000, 'everything in one process on embedded parts, for the second time'),
];
