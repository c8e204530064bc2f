#!/usr/bin/env bash
# tus-js-client 4.3.1 with @tus/server 2.4.5: a client that is told to send a file in parallel parts asks for the extension
# concatenation, which the server answers with 501 where its store has none, and none of its own stores has. One would expect the
# client to give up, or to send the file in one: 501 says that it never will be. It takes every 5xx for something that passes, and
# asks again for each part after each delay, and then for each part of that: one small file is hundreds of requests before it fails.
# What to do: answer 400, which it takes for final, and leave parallelUploads at 1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tus/server@2.4.5 @tus/file-store@2.1.1 tus-js-client@4.3.1 >/dev/null
cat >try.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import { Upload } from 'tus-js-client';

const tus = new Server({ path: '/files', datastore: new FileStore({ directory: './files' }) });
async function asked(answer) {
  const statuses = [];
  const server = createServer((request, response) => {
    response.once('finish', () => statuses.push(response.statusCode));
    answer(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const endpoint = `http://127.0.0.1:${server.address().port}/files`;
  const outcome = await new Promise(resolve => {
    const options = { endpoint, parallelUploads: 4, retryDelays: [0, 10, 10, 10, 10, 10, 10] };
    new Upload(Buffer.alloc(1000), { ...options, onSuccess: () => resolve('done'), onError: () => resolve('failed') }).start();
  });
  server.close();
  server.closeAllConnections();
  return `${outcome} after ${statuses.length} requests, answered ${[...new Set(statuses)]}`;
}
console.log(`by the server: ${await asked((request, response) => tus.handle(request, response))}`);
console.log(`with 400:      ${await asked((_request, response) => response.writeHead(400).end())}`);
JS
seen=$(node try.mjs 2>/dev/null)
printf '%s\n' "tus-js-client 4.3.1, @tus/server 2.4.5 on Node $(node --version), four parts and seven delays" "$seen"
own=$(sed -n 's/^by the server: failed after \([0-9]*\) requests, answered 501$/\1/p' <<<"$seen")
final=$(sed -n 's/^with 400: *failed after \([0-9]*\) requests, answered 400$/\1/p' <<<"$seen")
[ "${own:-0}" -ge 12 ] && [ "${final:-99}" -le 4 ]
