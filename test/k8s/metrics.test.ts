/** Dashboards and alerts name only what is really exported: ours by our processes, the rest by those named here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createMetrics } from '#runtime/core/metrics.js';
import { K8S } from './manifests.js';

/** Exported by RabbitMQ, by Kubernetes and by Prometheus itself. */
const FOREIGN = /^(rabbitmq_|kube_|container_|kubelet_|up$|ALERTS)/;

const FILES = ['dashboard.yaml', 'rules.yaml'];

/** What stands before a selector of labels in PromQL. */
function namesIn(file: string): string[] {
  const text = readFileSync(join(K8S, 'addons/monitoring', file), 'utf8');
  return [...text.matchAll(/\b([a-zA-Z_:][\w:]*)\{/g)].map(([, name]) => name!);
}

describe('the monitoring add-on', () => {
  for (const file of FILES) {
    it(`asks in ${file} for metrics that are there`, async () => {
      const metrics = createMetrics('test');
      metrics.watchSockets(() => 0);
      metrics.watchPool(() => ({ max: 0, used: 0, idle: 0, pending: 0 }));
      metrics.watchQueues(async () => []);
      const kinds = await metrics.registry.getMetricsAsJSON();
      const exported = kinds.flatMap(({ name, type }) =>
        String(type) === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      );
      const asked = namesIn(file).filter(name => !FOREIGN.test(name));
      expect(asked).not.to.be.empty;
      expect(asked.filter(name => !exported.includes(name))).to.deep.equal([]);
    });
  }
});
