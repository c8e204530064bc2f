/** Two bystanders who talk all the time and must not notice anything: every message is acknowledged and heard in time. */
import type { Deployment } from '#support/deployment.js';
import { directChat, send, signUp } from '#support/people.js';
import type { Message } from '#support/shapes.js';
import type { Findings } from './findings.js';

export interface Bystanders {
  /** Stops talking; says how many messages there were and how long the slowest acknowledgement took. */
  leave(): Promise<{ messages: number; slowestMs: number }>;
}

const EVERY_MS = 100;
/** As long as anybody else is waited for; how long it took at most is told at the end. */
const WITHIN_MS = 15_000;

export async function bystanders({ gateways: [one, two] }: Deployment, findings: Findings): Promise<Bystanders> {
  const [writer, listener] = await Promise.all([signUp(one, 'Writer'), signUp(two, 'Listener')]);
  const chat = await directChat(writer, listener);
  const [writes, listens] = await Promise.all([writer.connect(), listener.connect()]);
  const talks: Promise<void>[] = [];
  let slowestMs = 0;

  const talk = async (number: number): Promise<void> => {
    const started = Date.now();
    const body = `message ${number}`;
    try {
      const { status } = await send(writes, chat.id, body);
      const ms = Date.now() - started;
      slowestMs = Math.max(slowestMs, ms);
      if (ms > WITHIN_MS) findings.add('the bystanders waited', `${status} after ${ms} ms`);
      await listens.waitFor<Message>('message:new', message => message.body === body, WITHIN_MS);
    } catch (error) {
      findings.add('the bystanders were disturbed', String(error));
    }
  };
  const timer = setInterval(() => void talks.push(talk(talks.length)), EVERY_MS);
  return {
    async leave() {
      clearInterval(timer);
      await Promise.all(talks);
      writer.leave();
      listener.leave();
      return { messages: talks.length, slowestMs };
    },
  };
}
