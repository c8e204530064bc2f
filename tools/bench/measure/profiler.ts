/**
 * Preloaded into a process: profiles its CPU time once it has started, and writes the profile when it exits. Node's own
 * option for that may not stand in NODE_OPTIONS.
 */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';

const STARTED_MS = 5_000;

const session = new Session();
session.connect();
session.post('Profiler.enable');
setTimeout(() => session.post('Profiler.start'), STARTED_MS).unref();

process.once('exit', () => {
  // Answers before it returns.
  session.post('Profiler.stop', (error, answer) => {
    if (error) throw error;
    const name = `${process.argv[2]}-${process.pid}.cpuprofile`;
    writeFileSync(join(process.env.BENCH_PROFILES ?? '.', name), JSON.stringify(answer.profile));
  });
});
