/** The Failure that a piece of work ends in; that it ends in one is part of the test. */
import { AssertionError } from 'chai';
import { Failure } from '#runtime/contract/failure.js';

export async function failureOf(work: () => unknown): Promise<Failure> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new AssertionError('expected a Failure, and there was none');
}
