/** Locks of tus on leases, so that one process at a time writes to an upload, and none that is dead keeps others from it. */
import { randomUUID } from 'node:crypto';
import type { Leases } from '../../contract/ports/uploads.js';

/** tus's own words for a lock. */
interface Lock {
  lock(stop: AbortSignal, requestRelease: () => void | Promise<void>): Promise<void>;
  unlock(): Promise<void>;
}

interface LeaseTimes {
  readonly leaseMs: number;
  readonly keepEveryMs: number;
  readonly askEveryMs: number;
  readonly waitMs: number;
}

export const LEASE_TIMES: LeaseTimes = { leaseMs: 6_000, keepEveryMs: 1_500, askEveryMs: 200, waitMs: 8_000 };

export class Locked extends Error {}

export interface HeldLock extends Lock {
  /** Whether it certainly is this one's still. */
  readonly held: boolean;
}

/** Makes locks. Who waits in the same process is heard at once, who waits elsewhere at the next renewal. */
export function leaseLocks(leases: Leases, times: LeaseTimes): (name: string) => HeldLock {
  const here = new Map<string, () => void>();

  return name => {
    const token = randomUUID();
    let until = 0;
    let renewals: NodeJS.Timeout | undefined;
    let release: (() => void) | undefined;

    async function take(): Promise<boolean> {
      const since = performance.now();
      if (!(await leases.take(name, token, times.leaseMs))) return false;
      until = since + times.leaseMs;
      return true;
    }

    async function keep(requestRelease: () => void): Promise<void> {
      const since = performance.now();
      const kept = await leases.keep(name, token, times.leaseMs).catch(() => undefined);
      if (kept === 'lost') until = 0;
      else if (kept) until = since + times.leaseMs;
      if (kept !== 'kept' && kept !== undefined) requestRelease();
    }

    return {
      get held() {
        return performance.now() < until;
      },
      async lock(stop, requestRelease) {
        const deadline = performance.now() + times.waitMs;
        while (!(await take())) {
          here.get(name)?.();
          if (stop.aborted || performance.now() > deadline) throw new Locked('somebody else goes on with this upload');
          await new Promise(resolve => setTimeout(resolve, times.askEveryMs));
        }
        release = () => void requestRelease();
        here.set(name, release);
        renewals = setInterval(() => void keep(release as () => void), times.keepEveryMs).unref();
      },
      async unlock() {
        clearInterval(renewals);
        if (here.get(name) === release) here.delete(name);
        until = 0;
        // It runs out by itself.
        await leases.release(name, token).catch(() => {});
      },
    };
  };
}

/** Is let go of again, and refused, where somebody else was here before. */
export const lockUnless = (lock: Lock, isLate: () => Promise<boolean>): Lock => ({
  unlock: () => lock.unlock(),
  async lock(...how) {
    await lock.lock(...how);
    try {
      if (await isLate()) throw new Locked('somebody else has begun this upload');
    } catch (thrown) {
      await lock.unlock();
      throw thrown;
    }
  },
});
