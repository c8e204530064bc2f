/** One request over and over on many connections, each waiting for its answer before it asks again. Every answer is looked at. */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type CpuUse, countCpu } from '../measure/cpu.js';
import { latencies } from '../measure/latencies.js';
import type { Watched } from '../measure/processes.js';
import { worker } from './worker.js';

export interface HttpPlan {
  readonly port: number;
  /** All of it, as it goes over the wire. */
  readonly request: string;
  /** What the body of each answer must contain. */
  readonly expected: string;
  readonly connections: number;
  readonly warmS: number;
  readonly seconds: number;
  readonly watched: Watched;
}

export interface HttpResult {
  readonly cpu: CpuUse;
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
}

worker<HttpPlan, HttpResult>(async plan => {
  const request = Buffer.from(plan.request, 'latin1');
  const times = latencies();
  let [measuring, requests] = [false, 0];
  const broken: string[] = [];

  function line(): void {
    const socket = connect({ port: plan.port, host: '127.0.0.1', noDelay: true });
    let [text, asked] = ['', 0];
    const ask = (): void => {
      asked = performance.now();
      socket.write(request);
    };
    socket.setEncoding('latin1');
    socket.once('connect', ask);
    socket.on('error', error => broken.push(error.message));
    socket.on('data', (chunk: string) => {
      text += chunk;
      const body = bodyOf(text);
      if (body === undefined) return;
      if (!text.startsWith('HTTP/1.1 200') || !body.includes(plan.expected)) broken.push(text);
      if (measuring) requests++;
      if (measuring) times.add(performance.now() - asked);
      text = '';
      if (broken.length === 0) ask();
    });
  }
  for (let each = 0; each < plan.connections; each++) line();

  await pause(plan.warmS * 1_000);
  const count = countCpu({ ...plan.watched, client: [{ pid: process.pid }] });
  measuring = true;
  await pause(plan.seconds * 1_000);
  measuring = false;
  const cpu = count();
  if (broken[0] !== undefined) throw new Error(`a wrong answer: ${broken[0]}`);
  return { cpu, requests, p50: times.percentile(0.5), p99: times.percentile(0.99) };
});

/** Once all of it is there; of a chunked one, with the chunks' sizes in between. An answer without either is broken. */
function bodyOf(text: string): string | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const body = text.slice(end + 4);
  if (/\r\ntransfer-encoding: chunked/i.test(head)) return body.endsWith('0\r\n\r\n') ? body : undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  return length === undefined || body.length >= Number(length) ? body : undefined;
}
