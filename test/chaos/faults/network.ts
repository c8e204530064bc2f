/** Lines that are cut, carry nothing, or are slow: between an image and a server, or between clients and a gateway. */
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
  lines: (world: World) => readonly Line[],
  lasts: readonly [number, number],
  breaks: Break,
): Fault => ({
  name,
  parts,
  lasts,
  async inject(world, random) {
    const line = random.pick(lines(world));
    breaks(line);
    return async () => line.proxy.mend();
  },
});

const SERVERS = ['rabbitmq', 'redis', 'postgres'] as const;

const between = SERVERS.flatMap(server => {
  const lines = (world: World) => world.lines.filter(({ name }) => name.endsWith(server));
  return [
    broken(`cut-${server}-line`, [server], lines, [100, 5_000], cut),
    broken(`stall-${server}-line`, [server], lines, [3_000, 12_000], stall),
    broken(`slow-${server}-line`, [server], lines, [3_000, 8_000], slow),
  ];
});

const entrances = ({ entrances: lines }: World) => lines;

export const NETWORK_FAULTS: readonly Fault[] = [
  ...between,
  broken('cut-clients', ['clients'], entrances, [50, 3_000], cut),
  broken('stall-clients', ['clients'], entrances, [3_000, 12_000], stall),
  broken('slow-clients', ['clients'], entrances, [3_000, 8_000], slow),
];
