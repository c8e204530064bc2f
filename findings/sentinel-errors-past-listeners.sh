#!/usr/bin/env bash
# ioredis 6.0.0 with Redis Sentinel 7.0 and `failoverDetector: true`: the application listens to 'error' of its client, so one would
# expect every trouble of that client to come there. The connections on which the detector listens to the sentinels are clients
# of their own that nobody outside can reach, and no listener is on them: when a sentinel goes away, each attempt to reach it
# again is written to stderr as `[ioredis] Unhandled error event`, raw text between an application's own lines, for ever, while
# the client itself is well and emits nothing.
# What to do: give `sentinelReconnectStrategy` a long backoff, which is what these attempts follow; keep logs that programs read
# off stderr; and do not take 'no error event' for 'all sentinels are there'.
# Needs redis-server, and uses ports that are free.
set -euo pipefail
command -v redis-server >/dev/null || { echo "SKIPPED: no redis-server"; exit 0; }
work=$(mktemp -d)
trap 'for pid in $(cat "$work"/*.pid 2>/dev/null); do kill "$pid" 2>/dev/null || true; done; rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts ioredis@6.0.0 >/dev/null
port() { node -e "const s=require('node:net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})"; }
answers() { for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.05; done; echo "nothing on $1"; exit 1; }
master=$(port)
redis-server --port "$master" --bind 127.0.0.1 --save '' >/dev/null & echo $! >master.pid; answers "$master"
for n in 1 2; do
  at=$(port); echo "$at" >"at$n"
  printf 'port %s\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 %s 2\n' "$at" "$master" >"s$n.conf"
  redis-server "s$n.conf" --sentinel >/dev/null & echo $! >"s$n.pid"; answers "$at"
done
cat >try.mjs <<'JS'
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';

const [first, second, pid] = process.argv.slice(2).map(Number);
let written = 0;
// Where ioredis writes to when nobody listens.
console.error = text => { if (String(text).includes('Unhandled error event')) written += 1; };
let heard = 0;
const client = new Redis({
  sentinels: [first, second].map(port => ({ host: '127.0.0.1', port })),
  name: 'main',
  failoverDetector: true,
  sentinelReconnectStrategy: () => 200,
});
for (const event of ['error', 'sentinelError', 'close']) client.on(event, () => (heard += 1));
await once(client, 'failoverSubscribed');
process.kill(pid, 'SIGKILL');
for (const end = Date.now() + 10_000; written < 3 && Date.now() < end; ) await pause(50);
console.log(`the client answers ${await client.ping()}, its listeners heard ${heard}, on stderr: ${written >= 3 ? '3 and more' : written}`);
process.exit();
JS
seen=$(node try.mjs "$(cat at1)" "$(cat at2)" "$(cat s2.pid)")
printf '%s\n' "ioredis $(node -p "require('ioredis/package.json').version"), one of two sentinels killed:" "$seen"
[ "$seen" = 'the client answers PONG, its listeners heard 0, on stderr: 3 and more' ]
