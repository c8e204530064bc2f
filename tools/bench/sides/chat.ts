/** Our side of the cases in which people write to each other, on the real servers, every message checked afterwards. */
import { randomBytes } from 'node:crypto';
import { queues } from '#functions/services/queues.js';
import type { Deployment } from '#support/deployment.js';
import { mulberry32 } from '#support/mulberry32.js';
import type { Env } from '#support/processes.js';
import type { Services } from '#support/services.js';
import type { Figures, Length, Side } from '../bench-case.js';
import type { ChatPlan, ChatResult } from '../load/chat-load.js';
import type { Flow } from '../load/traffic.js';
import { inProcess } from '../load/worker.js';
import { countBatches } from '../measure/batches.js';
import type { CpuUse } from '../measure/cpu.js';
import type { Watched } from '../measure/processes.js';
import type { Wire } from '../measure/received.js';
import { type Fleet, ONE_OF_EACH, watchedOf } from './fleet.js';
import { chats, type Person, people } from './population.js';
import { type Acknowledged, storageFaults } from './stored.js';

/** The same for ours and for the peer. */
export interface Talk {
  readonly chats: number;
  readonly members: number;
  /** Messages that each sender has in flight; there is one sender a chat. */
  readonly inFlight: number;
  /** Messages a second over all chats, instead of `inFlight`. */
  readonly rate?: number;
  /** On which gateway people are: each on the next one, or wherever a balancer happens to put them. */
  readonly seats?: 'in turn' | 'at random';
}

export const LOAD = new URL('../load/chat-load.js', import.meta.url);

/** What a gateway hears from Redis, replies and its own pings included. */
export const HEARD = 'Redis bytes/message by gateway';

/** How long processes that were just started talk before they are measured; several of a kind share what is said. */
const FRESH_S = { each: 8, most: 32 };

interface Variation {
  readonly name?: string;
  readonly fleet?: Fleet;
  /** Of an older build. */
  readonly folder?: string;
  readonly env?: Env;
  /** Where the gateways' Redis listens, to count what they hear from it. */
  readonly redisPort?: number;
  /** Done to the deployment before anybody connects. It is one of its own then. */
  readonly change?: (deployment: Deployment) => Promise<void>;
}

export function chatSide(talk: Talk, variation: Variation = {}): Side {
  const { name = 'ours', fleet = ONE_OF_EACH, folder, env, redisPort, change } = variation;
  return {
    name,
    async open(stage) {
      const lease = await stage.fleet(change ? { ...fleet } : fleet, folder, env);
      if ('missing' in lease) return lease;
      const { deployment } = lease;
      await change?.(deployment);
      const pidsOf = (image: string) => deployment.processes.filter(each => each.image === image);
      const storing = pidsOf('chat-svc').map(({ url }) => url);
      const gatewayPids = pidsOf('gateway').map(({ pid }) => pid);
      const place: Place = {
        ...(await populate(deployment, talk)),
        gateways: lease.gateways,
        watched: watchedOf(deployment),
        ...(redisPort !== undefined && { wire: { port: redisPort, pids: gatewayPids } }),
      };
      const round = async (length: Pick<Length, 'warmS' | 'seconds'>): Promise<Figures> => {
        const batchSize = await countBatches(storing, queues.messages.name);
        const { values, ...rest } = await talkAt(place, talk, length, stage.options.client);
        return { ...rest, values: { ...values, 'messages/batch': await batchSize() } };
      };
      // Processes that run for days have their code compiled, as the peer's is from the start.
      const freshS = Math.min(FRESH_S.each * Math.max(...Object.values(fleet)), FRESH_S.most);
      const warmS = freshS * stage.options.length.scale;
      if (lease.fresh) await round({ warmS: 0, seconds: warmS });
      return { round, close: lease.close };
    },
  };
}

