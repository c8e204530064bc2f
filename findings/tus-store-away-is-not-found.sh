#!/usr/bin/env bash
# @tus/s3-store 2.0.7 with @tus/server 2.4.5: while the S3 server cannot be reached, a question how far an upload is answers 404, as
# if there had never been one. Clients take that at its word, begin a new upload from the first byte, and leave the other one behind,
# where 5xx would have had them wait. Every fault of the store is taken for a missing object, whatever it was.
# What to do: ask the store for something that is certainly there, its bucket, before an upload is said to be gone.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tus/server@2.4.5 @tus/s3-store@2.0.7 >/dev/null
cat >try.mjs <<'JS'
import { S3Store } from '@tus/s3-store';
import { Server } from '@tus/server';

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
// Nobody listens there.
const s3ClientConfig = { bucket: 'media', region: 'here', endpoint: 'http://127.0.0.1:9', forcePathStyle: true, credentials };
const server = new Server({ path: '/files', datastore: new S3Store({ s3ClientConfig }) });
const headers = { 'Tus-Resumable': '1.0.0' };
const answer = await server.handleWeb(new Request('http://here/files/7', { method: 'HEAD', headers }));
console.log(`HEAD while the store is away: ${answer.status}`);
const made = await server.handleWeb(new Request('http://here/files', { method: 'POST', headers: { ...headers, 'Upload-Length': '1' } }));
console.log(`POST while the store is away: ${made.status}`);
JS
seen=$(node try.mjs 2>/dev/null)
printf '%s\n' "@tus/s3-store 2.0.7, @tus/server 2.4.5 on Node $(node --version)" "$seen"
grep -q '^HEAD while the store is away: 404$' <<<"$seen" && grep -q '^POST while the store is away: 500$' <<<"$seen"
