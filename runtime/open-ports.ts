/** The ports of a service: of those that its product can make, the ones that its functions and its guard need. */
import type { Service } from './contract/service.js';
import type { PortFactories } from './entrypoint.js';

/** Made together. Rejects when a function needs a port that there is none of. */
export async function openPorts(
  service: Service,
  factories: PortFactories,
): Promise<Readonly<Record<string, unknown>>> {
  const { bindings, guard } = service;
  const needs = new Set([...bindings.flatMap(({ fn }) => fn.needs as string[]), ...(guard?.needs ?? [])]);
  const ports = [...needs].map(async name => {
    const open = factories[name];
    if (!open) throw new Error(`${service.name} has no port ${name}, which a function of it needs`);
    return [name, await open()] as const;
  });
  return Object.fromEntries(await Promise.all(ports));
}
