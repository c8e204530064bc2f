/** Frames on their way to the kernel, over a stream that says how it was written to. */
import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect } from 'chai';
import { Traffic } from '#runtime/drivers/socketio/traffic.js';
import { WebSockets } from '#runtime/drivers/socketio/websockets.js';

/** Takes what is written in calls; once it is full, each waits for `take`. */
function stream(full = false) {
  const calls: string[] = [];
  let take = () => {};
  const duplex = new Duplex({
    ...{ read() {}, highWaterMark: 100 },
    writev(chunks, done) {
      calls.push(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)).toString('latin1'));
      if (full && calls.length > 1) take = done;
      else done();
    },
  });
  return { duplex, calls, take: () => take() };
}

function upgraded(duplex: Duplex) {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, {
    method: 'GET',
    headers: {
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    },
  });
  return new Promise<{ send: (text: string, done?: () => void) => void }>(resolve =>
    new WebSockets({ noServer: true }).handleUpgrade(request, duplex, Buffer.alloc(0), resolve),
  );
}

const turn = () => new Promise(resolve => setImmediate(() => setImmediate(resolve)));

describe('socket.io driver', () => {
  describe('WebSockets', () => {
    it('write what one turn of the event loop sends in one call, in its order', async () => {
      const { duplex, calls } = stream();
      const client = await upgraded(duplex);
      await turn();
      const before = calls.length;
      const done: string[] = [];
      for (const text of ['one', 'two', 'three']) client.send(text, () => done.push(text));
      expect(done).to.deep.equal(['one', 'two', 'three']);
      await turn();
      expect(calls.slice(before)).to.deep.equal(['\x81\x03one\x81\x03two\x81\x05three']);
    });

    it('put texts of any length into one frame, and the same one for every client', async () => {
      const [ann, bob] = [stream(), stream()];
      const clients = [await upgraded(ann.duplex), await upgraded(bob.duplex)];
      const heads: [text: string, head: string][] = [
        ['', '\x81\0'],
        ['a'.repeat(125), '\x81\x7d'],
        ['a'.repeat(126), '\x81\x7e\0\x7e'],
        ['é'.repeat(63), '\x81\x7e\0\x7e'],
        ['a'.repeat(65_535), '\x81\x7e\xff\xff'],
        ['a'.repeat(65_536), '\x81\x7f\0\0\0\0\0\x01\0\0'],
      ];
      for (const [text, head] of heads) {
        await turn();
        for (const client of clients) client.send(text);
        await turn();
        const frame = head + Buffer.from(text).toString('latin1');
        expect([ann.calls.at(-1), bob.calls.at(-1)]).to.deep.equal([frame, frame]);
      }
    });

    it('let a sender wait for a client that does not read', async () => {
      const { duplex, calls, take } = stream(true);
      const client = await upgraded(duplex);
      let waits = 0;
      let written = 0;
      client.send('a'.repeat(120), () => written++);
      client.send('b', () => waits++);
      await turn();
      expect({ written, waits }).to.deep.equal({ written: 1, waits: 0 });
      expect(calls).to.have.length(2);
      const drained = once(duplex, 'drain');
      take();
      await drained;
      expect(waits).to.equal(1);
    });

    it('take nobody for a client that does not read at the first look', () => {
      const traffic = new Traffic('', () => {}, 1_000);
      const socket = new Socket();
      traffic.stream = socket;
      socket.cork();
      traffic.created(1);
      traffic.flushed();
      // The head of a frame is longer than what is in it.
      socket.write('\x81\x01x');
      expect(traffic.unreadFor(1_500)).to.equal(0);
      expect(traffic.unreadFor(9_000)).to.equal(7_500);
      socket.destroy();
    });

    it('count anew when a client that had read all of it does not read the next', () => {
      const traffic = new Traffic('', () => {}, 1_000);
      traffic.created(100);
      expect(traffic.unreadFor(1_500)).to.equal(0);
      expect(traffic.unreadFor(2_500)).to.equal(1_000);
      traffic.flushed();
      expect(traffic.unreadFor(3_500)).to.equal(0);
      traffic.created(1);
      expect(traffic.unreadFor(90_500)).to.equal(0);
      expect(traffic.unreadFor(91_500)).to.equal(1_000);
    });
  });
});
