import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { expect } from 'chai';
import { start } from '#runtime/knative.js';
import { ask } from './ask.js';
import { answers, type Hosted, host, launch, until } from './hosted.js';

/** Says when it is called, answers when it is told to. */
const WAITING = `
  exports.handle = () => new Promise(resolve => {
    process.send('called');
    process.once('message', () => resolve('answered'));
  });
  exports.shutdown = async () => {
    await new Promise(resolve => setTimeout(resolve, 20));
    console.log('shut down');
  };
`;

describe('The life of a hosted function', () => {
  const hosts: Hosted[] = [];
  const kept = async (hosted: Promise<Hosted>) => {
    hosts.push(await hosted);
    return hosted;
  };
  afterEach(() => Promise.all(hosts.splice(0).map(hosted => hosted.dispose())));

  it('waits for init before it listens', async () => {
    const { port } = await kept(
      host(`
        let state = 'not ready';
        exports.init = () => new Promise(resolve => setTimeout(() => resolve(state = 'ready'), 50));
        exports.handle = () => state;
      `),
    );
    expect((await ask(port)).body).to.equal('ready');
  });

  it('keeps an idle connection for longer than a load balancer does, and says so', async () => {
    const hosted = await kept(host('module.exports = () => 1;'));
    const socket = connect(hosted.port, '127.0.0.1');
    let heard = '';
    let ended = false;
    socket.on('data', (bytes: Buffer) => (heard += bytes)).on('close', () => (ended = true));
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await until(
      'an answer',
      () => heard.includes('keep-alive: timeout=65') || heard.includes('Keep-Alive: timeout=65'),
    );
    // Node's own time is five seconds.
    const idle = Date.now() + 6_500;
    await until('it was idle', () => ended || Date.now() > idle);
    expect(ended).to.equal(false);
    socket.destroy();
  });

  it('does not start when init fails', async () => {
    const source = `exports.init = async () => { throw new Error('no database'); }; exports.handle = () => 1;`;
    const hosted = await kept(launch({ files: { 'index.cjs': source }, args: ['index.cjs', '--port', '0'] }));
    expect(await hosted.exited).to.equal(1);
    expect(hosted.output()).to.include('no database');
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`finishes what is in flight after ${signal}, then shuts down, then exits with 0`, async () => {
      const { port, child, exited, output } = await kept(host(WAITING));
      const called = once(child, 'message');
      const answer = ask(port);
      await called;
      child.kill(signal);
      await until('no more connections', async () => !(await answers(port)));
      expect(child.exitCode).to.equal(null);
      expect(output()).to.equal('');
      child.send('go on');
      expect((await answer).body).to.equal('answered');
      expect(await exited).to.equal(0);
      expect(output()).to.equal('shut down\n');
    });
  }

  it('is not held up by connections that are kept alive', async () => {
    const { port, child, exited } = await kept(host('module.exports = () => "x"'));
    const agent = new Agent({ keepAlive: true });
    const request = get({ port, host: '127.0.0.1', agent });
    const [response] = await once(request, 'response');
    await once(response.resume(), 'end');
    child.kill('SIGTERM');
    expect(await exited).to.equal(0);
    agent.destroy();
  });

  it('gives up when the grace is over', async () => {
    const { port, child, exited, output } = await kept(host(WAITING, { env: () => ({ SHUTDOWN_GRACE_MS: '100' }) }));
    const called = once(child, 'message');
    const answer = ask(port).catch(error => error.code);
    await called;
    child.kill('SIGTERM');
    expect(await exited).to.equal(1);
    expect(await answer).to.equal('ECONNRESET');
    expect(output()).to.include('not done within 100 ms');
  });

  it('ends at once on a second signal', async () => {
    const { port, child, exited } = await kept(host(WAITING));
    const called = once(child, 'message');
    const answer = ask(port).catch(error => error.code);
    await called;
    child.kill('SIGTERM');
    await until('no more connections', async () => !(await answers(port)));
    child.kill('SIGTERM');
    expect(await exited).to.equal(1);
    expect(await answer).to.equal('ECONNRESET');
  });

  it('exits with 1 when shutdown fails, and says why', async () => {
    const source = `exports.handle = () => 1; exports.shutdown = () => { throw new Error('stuck'); };`;
    const { child, exited, output } = await kept(host(source));
    child.kill('SIGTERM');
    expect(await exited).to.equal(1);
    expect(output()).to.include('stuck');
  });

  it('refuses what has no handler with a TypeError', async () => {
    for (const nothing of [{}, { handle: 5 }, undefined, null, 'text']) {
      const error = await start(nothing as never).catch(thrown => thrown);
      expect(error).to.be.instanceOf(TypeError);
      expect(error.message).to.equal('Function must export a handle function');
    }
  });

  it('rejects when the port is taken, and when an option is wrong', async () => {
    const server = await start(() => 'x', { port: 0 });
    const { port } = server.address() as AddressInfo;
    expect((await start(() => 'x', { port }).catch(error => error)).code).to.equal('EADDRINUSE');
    for (const options of [{ port: -1 }, { port: 'x' }, { bodyLimit: 'lots' }, { logLevel: 'loud' }])
      expect(await start(() => 'x', options as never).catch(error => error)).to.be.instanceOf(Error);
    server.close();
  });

  it('leaves its options alone, calls hooks as methods, and goes with its server', async () => {
    const signals = process.listenerCount('SIGTERM');
    const options = Object.freeze({ port: 0, logLevel: 'silent' as const });
    const module = {
      greeting: 'none',
      async init() {
        this.greeting = 'hello';
      },
      cors() {
        return [this.greeting];
      },
      handle: () => module.greeting,
    };
    const server = await start(module, options);
    const { body, headers } = await ask((server.address() as AddressInfo).port, { headers: { origin: 'hello' } });
    expect([body, headers['access-control-allow-origin']]).to.deep.equal(['hello', 'hello']);
    expect(process.listenerCount('SIGTERM')).to.equal(signals + 1);
    await new Promise(resolve => server.close(resolve));
    expect(process.listenerCount('SIGTERM')).to.equal(signals);
  });
});
