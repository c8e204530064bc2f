import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { countCpu } from '#tools/bench/measure/cpu.js';
import { listenerOn } from '#tools/bench/measure/processes.js';

/** Works until this process has used so much more CPU time. */
function burn(us: number): void {
  const before = process.cpuUsage();
  for (let used = 0; used < us; ) {
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
}

describe('CPU time by process', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('is what the operating system accounts to it, within its steps', () => {
    const count = countCpu({ me: [{ pid: process.pid }], nobody: [] });
    burn(200_000);
    const { us } = count();
    expect(us.me).to.be.at.least(180_000);
    expect(us.nobody).to.equal(0);
  });

  it('finds the process that listens on a port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(listenerOn(port)).to.equal(process.pid);
    server.close();
    await once(server, 'close');
    expect(listenerOn(port)).to.equal(undefined);
  });
});
