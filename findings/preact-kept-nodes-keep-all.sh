#!/usr/bin/env bash
# Preact 11.2.0: a virtual node that is given again in the next rendering is not looked into, as in React, so one would keep those
# of a list whose rows have not changed, and expect that what has left the list is let go. It never is: a node that is used again
# is cloned, and the one that was kept still names its parent in the rendering it was made for, with all that was in that, whose
# kept nodes name theirs. A list that is scrolled through keeps the props of every row that was ever in it.
# What to do: make new nodes each time, and have components compare their props (memo of preact/compat, or shouldComponentUpdate).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts preact@11.2.0 linkedom@0.18.12 >/dev/null
cat >try.mjs <<'JS'
import { setTimeout as pause } from 'node:timers/promises';
import { parseHTML } from 'linkedom';
import { h, render } from 'preact';
import { memo } from 'preact/compat';

globalThis.document = parseHTML('<!doctype html><body></body>').document;
const [ROWS, SHOWN] = [400, 10];
const Row = ({ data }) => h('li', null, data.text);

/** How many rows' data are in memory after so many renderings, each one row further, of a list that shows ten. */
async function held(rowsOf) {
  const data = Array.from({ length: ROWS + SHOWN }, (_, at) => ({ text: `row ${at}` }));
  const refs = data.map(each => new WeakRef(each));
  const box = document.createElement('div');
  const List = ({ first, items }) => h('ol', null, rowsOf(first, items));
  for (let first = 0; first <= ROWS; first++) {
    render(h(List, { first, items: data.slice(first, first + SHOWN) }), box);
    data[first] = undefined;
  }
  data.length = 0;
  for (let times = 0; times < 4; times++) {
    await pause(20);
    gc();
  }
  if (box.querySelectorAll('li').length !== SHOWN) throw new Error('not what was to be shown');
  return refs.filter(ref => ref.deref()).length;
}

const Memo = memo(Row);
let kept = new Map();
console.log(`nodes made anew:              ${await held((first, items) => items.map((data, at) => h(Row, { key: first + at, data })))}`);
console.log(`nodes made anew, memo:        ${await held((first, items) => items.map((data, at) => h(Memo, { key: first + at, data })))}`);
console.log(`nodes of the last rendering:  ${await held((first, items) => {
  const nodes = items.map((data, at) => [first + at, kept.get(first + at) ?? h(Row, { key: first + at, data })]);
  kept = new Map(nodes);
  return nodes.map(([, node]) => node);
})}`);
JS
seen=$(node --expose-gc try.mjs)
printf '%s\n' "preact 11.2.0 on Node $(node --version): of 410 rows, of which 10 are shown, so many are in memory" "$seen"
made=$(sed -n 's/^nodes made anew: *//p' <<<"$seen")
kept=$(sed -n 's/^nodes of the last rendering: *//p' <<<"$seen")
[ "$made" -le 20 ] && [ "$kept" -ge 400 ]