/** Who talks, and where. */
export interface Place {
  readonly services: Services;
  /** Where what is acknowledged is stored. */
  readonly schema?: string;
  readonly gateways: readonly string[];
  readonly everybody: readonly Person[];
  /** Each with the next so many of everybody. */
  readonly chatIds: readonly string[];
  readonly watched: Watched;
  readonly wire?: Wire;
}

export async function populate(
  deployment: Deployment,
  talk: Talk,
): Promise<Pick<Place, 'services' | 'everybody' | 'chatIds'>> {
  const services = deployment.services!;
  const everybody = await people(deployment, talk.chats * talk.members);
  const memberships = Array.from({ length: talk.chats }, (_, chat) =>
    everybody.slice(chat * talk.members, (chat + 1) * talk.members),
  );
  return { services, everybody, chatIds: await chats(services, memberships) };
}

/** One round; rejects when something was not as promised. */
export async function talkAt(
  { services, schema, gateways, everybody, chatIds, watched, wire }: Place,
  talk: Talk,
  { warmS, seconds }: Pick<Length, 'warmS' | 'seconds'>,
  client: ChatPlan['client'],
): Promise<Figures> {
  const tag = `t${randomBytes(4).toString('hex')}`;
  const chance = mulberry32(1);
  const { inFlight, rate } = talk;
  const result = await inProcess<ChatPlan, ChatResult>(LOAD, {
    ...{ gateways, client, tokens: everybody.map(({ token }) => token), tag, inFlight },
    flows: chatIds.map((chatId, at) => flowOf(chatId, at, talk)),
    ...(rate !== undefined && { rate }),
    ...(talk.seats === 'at random' && { seats: everybody.map(() => Math.floor(chance() * gateways.length)) }),
    ...(wire && { wire }),
    ...{ warmS, seconds, watched },
  });
  const acknowledged = result.seqs.map((seqs, number): Acknowledged => {
    return { chatId: chatIds[number]!, prefix: `${tag}.${number}`, seqs };
  });
  const faults = [...result.faults, ...(await storageFaults(services, acknowledged, schema))];
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const { values, ...rest } = figuresOf(result, talk);
  const { wireBytes, acknowledged: messages } = result;
  const heard = wireBytes === undefined ? {} : { [HEARD]: wireBytes / messages / gateways.length };
  return { ...rest, values: { ...values, ...heard } };
}

/** In a pair the other one receives; in a room everybody does, the sender too. */
export function flowOf(chatId: string, chat: number, { members }: Talk): Flow {
  const all = Array.from({ length: members }, (_, member) => chat * members + member);
  return { chatId, sender: all[0]!, receivers: members === 2 ? all.slice(1) : all };
}

export function figuresOf(result: ChatResult, talk: Talk): Figures {
  const { cpu, acknowledged, delivered, ackMs, arrivalMs, lastArrivalMs } = result;
  const pairs = talk.members === 2;
  const work = pairs ? acknowledged : delivered;
  const unit = pairs ? 'message' : 'delivery';
  return {
    values: {
      'messages/s': acknowledged / cpu.seconds,
      'deliveries/s': delivered / cpu.seconds,
      [`server CPU µs/${unit}`]: sumOf(cpu, name => name !== 'client') / work,
      [`own processes' CPU µs/${unit}`]: sumOf(cpu, name => name in ONE_OF_EACH) / work,
      'ack p50 ms': ackMs.p50,
      'ack p99 ms': ackMs.p99,
      'arrival p50 ms': arrivalMs.p50,
      'arrival p99 ms': arrivalMs.p99,
      'last arrival p99 ms': lastArrivalMs.p99,
      'received bytes/delivery': result.receivedBytes / delivered,
    },
    cpu: Object.fromEntries(Object.entries(cpu.us).map(([name, us]) => [name, us / work])),
    otherCores: cpu.otherCores,
  };
}

const sumOf = ({ us }: CpuUse, isMeant: (name: string) => boolean): number =>
  Object.entries(us).reduce((sum, [name, time]) => (isMeant(name) ? sum + time : sum), 0);
