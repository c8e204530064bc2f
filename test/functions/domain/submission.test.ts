import { expect } from 'chai';
import { Check } from 'typebox/value';
import { checkSaid, Submission, submit } from '#functions/domain/submission.js';
import { NOW, testContext, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { CHAT } from '../../support/samples.js';

const takes = (change: object) => Check(Submission, { chatId: CHAT, clientId: 'c1', body: 'hi', ...change });

describe('Submission', () => {
  it('takes a body of at most 4096 code points, whatever their length in bytes', () => {
    expect(['a', '𝒳'.repeat(4096), 'a'.repeat(4097)].map(body => takes({ body }))).to.deep.equal([true, true, false]);
  });

  it('takes ten media of others than each other, with a text or without', () => {
    const media = (count: number) => Array.from({ length: count }, (_, n) => uuid(n));
    expect([1, 10, 11].map(count => takes({ media: media(count) }))).to.deep.equal([true, true, false]);
    expect(takes({ media: [uuid(1), uuid(1)] })).to.equal(false);
    for (const said of [{ media: media(1) }, { body: '', media: media(1) }, { body: 'hi', media: [] }]) checkSaid(said);
  });

  it('refuses what cannot be kept byte for byte', () => {
    expect(takes({ body: 'a\u0000b' })).to.equal(false);
    expect(takes({ body: 'a\ud800b' })).to.equal(false);
  });

  it('takes an answer to a message, or to none', () => {
    expect([uuid(5), null, 'the one above'].map(replyTo => takes({ replyTo }))).to.deep.equal([true, true, false]);
  });

  it('passes on when its draft was written, and takes no time that is none, or of the day after tomorrow', async () => {
    const given = { chatId: CHAT, clientId: 'c1', body: 'hi' };
    const sent = (draftAt?: string) =>
      submit(testContext({ ports: {}, caller: {} }), { ...given, ...(draftAt !== undefined && { draftAt }) }).publish[0]
        ?.data;
    expect(sent('2026-01-02T03:00:00Z')).to.include({ draftAt: '2026-01-02T03:00:00.000Z' });
    expect(sent()).not.to.have.property('draftAt');
    for (const wrong of ['2026-01-02T99:00:00Z', new Date(NOW + 86_400_001).toISOString()]) {
      const failure = await failureOf(async () => sent(wrong));
      expect([failure.code, failure.errors?.[0]?.path]).to.deep.equal(['invalid', '/draftAt']);
    }
  });

  it('takes a message of another chat to be copied', () => {
    const forwards = [
      { chatId: CHAT, seq: 1 },
      { chatId: CHAT, seq: 0 },
      { chatId: CHAT },
      { chatId: CHAT, seq: 1, to: 2 },
      CHAT,
    ];
    expect(forwards.map(forward => takes({ body: undefined, forward }))).to.deep.equal([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  for (const [what, said, path] of [
    ['nothing', {}, '/body'],
    ['an empty body', { body: '' }, '/body'],
    ['no media and no body', { media: [] }, '/body'],
    ['media and a copy', { media: [uuid(1)], forward: { chatId: CHAT, seq: 1 } }, '/media'],
    ['a body and a copy', { body: 'hi', forward: { chatId: CHAT, seq: 1 } }, '/body'],
    ['entities and a copy', { entities: [], forward: { chatId: CHAT, seq: 1 } }, '/entities'],
    [
      'entities of another text',
      { body: 'hi', entities: [{ type: 'bold', offset: 1, length: 2 }] },
      '/entities/0/length',
    ],
  ] as const) {
    it(`says no message by ${what}`, async () => {
      const failure = await failureOf(async () => checkSaid(said));
      expect([failure.code, failure.errors?.[0]?.path]).to.deep.equal(['invalid', path]);
    });
  }

  it('takes no other members', () => {
    expect(takes({ senderId: uuid(9) })).to.equal(false);
  });
});
