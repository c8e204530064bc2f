/** Work in a process of its own: a plan goes in, a result comes out, both as JSON, and the process ends. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

const WITHIN_MS = 120_000;

/** Runs the file with the plan. Rejects with what it threw, or when it ends or stays without a result. */
export async function inProcess<Plan, Result>(file: URL, plan: Plan): Promise<Result> {
  const child = fork(file, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const end = () => void child.kill('SIGKILL');
  const late = setTimeout(end, WITHIN_MS);
  process.once('exit', end);
  try {
    child.send({ plan });
    const [answer] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code, signal]) => [{ failure: `${file.pathname} ended with ${code ?? signal}` }]),
    ])) as [{ result: Result } | { failure: string }];
    if ('failure' in answer) throw new Error(answer.failure);
    return answer.result;
  } finally {
    clearTimeout(late);
    end();
    process.removeListener('exit', end);
  }
}

/** The other end: does the work that it is sent, once. */
export function worker<Plan, Result>(work: (plan: Plan) => Promise<Result>): void {
  process.once('disconnect', () => process.exit());
  process.once('message', async ({ plan }: { plan: Plan }) => {
    const answer = await work(plan).then(
      result => ({ result }),
      (error: Error) => ({ failure: error.stack ?? String(error) }),
    );
    process.send?.(answer);
  });
}
