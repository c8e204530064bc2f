/** What becomes of media that have arrived: what is kept of them, what is refused, and who is told. */
import { expect } from 'chai';
import type { Alteration } from '#functions/domain/change.js';
import { inspectMedia } from '#functions/media/inspectMedia.js';
import type { Findings, Inspected } from '#functions/ports/inspections.js';
import { Failure } from '#runtime/contract/failure.js';
import type { Inspection } from '#runtime/contract/ports/inspector.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aMessage, CHAT } from '../../support/samples.js';

const rendition = (sha256: string, type: string) => ({
  ...{ sha256, type, size: 3 },
  async *read() {
    yield Uint8Array.of(1, 2, 3);
  },
});

interface Stage {
  readonly media?: Partial<Inspected>;
  readonly found?: Inspection | Failure;
  readonly clean?: boolean | Failure;
  /** Seqs of messages that name it. */
  readonly named?: readonly number[];
}

function stage({ media = {}, found = {}, clean = true, named = [] }: Stage) {
  const put: string[] = [];
  const settled: Findings[] = [];
  const described: Alteration[] = [];
  let state: Inspected['state'] = media.state ?? 'uploaded';
  const ports = somePorts({
    inspections: {
      find: async () => ({ kind: 'photo', blob: { name: 'b', size: 9 }, ...media, state }),
      settle: async (_id, findings) => {
        settled.push(findings);
        state = 'ready';
        return state;
      },
      refuse: async () => {
        state = 'refused';
        return state;
      },
      places: async (_id, limit, after) =>
        named
          .filter(seq => seq > (after?.seq ?? 0))
          .slice(0, limit)
          .map(seq => ({ chatId: CHAT, seq })),
    },
    scanner: {
      isClean: async () => {
        if (clean instanceof Failure) throw clean;
        return clean;
      },
    },
    inspector: {
      inspect: async (_file, _look, use) => {
        if (found instanceof Failure) throw found;
        return use(found);
      },
    },
    blobs: {
      put: async name => {
        put.push(name);
      },
      read: async function* () {},
      size: async () => undefined,
      remove: async () => {},
      list: async () => [],
      discard: async () => {},
    },
    changes: {
      apply: async alterations => {
        described.push(...alterations);
        return alterations.map(({ seq }) => ({ message: aMessage({ seq, rev: seq }), change: seq, was: 0 }));
      },
    },
  });
  const handle = async () => inspectMedia.handle(testContext({ ports }), [testEvent({ mediaId: uuid(8) })]);
  return { handle, put, settled, described };
}

describe('inspectMedia', () => {
  it('keeps a photo without its metadata, and its small picture, and has messages say what it is like', async () => {
    const found = {
      ...{ width: 4, height: 3, thumbhash: Uint8Array.of(1) },
      ...{ photo: rendition('aa', 'image/jpeg'), thumb: rendition('bb', 'image/webp') },
    };
    const { handle, put, settled, described } = stage({ found, named: [7, 9] });
    const { items, emit, publish } = await handle();
    expect(items).to.deep.equal([{ reply: { state: 'ready' } }]);
    expect(put.map(name => name.slice(0, 3))).to.deep.equal(['aa-', 'bb-']);
    const [{ photo, thumb, ...rest } = {}] = settled;
    expect(rest).to.deep.equal({ width: 4, height: 3, thumbhash: Uint8Array.of(1) });
    expect([photo, thumb]).to.deep.equal([
      { name: put[0], sha256: 'aa', size: 3, type: 'image/jpeg' },
      { name: put[1], sha256: 'bb', size: 3, type: 'image/webp' },
    ]);
    expect(described.map(({ kind, seq }) => [kind, seq])).to.deep.equal([
      ['describe', 7],
      ['describe', 9],
    ]);
    expect(emit).to.have.length(2);
    expect(publish).to.have.length(2);
    expect(emit?.[0]).to.have.nested.property('data.kind', 'edit');
    expect(emit?.[0]).to.have.nested.property('item', 0);
  });

  it('refuses what is no photo, and what a scanner knows to be harmful, and tells the messages that', async () => {
    for (const bad of [{ found: new Failure('invalid', 'is no image') }, { clean: false }]) {
      const { handle, settled, described } = stage({ ...bad, named: [7] });
      expect((await handle()).items).to.deep.equal([{ reply: { state: 'refused' } }]);
      expect([settled.length, described.length]).to.deep.equal([0, 1]);
    }
  });

  it('keeps sounds, videos and files though nothing can be told of them, and does not look into files', async () => {
    for (const kind of ['audio', 'voice', 'video'] as const) {
      const { handle, settled } = stage({ media: { kind }, found: new Failure('invalid', 'is no sound') });
      expect((await handle()).items).to.deep.equal([{ reply: { state: 'ready' } }]);
      expect(settled).to.deep.equal([{}]);
    }
    const { handle, settled } = stage({ media: { kind: 'file' }, found: { width: 4 } });
    await handle();
    expect(settled).to.deep.equal([{}]);
  });

  it('tries again later where the scanner, the decoder or the store is away', async () => {
    for (const away of ['clean', 'found'] as const) {
      const { handle, settled } = stage({ [away]: new Failure('unavailable', 'away') });
      expect((await failureOf(handle)).code).to.equal('unavailable');
      expect(settled).to.deep.equal([]);
    }
  });

  it('looks once, and tells once more what was found where it comes again', async () => {
    for (const state of ['ready', 'refused'] as const) {
      const { handle, settled, described } = stage({ media: { state }, named: [7] });
      expect((await handle()).items).to.deep.equal([{ reply: { state } }]);
      expect([settled.length, described.length]).to.deep.equal([0, 1]);
    }
    const { handle, described } = stage({ media: { state: 'gone' }, named: [7] });
    expect((await handle()).items).to.deep.equal([{ reply: { state: 'refused' } }]);
    expect(described).to.deep.equal([]);
  });

  it('describes all messages that name it, some hundred at a time', async () => {
    const named = Array.from({ length: 450 }, (_, n) => n + 1);
    const { handle, described } = stage({ media: { state: 'ready' }, named });
    expect((await handle()).emit).to.have.length(450);
    expect(described.map(({ seq }) => seq)).to.deep.equal(named);
  });
});
