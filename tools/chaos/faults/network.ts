/**
 * Lines that are cut, carry nothing, or are slow: of one process or all of an image to a server, or of clients to a
 * gateway.
 */
import type { Random } from '../random.js';
import { IMAGES } from '../world/fleet.js';
import type { Line } from '../world/lines.js';
import type { World } from '../world/world.js';
import type { Fault, Part } from './fault.js';

type Break = ({ proxy }: Line) => void;

const cut: Break = ({ proxy }) => proxy.cut();
const stall: Break = ({ proxy }) => proxy.stall();
const slow: Break = ({ proxy }) => proxy.slow(150);

const broken = (
  name: string,
  parts: readonly Part[],
  pick: (world: World, random: Random) => readonly Line[],
  lasts: readonly [number, number],
  breaks: Break,
): Fault => ({
  name,
  parts,
  lasts,
  async inject(world, random) {
    const lines = pick(world, random);
    for (const line of lines) breaks(line);
    return async () => {
      for (const { proxy } of lines) proxy.mend();
    };
  },
});

const between = (['rabbitmq', 'redis', 'postgres'] as const).flatMap(server => {
  const pick = ({ lines, fleet }: World, random: Random) => {
    const members = random.chance(0.5) ? [random.pick(fleet.members)] : fleet.of(random.pick(IMAGES));
    const names = members.map(({ name }) => `${name}-${server}`);
    return lines.filter(({ name }) => names.includes(name));
  };
  return [
    broken(`cut-${server}-line`, [server], pick, [100, 5_000], cut),
    broken(`stall-${server}-line`, [server], pick, [3_000, 12_000], stall),
    broken(`slow-${server}-line`, [server], pick, [3_000, 8_000], slow),
  ];
});

const entrance = ({ entrances }: World, random: Random) => [random.pick(entrances)];

/** Of a device, so that the server has to hold what it would not read, until it gives up. */
const overwhelmed: Fault = {
  name: 'unread-clients',
  parts: ['clients'],
  lasts: [6_000, 40_000],
  async inject({ chatting }, random) {
    const listen = chatting.overwhelm(random);
    return async () => listen();
  },
};

export const NETWORK_FAULTS: readonly Fault[] = [
  ...between,
  broken('cut-clients', ['clients'], entrance, [50, 3_000], cut),
  broken('stall-clients', ['clients'], entrance, [3_000, 12_000], stall),
  broken('slow-clients', ['clients'], entrance, [3_000, 8_000], slow),
  overwhelmed,
];
