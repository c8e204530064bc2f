/** One request over and over, by autocannon. Every answer is looked at. */
import autocannon from 'autocannon';
import { countCpu } from '../measure/cpu.js';
import type { AskPlan, AskResult } from './measured.js';
import { worker } from './worker.js';

interface HttpPlan extends AskPlan {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** It is posted; without one, the path is got. */
  readonly body?: string;
  /** What the body of each answer must contain. */
  readonly expected: string;
  readonly connections: number;
}

worker<HttpPlan, AskResult>(async ({ url, path, headers, body, expected, connections, ...span }) => {
  const ask = async (duration: number) => {
    const result = await autocannon({
      url: `${url}${path}`,
      ...{ headers: { ...headers }, connections, duration },
      ...(body !== undefined && { method: 'POST', body }),
      verifyBody: answer => String(answer).includes(expected),
    });
    const { non2xx, errors, mismatches } = result;
    if (non2xx + errors + mismatches > 0)
      throw new Error(`${non2xx} answers were refusals, ${mismatches} wrong, ${errors} did not come`);
    return result;
  };
  if (span.warmS > 0) await ask(span.warmS);
  const end = countCpu({ ...span.watched, client: [{ pid: process.pid }] });
  const { requests, latency } = await ask(span.seconds);
  return { cpu: end(), answers: requests.total, p50: latency.p50, p99: latency.p99 };
});
