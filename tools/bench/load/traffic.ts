/**
 * What is on its way: each message from its sending to its acknowledgement and its last arrival, how long that took,
 * and what was not as promised.
 */
import { type Latencies, latencies } from '../measure/latencies.js';
import type { Fields } from './device.js';

/** Of every message. */
export const BODY = 'x'.repeat(100);

export interface Flow {
  readonly chatId: string;
  /** Numbers of people; who receives may be the sender too. */
  readonly sender: number;
  readonly receivers: readonly number[];
}

export interface Traffic {
  /** A message of this flow leaves now. */
  leaves(number: number): { readonly clientId: string; answered(answer: Fields): void };
  /** A `message:new` came to this person. */
  arrives(person: number, data: Fields): void;
  /** Called with the flow when one of its messages is acknowledged and has reached everybody. */
  onFinished: (number: number) => void;
  /** Once on, once off: what happens in between counts. */
  measure(on: boolean): void;
  readonly counts: { acknowledged: number; delivered: number };
  readonly times: { readonly ack: Latencies; readonly arrival: Latencies; readonly lastArrival: Latencies };
  /** For each flow the seq that each of its messages was given: 0 accepted without one, -1 no answer. */
  readonly seqs: readonly number[][];
  unfinished(): number;
  /** What went wrong, in words; only the first of it. */
  readonly faults: string[];
  fault(what: string): void;
}

interface Sent {
  readonly at: number;
  acknowledged: boolean;
  left: number;
}

const MOST_FAULTS = 10;

/** `tag` begins the clientIds, so that messages of other rounds are told apart. */
export function trackTraffic(flows: readonly Flow[], tag: string): Traffic {
  const underWay: Map<number, Sent>[] = flows.map(() => new Map());
  const seen = new Map<string, number>();
  /** What is counted happens in this time; what is timed was sent in it, whenever it arrives. */
  let [from, until] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const counted = (now: number): boolean => from <= now && now < until;

  function finish(number: number, n: number, sent: Sent, now: number): void {
    if (!sent.acknowledged || sent.left > 0) return;
    underWay[number]!.delete(n);
    if (counted(sent.at)) traffic.times.lastArrival.add(now - sent.at);
    traffic.onFinished(number);
  }

  /** Every reader's stream has no holes and no turns. */
  function follow(person: number, chatId: string, seq: number): void {
    const key = `${person} ${chatId}`;
    const expected = (seen.get(key) ?? seq - 1) + 1;
    if (seq !== expected) traffic.fault(`seq ${seq} came to person ${person} where ${expected} was next`);
    seen.set(key, seq);
  }

  const traffic: Traffic = {
    leaves(number) {
      const n = traffic.seqs[number]!.push(-1) - 1;
      const sent: Sent = { at: performance.now(), acknowledged: false, left: flows[number]!.receivers.length };
      underWay[number]!.set(n, sent);
      const answered = (answer: Fields): void => {
        const now = performance.now();
        if (answer('ok') !== 'true') return void traffic.fault(`refused: ${answer('code')} ${answer('message')}`);
        sent.acknowledged = true;
        traffic.seqs[number]![n] = Number(answer('seq') ?? 0);
        if (counted(now)) traffic.counts.acknowledged++;
        if (counted(sent.at)) traffic.times.ack.add(now - sent.at);
        finish(number, n, sent, now);
      };
      return { clientId: `${tag}.${number}.${n}`, answered };
    },
    arrives(person, data) {
      const now = performance.now();
      const [mark, number, n] = (data('clientId') ?? '').split('.');
      const flow = flows[Number(number)];
      if (mark !== tag || !flow?.receivers.includes(person)) return;
      follow(person, flow.chatId, Number(data('seq')));
      const sent = underWay[Number(number)]!.get(Number(n));
      if (!sent || sent.left === 0) return void traffic.fault(`${data('clientId')} came once too often`);
      sent.left--;
      if (counted(now)) traffic.counts.delivered++;
      if (counted(sent.at)) traffic.times.arrival.add(now - sent.at);
      finish(Number(number), Number(n), sent, now);
    },
    onFinished: () => {},
    measure: on => {
      if (on) from = performance.now();
      else until = performance.now();
    },
    counts: { acknowledged: 0, delivered: 0 },
    times: { ack: latencies(), arrival: latencies(), lastArrival: latencies() },
    seqs: flows.map(() => []),
    unfinished: () => underWay.reduce((sum, { size }) => sum + size, 0),
    faults: [],
    fault: what => void (traffic.faults.length < MOST_FAULTS && traffic.faults.push(what)),
  };
  return traffic;
}
