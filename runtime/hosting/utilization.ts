/** How busy the machine is: CPU, memory, network. What the system does not tell is undefined. */
import { readFileSync } from 'node:fs';
import { cpus, freemem, totalmem } from 'node:os';

export interface Utilization {
  cpuPercent(): number;
  memoryMiB(): number;
  networkMiBps(): number | undefined;
}

const MIB = 1024 * 1024;

/** CPU and network are averages since the call before, or since the creation. */
export function utilization(): Utilization {
  let cpu = cpuTimes();
  let traffic = { bytes: networkBytes(), at: performance.now() };
  return {
    cpuPercent() {
      const before = cpu;
      cpu = cpuTimes();
      const total = cpu.total - before.total;
      return total === 0 ? 0 : (100 * (cpu.busy - before.busy)) / total;
    },
    memoryMiB: () => (totalmem() - freemem()) / MIB,
    networkMiBps() {
      const before = traffic;
      traffic = { bytes: networkBytes(), at: performance.now() };
      if (traffic.bytes === undefined || before.bytes === undefined) return undefined;
      return (traffic.bytes - before.bytes) / MIB / Math.max((traffic.at - before.at) / 1000, 1e-3);
    },
  };
}

function cpuTimes(): { busy: number; total: number } {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}

/** Received and sent on all interfaces but the loopback, where Linux keeps these numbers. */
function networkBytes(): number | undefined {
  try {
    return readFileSync('/proc/net/dev', 'utf8')
      .split('\n')
      .map(line => line.trim().split(/[:\s]+/))
      .filter(([name, received]) => name !== 'lo' && /^\d+$/.test(received ?? ''))
      .reduce((sum, fields) => sum + Number(fields[1]) + Number(fields[9]), 0);
  } catch {
    return undefined;
  }
}
