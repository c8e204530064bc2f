#!/usr/bin/env bash
# mocha 11.7.4 (on glob 10.5.0): a quoted pattern whose only magic are braces, as 'test/{members,messages}.test.js', names no file,
# though glob itself finds both. mocha asks glob whether the pattern has magic before it expands it, and for glob braces alone
# are none (they are expanded into several plain paths) unless it is asked with `magicalBraces`. By itself such a pattern ends
# the run with 'No test files found'; beside another one that names something it only prints a warning, leaves its tests out, and
# the run ends with 0. One expects what a star in the same place does: 'test/{members,messages}*.test.js' runs both. The
# same goes for whatever hands patterns on to mocha's own look-up, as runners of mutation tests do: mutants then survive
# because the tests that would kill them are not run.
# What to do: leave braces to the shell (unquoted), name files one by one, or put a star into the pattern; and fail a run that ran fewer
# tests than it should.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts mocha@11.7.4 >/dev/null
mkdir test
for name in members messages others; do
  echo "it('$name are tested', () => {});" >"test/$name.test.js"
done
echo "mocha $(node -p "require('mocha/package.json').version"), glob $(node -p "require('glob/package.json').version"), $(node --version)"
node -p "'glob finds ' + JSON.stringify(require('glob').globSync('test/{members,messages}.test.js'))"
run() { code=0; said=$(npx mocha "$@" 2>&1) || code=$?; echo "--- mocha $* (exit code $code)"; echo "$said"; }
run 'test/{members,messages}.test.js'
alone=$code
run 'test/{members,messages}.test.js' test/others.test.js
beside=$code left=$(grep -c 'are tested' <<<"$said" || true)
run 'test/{members,messages}*.test.js'
starred=$(grep -c 'are tested' <<<"$said" || true)
[ "$alone" != 0 ] && [ "$beside" = 0 ] && [ "$left" = 1 ] && [ "$starred" = 2 ]
