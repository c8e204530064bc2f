/** The ports of looking into media, which only the service needs that does so. */
import type { FileScanner, Opening, PortFactories, Resources } from 'function-runtime';
import { inspectionStore } from '../stores/inspections.js';
import type { Settings } from './settings.js';

/** Where no scanner is named, nothing is scanned. */
const TRUSTING: FileScanner = { isClean: async () => true };

export const inspectionPorts = (
  { sql }: Resources,
  { config: { settings }, log, register }: Opening<Settings>,
): PortFactories => ({
  inspections: async () => inspectionStore(await sql()),
  async inspector() {
    const { mediaInspector } = await import('function-runtime/drivers/media/inspector');
    const inspector = mediaInspector(log);
    register({ name: 'media-inspector', state: () => 'up', close: inspector.close });
    return inspector;
  },
  async scanner() {
    if (settings.scanUrl === undefined) return TRUSTING;
    return (await import('function-runtime/drivers/scanner')).httpScanner(settings.scanUrl);
  },
});
