/** A body as a function takes it: once, as it comes, and with an end only for whom may still do what they do. */
import { expect } from 'chai';
import type { ArrivingBody } from '#runtime/contract/bytes.js';
import type { Caller } from '#runtime/contract/caller.js';
import { Failure } from '#runtime/contract/failure.js';
import { bodyFor } from '#runtime/core/byte-body.js';
import { NOW } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';

const ann: Caller = { userId: 'ann', sessionId: 's', expiresAt: NOW };

async function* chunks() {
  yield Uint8Array.of(1, 2);
  yield Uint8Array.of(3);
}

const arriving = (more: Partial<ArrivingBody<Caller>> = {}) => ({ type: 'image/png', bytes: chunks(), ...more });
const nobodyAsks = () => expect.fail('somebody asks');

/** All of the bytes, and what ended them if it was no end. */
async function read(bytes: AsyncIterable<Uint8Array>): Promise<{ taken: number[]; failure: string }> {
  const taken: number[] = [];
  try {
    for await (const chunk of bytes) taken.push(...chunk);
    return { taken, failure: '' };
  } catch (thrown) {
    return { taken, failure: (thrown as Error).message };
  }
}

describe('a body of bytes', () => {
  it('is of the type and length that the client says, and of no length where it says none', () => {
    const { bytes: _, ...said } = bodyFor(arriving({ length: 0 }), nobodyAsks);
    expect(said).to.deep.equal({ type: 'image/png', length: 0 });
    expect(bodyFor(arriving(), nobodyAsks)).to.have.all.keys('type', 'bytes');
  });

  it('comes whole, and once', async () => {
    const { bytes } = bodyFor(arriving(), nobodyAsks);
    expect(await read(bytes)).to.deep.equal({ taken: [1, 2, 3], failure: '' });
    expect(await read(bytes)).to.deep.equal({ taken: [], failure: 'a body is read only once' });
  });

  it('ends for whoever calls by then, when they may', async () => {
    const asked: (Caller | undefined)[] = [];
    const mayStill = async (caller: Caller | undefined) => void asked.push(caller);
    const { bytes } = bodyFor(arriving({ callerAtEnd: async () => ann }), mayStill);
    expect(await read(bytes)).to.deep.equal({ taken: [1, 2, 3], failure: '' });
    expect(asked).to.deep.equal([ann]);
  });

  it('has no end for whom may not any more', async () => {
    const refuse = async () => {
      throw new Failure('forbidden', 'not any more');
    };
    const { bytes } = bodyFor(arriving({ callerAtEnd: async () => ann }), refuse);
    expect(await read(bytes)).to.deep.equal({ taken: [1, 2, 3], failure: 'not any more' });
    const signedOut = () => Promise.reject(new Failure('unauthorized', 'signed out'));
    const left = bodyFor(arriving({ callerAtEnd: signedOut }), nobodyAsks);
    expect(
      (
        await failureOf(async () => {
          for await (const _ of left.bytes);
        })
      ).code,
    ).to.equal('unauthorized');
  });
});
