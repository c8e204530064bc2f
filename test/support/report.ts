/** When a test fails, what the processes said last is printed below it. */
import type { Deployment } from './deployment.js';

/** A crash prints the whole object that was thrown. */
const LINES = 100;
const WIDTH = 400;

export function showOnFailure(the: () => Pick<Deployment, 'processes'> | undefined): void {
  afterEach(function () {
    if (this.currentTest?.state !== 'failed') return;
    for (const { image, pid, output } of the()?.processes ?? []) {
      const lines = output().split('\n').slice(-LINES);
      console.error(`--- ${image} ${pid}, the last lines:\n${lines.map(line => line.slice(0, WIDTH)).join('\n')}`);
    }
  });
}
