/** What a function failed with. Anything but a Failure is a defect and fails the test as it is. */
import { Failure } from '../../runtime/contract/failure.js';

export async function failureOf(run: () => unknown): Promise<Failure> {
  let outcome: unknown;
  try {
    outcome = await run();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error(`expected a Failure, got ${JSON.stringify(outcome)}`);
}
