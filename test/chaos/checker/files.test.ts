/** What the checker makes of files: a run in which each is kept and shown as it should be, and the same with one thing wrong. */
import { expect } from 'chai';
import type { Message } from '../../support/shapes.js';
import { finds } from './finds.js';
import { Run } from './run.js';

const bytes = (mediaId: string) => ({ kind: 'file', size: 9, sha256: `hash of ${mediaId}` });

const uploads = (run: Run, mediaId: string, reply: unknown = { mediaId }, ok = true) => {
  const call = run.call('ann', 'upload', { clientId: `upload of ${mediaId}`, ...bytes(mediaId) }, undefined, 'any');
  run.answer('ann', call, reply, ok);
};

const reads = (run: Run, client: string, mediaId: string, status = 200, found: object = bytes(mediaId)) => {
  const call = run.call(client, 'read', { mediaId }, undefined, 'http://one');
  run.answer(client, call, { status, ...found }, status === 200);
};

/** Ann's messages name what they say. */
function shows(run: Run, clientId: string, mediaId: string): Message {
  const body = `body of ${clientId}`;
  const call = run.call('ann', 'message:send', { chatId: 'chat', clientId, body, media: [mediaId] });
  const { seq } = run.store('ann', clientId);
  const media = [{ id: mediaId, kind: 'file', type: 'text/plain', size: 9 }];
  const message = { ...(run.history[seq - 1] as Message), media };
  run.history[seq - 1] = message;
  run.sent(call, message);
  for (const hearer of ['ann', 'ben']) run.shows(hearer, message);
  return message;
}

const deletes = (run: Run, { seq }: Message) =>
  run.change('ann', 'delete', { seq, scope: 'all' }, ({ media: _, ...message }) => ({
    ...{ ...message, body: '', deletedAt: 'then', deletedBy: 'ann' },
  }));

/** `kept` is named to the end, `deleted` and `dropped` are gone, `loose` is named by nothing. */
function goodRun(): Run {
  const run = new Run('ann', 'ben');
  for (const mediaId of ['kept', 'deleted', 'dropped', 'loose']) uploads(run, mediaId);
  // Somebody gave up.
  run.call('ann', 'upload', { clientId: 'half', ...bytes('half') }, undefined, 'any');
  shows(run, 'a1', 'kept');
  const second = shows(run, 'a2', 'deleted');
  for (const mediaId of ['kept', 'deleted']) reads(run, 'ben', mediaId);
  deletes(run, second);
  reads(run, 'ben', 'deleted', 404, {});
  run.call('ann', 'drop', { mediaId: 'dropped' }, {}, 'any');
  reads(run, 'ann', 'dropped', 404, {});
  reads(run, 'ann', 'loose');
  reads(run, 'ben', 'kept', 503, {});
  run.sync('ann');
  run.sync('ben');
  return run;
}

describe('the checker, of files', () => {
  it('finds nothing where each was kept for as long as it should be, and counts those that were acknowledged', () => {
    const run = goodRun();
    expect(run.verdict().findings).to.deep.equal([]);
    expect(run.verdict().counts.uploads).to.equal(4);
  });

  finds(goodRun, [
    ['an upload that is refused in the middle', ['upload-lost'], run => uploads(run, 'gone', 'PATCH: http 404', false)],
    ['bytes that are not there', ['media-lost'], run => reads(run, 'ben', 'kept', 404, {})],
    ['bytes that nothing names yet, and are not there', ['media-lost'], run => reads(run, 'ann', 'loose', 404, {})],
    ['half of the bytes', ['media-differs'], run => reads(run, 'ben', 'kept', 200, { size: 4, sha256: 'half' })],
    ['bytes of a message that was deleted', ['media-shown'], run => reads(run, 'ben', 'deleted')],
    ['bytes that were taken back', ['media-shown'], run => reads(run, 'ann', 'dropped')],
    [
      'a message that does not name what it was sent with',
      ['media-lost', 'version-differs', 'reader-differs'],
      run => {
        const { media: _, ...message } = run.history[0] as Message;
        run.history[0] = message;
      },
    ],
    [
      'a message that is refused for its media',
      ['media-refused'],
      run => {
        const data = { chatId: 'chat', clientId: 'a3', body: 'a', media: ['loose'] };
        run.answer('ann', run.call('ann', 'message:send', data), 'invalid', false);
      },
    ],
    [
      'what stays though nobody wants it',
      ['media-remains'],
      run => {
        Object.assign(run.outcome, { left: ['unknown bytes'] });
      },
    ],
  ]);
});
