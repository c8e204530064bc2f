#!/usr/bin/env bash
# Socket.IO 4.8.4 on Engine.IO 6.6.12: the documentation (Memory usage) advises to free the request that a connection began with,
# by `delete socket.conn.request` or `io.engine.on('connection', rawSocket => { rawSocket.request = null })`. One would expect
# that the request, with all headers that a browser sent, is collected then. Over WebSocket it is not: Engine.IO listens for
# the end of the TCP connection for the sake of middlewares that wait for `close` of the response, and that listener holds
# the response, which holds the request, as long as the connection is open. Over long polling the advice works.
# What to do: in the same place, empty the request of what is large (`request.headers = {}; request.rawHeaders = []`).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >try.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Server } from 'socket.io';
import { io as connect } from 'socket.io-client';

const [transport, empties] = process.argv.slice(2);
const server = createServer();
const io = new Server(server);
const kept = { requests: [], headers: [] };
io.engine.on('connection', raw => {
  const { request } = raw;
  kept.requests.push(new WeakRef(request));
  kept.headers.push(new WeakRef(request.rawHeaders));
  raw.request = null;
  if (empties) request.rawHeaders = [];
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const url = `http://127.0.0.1:${server.address().port}`;
const clients = Array.from({ length: 10 }, () => connect(url, { transports: [transport], forceNew: true }));
await Promise.all(clients.map(client => once(client, 'connect')));
for (let look = 0; look < 5; look++) {
  await pause(100);
  globalThis.gc();
}
const left = list => list.filter(each => each.deref()).length;
console.log(`${transport}${empties ? ', emptied' : ''}: of 10 open connections ${left(kept.requests)} requests, ${left(kept.headers)} lists of headers`);
process.exit();
JS
npm init -y >/dev/null
npm install --silent --no-audit --no-fund socket.io@4.8.4 engine.io@6.6.12 socket.io-client@4.8.4 >/dev/null
echo "Node.js $(node --version), socket.io 4.8.4, engine.io 6.6.12"
seen=$(for how in "websocket" "websocket empties"; do node --expose-gc try.mjs $how; done)
printf '%s\n' "$seen"
[ "$seen" = "websocket: of 10 open connections 10 requests, 10 lists of headers
websocket, emptied: of 10 open connections 10 requests, 0 lists of headers" ]
