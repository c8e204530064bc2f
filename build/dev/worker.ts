/**
 * The process that `npm run dev` runs the image in: `node dist/build/dev/worker.js all`. It has loaded the packages by
 * the time that it is wanted, loads our code when it is told to, and starts when the one before it is gone.
 */

export type Order =
  | { readonly packages: readonly string[] }
  | { readonly load: readonly string[] }
  | { readonly run: string };

/** What came of `load`: null, or what was thrown. */
export type Loaded = { readonly failure: string | null };

async function load(names: readonly string[]): Promise<void> {
  for (const name of names) await import(name);
}

async function obey(order: Order): Promise<void> {
  // A package that is not there is told of by who imports it.
  if ('packages' in order) await load(order.packages).catch(() => undefined);
  else if ('run' in order) await import(order.run);
  else {
    const failure = await load(order.load).then(
      () => null,
      (thrown: Error) => thrown.stack ?? String(thrown),
    );
    process.send?.({ failure } satisfies Loaded);
  }
}

// One after the other: Node's loader has been seen to wait for ever for modules that several imports load at once.
let obeyed = Promise.resolve();
process.on('message', (order: Order) => {
  obeyed = obeyed.then(() => obey(order));
});
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
