/** Where files are kept. */
import { join } from 'node:path';
import type { Config } from 'function-runtime';
import type { Settings } from './settings.js';

/** `standalone`: it may be among what the process keeps anyway. Undefined where nothing says where. */
export const mediaFolder = (
  { settings, dataDir }: Pick<Config<Settings>, 'settings' | 'dataDir'>,
  { standalone = false } = {},
): string | undefined => settings.mediaDir ?? (standalone ? join(dataDir, 'media') : undefined);
