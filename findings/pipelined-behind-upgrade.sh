#!/usr/bin/env bash
# Node.js 20.20.2 and 24.22.3, node:http: a server without a listener for 'upgrade' answers a request with `Upgrade:` as the
# plain request that it also is, as documented and as RFC 9110, 7.8 allows. One would expect the connection to go on as after
# any other request (RFC 9112, 9.3.2: pipelined requests are answered in order). But what the same segment has behind that
# request is dropped without an error: a request that was pipelined is never answered, and the connection stays open, so the
# answer to a later one comes in the place of the missing one.
# On 24 it is the same where `shouldUpgradeCallback` declines the upgrade.
# What to do: answer such a request with `Connection: close`, so that the client sends the rest again, or listen for 'upgrade'
# and hand the connection, with `head`, to where it is parsed anew.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >try.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const [declines] = process.argv.slice(2);
const options = declines ? { shouldUpgradeCallback: () => false } : {};
const server = createServer(options, ({ url }, response) => response.end(`answer to ${url}\n`));
if (declines) server.on('upgrade', (_, socket) => socket.destroy());
await once(server.listen(0, '127.0.0.1'), 'listening');

const request = (path, headers = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
const upgrade = 'Connection: Upgrade\r\nUpgrade: h2c\r\n';
async function answers(...packets) {
  const client = connect(server.address().port, '127.0.0.1');
  let got = '';
  client.setEncoding('utf8').on('data', text => (got += text));
  for (const packet of packets) {
    client.write(packet);
    await pause(500);
  }
  client.destroy();
  return (got.match(/answer to \S+/g) ?? []).map(each => each.slice('answer to '.length)).join(' ');
}
console.log(`plain:   ${await answers(request('/1') + request('/2') + request('/3'), request('/4'))}`);
console.log(`upgrade: ${await answers(request('/1') + request('/2', upgrade) + request('/3'), request('/4'))}`);
server.close();
JS
npm init -y >/dev/null
machine=$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
npm install --silent --no-audit --no-fund --ignore-scripts \
  "node20@npm:node-linux-$machine@20.20.2" "node24@npm:node-linux-$machine@24.22.3" >/dev/null
so=0
try() { # PACKAGE [declines]
  local node=node_modules/$1/bin/node seen
  seen=$("$node" try.mjs "${@:2}")
  printf '%s\n' "Node.js $("$node" --version)${2:+, shouldUpgradeCallback declines}" "$seen"
  [ "$seen" = $'plain:   /1 /2 /3 /4\nupgrade: /1 /2 /4' ] || so=1
}
try node20
try node24
try node24 declines
exit "$so"
