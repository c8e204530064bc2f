import { expect } from 'chai';
import type { Alteration } from '#functions/domain/change.js';
import type { Message } from '#functions/domain/model.js';
import { previewLink } from '#functions/previews/previewLink.js';
import { Failure } from '#runtime/contract/failure.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aMessage, CHAT } from '../../support/samples.js';

const URL = 'https://example.org/';
const JUST_NOW = new Date(NOW - 1_000).toISOString();
const linking = (message: Partial<Message> = {}): Message =>
  aMessage({ body: URL, entities: [{ type: 'link', offset: 0, length: URL.length }], sentAt: JUST_NOW, ...message });
const PREVIEW = { url: URL, title: 'Example' };
const described = (seq = 1) => ({
  ...{ kind: 'describe', chatId: CHAT, seq, at: new Date(NOW).toISOString(), preview: PREVIEW },
});

/** `is` is the message by now; default: as it was told. */
function stage(html: () => Promise<string | undefined>, is?: Message | null) {
  const asked: string[] = [];
  const applied: Alteration[] = [];
  const ports = somePorts({
    messages: {
      page: async (_chatId, _userId, { after = 0 }) => (is === null ? [] : [is ?? linking({ seq: after + 1 })]),
    },
    pages: {
      async html(url) {
        asked.push(url);
        return html();
      },
    },
    changes: {
      async apply(changes) {
        applied.push(...changes);
        return changes.map(({ seq }) => ({ message: linking({ seq, rev: 7, preview: PREVIEW }), change: 7, was: 0 }));
      },
    },
  });
  const context = testContext({ ports });
  const run = async (...data: readonly object[]) =>
    previewLink.handle(
      context,
      data.map(each => testEvent(each as never)),
    );
  return { context, asked, applied, run };
}

const page = async () => '<title>Example</title>';

describe('previewLink', () => {
  it('has a message say what the page says to which its first link leads, and tells the chat', async () => {
    const the = stage(page);
    const { items, publish, emit } = await the.run(aMessage({ sentAt: JUST_NOW }), linking());
    expect(the.asked).to.deep.equal([URL]);
    expect(the.applied).to.deep.equal([described()]);
    expect(items).to.deep.equal([{}, {}]);
    const data = {
      ...{ chatId: CHAT, change: 7, message: linking({ rev: 7, preview: PREVIEW }), was: 0 },
      ...{ by: { userId: uuid(1) }, kind: 'edit' },
    };
    expect(publish).to.deep.equal([{ type: 'minitelegram.message.changed.v1', data, id: `${uuid(200)}.7` }]);
    expect(emit).to.deep.equal([
      { send: 'message:changed', data, to: [`chat:${CHAT}`], since: new Date(NOW).toISOString(), item: 1 },
    ]);
  });

  it('looks again when a message was edited, and for no other change', async () => {
    const message = linking({ rev: 3, editedAt: JUST_NOW });
    const the = stage(page, message);
    const told = (kind: string, of = message) => ({ kind, message: of });
    await the.run(told('edit'));
    expect(the.applied).to.deep.equal([described()]);
    const { editedAt: _, ...unedited } = message;
    await the.run(told('react'), told('pin'), told('delete'), told('edit', unedited));
    expect(the.asked).to.have.length(1);
  });

  for (const [what, message] of [
    ['without a link', aMessage({ sentAt: JUST_NOW })],
    ['that says it already', linking({ preview: PREVIEW })],
    ['of a backlog', linking({ sentAt: new Date(NOW - 11 * 60_000).toISOString() })],
  ] as const) {
    it(`asks nothing for a message ${what}`, async () => {
      const the = stage(page, null);
      await the.run(message);
      expect([the.asked, the.applied]).to.deep.equal([[], []]);
    });
  }

  for (const [what, is] of [
    ['was deleted', linking({ body: '', entities: [], deletedAt: JUST_NOW })],
    ['is not there', null],
    [
      'says another thing',
      linking({ body: 'https://other.example', entities: [{ type: 'link', offset: 0, length: 21 }] }),
    ],
    ['has its preview, since this came before', linking({ preview: PREVIEW })],
  ] as const) {
    it(`asks nothing where the message ${what} by now`, async () => {
      const the = stage(page, is);
      await the.run(linking());
      expect([the.asked, the.applied]).to.deep.equal([[], []]);
    });
  }

  it('asks once for what several messages lead to', async () => {
    const the = stage(page);
    await the.run(linking(), linking({ seq: 2 }));
    expect(the.applied).to.deep.equal([described(), described(2)]);
    expect(the.asked).to.deep.equal([URL]);
  });

  it('does without where there is no page, or the page says nothing, and never tries again', async () => {
    for (const html of [
      async () => undefined,
      async () => '<p>hello</p>',
      ...(['invalid', 'unsupported', 'unavailable'] as const).map(
        code => () => Promise.reject(new Failure(code, 'no')),
      ),
    ]) {
      const the = stage(html);
      expect((await the.run(linking())).items).to.deep.equal([{}]);
      expect(the.applied).to.deep.equal([]);
    }
  });

  it('waits for the database, and hides no defect', async () => {
    const { context } = stage(page);
    const away = { page: () => Promise.reject(new Failure('unavailable', 'away')) };
    const ports = somePorts({ ...context.ports, messages: away });
    const { code } = await failureOf(() => previewLink.handle({ ...context, ports }, [testEvent(linking() as never)]));
    expect(code).to.equal('unavailable');
    const broken = stage(() => Promise.reject(new TypeError('a defect')));
    const thrown = await broken.run(linking()).catch((err: unknown) => err);
    expect(thrown).to.be.instanceOf(TypeError);
  });
});
