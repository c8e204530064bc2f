/** When a test fails, what the processes said last is printed below it. */
import type { Deployment } from './deployment.js';

const LINES = 15;

export function showOnFailure(the: () => Pick<Deployment, 'processes'> | undefined): void {
  afterEach(function () {
    if (this.currentTest?.state !== 'failed') return;
    for (const { image, pid, output } of the()?.processes ?? []) {
      console.error(`--- ${image} ${pid}, the last lines:\n${output().split('\n').slice(-LINES).join('\n')}`);
    }
  });
}
