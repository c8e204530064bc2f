/** What is still held: V8 collects whatever is not, when its inspector asks for that. */
import { Session } from 'node:inspector/promises';
import { eventually } from './eventually.js';

/** Resolves when nothing holds it any more. */
export async function isLetGo(what: string, held: WeakRef<object>): Promise<void> {
  const session = new Session();
  session.connect();
  try {
    const collected = async () => {
      await session.post('HeapProfiler.collectGarbage');
      return held.deref() === undefined;
    };
    await eventually(`${what} is let go`, collected, { within: 5_000 });
  } finally {
    session.disconnect();
  }
}
