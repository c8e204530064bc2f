/**
 * People who write to each other: each flow is one sender in one chat, with so many messages in flight, or all flows
 * together at a fixed rate. A place in flight is free again when the message is acknowledged and has reached everybody.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { bytesRead, type CpuUse } from '../measure/cpu.js';
import type { Latencies } from '../measure/latencies.js';
import { bytesReceived, type Wire } from '../measure/received.js';
import { connectAll } from './connect-all.js';
import { measured, type Span } from './measured.js';
import { pace } from './pace.js';
import { connectPlain } from './plain-device.js';
import { connectRaw } from './raw-device.js';
import { BODY, type Flow, trackTraffic } from './traffic.js';
import { worker } from './worker.js';

export interface ChatPlan extends Span {
  readonly gateways: readonly string[];
  readonly client: 'raw' | 'plain';
  /** Of the people. */
  readonly tokens: readonly string[];
  /** The gateway of each person, by its number; each on the next one when left out. */
  readonly seats?: readonly number[];
  /** What came over it is counted as well. */
  readonly wire?: Wire;
  readonly flows: readonly Flow[];
  readonly tag: string;
  readonly inFlight: number;
  /** Messages a second of all flows together, instead of `inFlight`. */
  readonly rate?: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export interface ChatResult {
  readonly cpu: CpuUse;
  /** In the measured time. */
  readonly acknowledged: number;
  /** Over all connections, answers included. */
  readonly receivedBytes: number;
  /** Over the plan's wire. */
  readonly wireBytes?: number;
  readonly delivered: number;
  readonly ackMs: Percentiles;
  readonly arrivalMs: Percentiles;
  /** When the last of the receivers has it. */
  readonly lastArrivalMs: Percentiles;
  /** See `Traffic`. */
  readonly seqs: readonly (readonly number[])[];
  readonly faults: readonly string[];
}

const LAST_ANSWERS_MS = 10_000;

worker<ChatPlan, ChatResult>(async plan => {
  const { gateways, tokens, seats, flows, inFlight, rate, wire } = plan;
  const traffic = trackTraffic(flows, plan.tag);
  const devices = await connectAll(plan.client === 'raw' ? connectRaw : connectPlain, gateways, tokens, seats);
  for (const [person, device] of devices.entries()) {
    device.onEvent = (event, data) => void (event === 'message:new' && traffic.arrives(person, data));
    device.onLost = reason => traffic.fault(`person ${person} lost the connection: ${reason}`);
  }
  const send = (number: number): void => {
    const { clientId, answered } = traffic.leaves(number);
    const { sender, chatId } = flows[number]!;
    devices[sender]!.ask('message:send', { chatId, clientId, body: BODY }, answered);
  };
  const stop = rate === undefined ? fill() : pace(rate, count => send(count % flows.length));

  function fill(): () => void {
    traffic.onFinished = send;
    for (const number of flows.keys()) for (let each = 0; each < inFlight; each++) send(number);
    return () => {
      traffic.onFinished = () => {};
    };
  }

  let receivedBytes = 0;
  let wireBytes = 0;
  const cpu = await measured(plan, on => {
    receivedBytes = bytesRead(process.pid) - receivedBytes;
    if (wire) wireBytes = bytesReceived(wire) - wireBytes;
    traffic.measure(on);
  });
  stop();
  for (const began = Date.now(); traffic.unfinished() > 0 && Date.now() - began < LAST_ANSWERS_MS; ) await pause(20);
  const left = traffic.unfinished();
  if (left > 0) traffic.fault(`${left} messages were not acknowledged, or did not reach everybody`);
  for (const device of devices) device.close();

  const { counts, times, seqs, faults } = traffic;
  return {
    ...{ cpu, ...counts, receivedBytes, seqs, faults },
    ...(wire && { wireBytes }),
    ackMs: percentiles(times.ack),
    arrivalMs: percentiles(times.arrival),
    lastArrivalMs: percentiles(times.lastArrival),
  };
});

const percentiles = (of: Latencies): Percentiles => ({ p50: of.percentile(0.5), p99: of.percentile(0.99) });
