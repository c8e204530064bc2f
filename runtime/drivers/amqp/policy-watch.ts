/**
 * Looks, soon after connecting and every so often, for what at the broker takes away from what queues promise: policies,
 * and copies that are missing. The management API tells of all; where it does not answer, a queue is made to try the
 * policies: with every connection, and now and then.
 */
import type { ChannelModel } from 'amqplib';
import type { Log } from '../../contract/function.js';
import { crowdOf, scarcityOf } from './copies.js';
import { managementOf, nodesTold, queuesTold } from './management.js';
import { harmOf } from './policies.js';
import { probePolicies } from './policy-probe.js';
import { messageOf } from './supervise.js';
import { deadLetterQueue } from './topology.js';

export interface PolicyWatchOptions {
  readonly urls: readonly string[];
  /** Where the management API is; undefined for beside the broker, `off` for not to be asked. */
  readonly managementUrl?: string | undefined;
  readonly log: Log;
  readonly connection: () => ChannelModel | undefined;
  /** The names of those that have been declared. */
  readonly queues: () => readonly string[];
}

/** What starts and ends at once, as a command or a test does, does not get to it. */
const FIRST_MS = 1_000;
const EVERY_MS = 15_000;
/** A probe is a queue that is made on all nodes, so it is rare, unless something is wrong that may be mended. */
const PROBE_MS = 10 * 60_000;
const PROBE_WHILE_HARMED_MS = 60_000;

export function watchPolicies({ urls, managementUrl, log, connection, queues }: PolicyWatchOptions) {
  let harm: readonly string[] = [];
  let probed: { readonly on: ChannelModel; readonly at: number } | undefined;
  let crowded = false;
  let stopped = false;
  let timer = setTimeout(look, FIRST_MS).unref();

  async function look(): Promise<void> {
    const live = connection();
    const names = queues();
    if (live && names.length > 0) {
      const found = (await ask(live, names)) ?? (await probe(live, names));
      if (found && !stopped) tell(found);
    }
    if (!stopped) timer = setTimeout(look, live && names.length > 0 ? EVERY_MS : FIRST_MS).unref();
  }

  async function ask(
    { connection: { serverProperties } }: ChannelModel,
    names: readonly string[],
  ): Promise<readonly string[] | undefined> {
    if (managementUrl === 'off') return undefined;
    const deadLetterQueues = new Set(names.map(deadLetterQueue));
    for (const url of urls) {
      try {
        const management = managementOf(url, managementUrl);
        const told = await queuesTold(management, [...names, ...deadLetterQueues]);
        const nodes = await nodesTold(management).catch(() => []);
        tellCrowd(crowdOf(told, nodes));
        const harm = harmOf(told, name => deadLetterQueues.has(name), String(serverProperties.version));
        return [...harm, ...scarcityOf(told, nodes)];
      } catch (error) {
        log.debug({ reason: messageOf(error) }, 'the management API does not tell of policies');
      }
    }
    return undefined;
  }

  async function probe(live: ChannelModel, [name = '']: readonly string[]): Promise<readonly string[] | undefined> {
    const since = performance.now() - (probed?.at ?? 0);
    if (probed?.on === live && since < (harm.length > 0 ? PROBE_WHILE_HARMED_MS : PROBE_MS)) return undefined;
    if (!probed)
      log.info({}, 'the management API of the broker does not tell of policies: they are looked for by trying');
    probed = { on: live, at: performance.now() };
    try {
      const found = await probePolicies(live, name);
      return found.map(key => `queues named as ${name}: a policy with ${key} ends messages that were confirmed`);
    } catch (error) {
      log.info({ reason: messageOf(error) }, 'whether policies harm the queues could not be tried');
      return undefined;
    }
  }

  function tell(found: readonly string[]): void {
    if (found.join() === harm.join()) return;
    if (found.length > 0) log.warn({ found }, 'the broker takes away from what is promised');
    else log.info({}, 'the broker takes nothing away from what is promised any more');
    harm = found;
  }

  /** Nothing that is promised depends on it. */
  function tellCrowd(leaders: Readonly<Record<string, number>> | undefined): void {
    if (leaders && !crowded) log.warn({ leaders }, 'one node leads most queues: rabbitmq-queues rebalance quorum');
    if (!leaders && crowded) log.info({}, 'the leaders of the queues are spread over the nodes');
    crowded = leaders !== undefined;
  }

  return {
    harm: (): readonly string[] => harm,
    stop(): void {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
