/** CloudEvents that come in a batch. */
import { attributes, batch, body, type Case, invalid } from './case.js';

const called: string[] = [];
export const batched: Case[] = [
  {
    name: 'a batch: each event once, in order, their replies in a batch',
    run: (context, one) => {
      called.push(one.id);
      const reply = context.cloudEventResponse({ got: one.data, before: called.length }).source('/s').type('t');
      return one.id === 'silent' ? undefined : reply.id(`re-${one.id}`).response();
    },
    headers: batch,
    body: body(
      [
        { ...attributes, id: 'a', data: 1 },
        { ...attributes, id: 'silent' },
        { ...attributes, id: 'b', data: 0 },
      ].map(one => one),
    ),
    deviates: {
      because: 'the original fails on any batch',
      original: { status: 500 },
      ours: { status: 200 },
    },
  },
  {
    name: 'a batch without replies',
    run: () => 'not an event',
    headers: batch,
    body: body([attributes]),
    deviates: {
      because: 'the original fails on any batch',
      original: { status: 500 },
      ours: { status: 204, body: '' },
    },
  },
  {
    name: 'an empty batch',
    run: () => 'never called',
    headers: batch,
    body: '[]',
    deviates: {
      because: 'the original fails on any batch',
      original: { status: 500 },
      ours: { status: 204, body: '' },
    },
  },
  {
    name: 'a batch with a broken event runs nothing',
    run: () => {
      throw new Error('called');
    },
    headers: batch,
    body: body([attributes, { ...attributes, source: '' }]),
    deviates: {
      because: 'the original fails on any batch',
      original: { status: 500 },
      ours: { status: 400, body: invalid('1.source must be a URI reference') },
    },
  },
  {
    name: 'a batch whose function throws',
    run: () => {
      throw Object.assign(new Error('later'), { code: 503 });
    },
    headers: batch,
    body: body([attributes]),
    deviates: {
      because: 'the original fails on any batch',
      original: { status: 500 },
      ours: { status: 503, body: 'later' },
    },
  },
];
