/** The configuration as a entrypoint of Mini-Telegram reads it. */
import { pathToFileURL } from 'node:url';
import { product } from '#functions/entrypoints/main.js';
import { configOf } from '#runtime/start.js';

const { entrypoints, settings, migrations, load } = product(pathToFileURL('./'));

export const readConfig = (entrypoint: string, env: NodeJS.ProcessEnv) =>
  configOf({ entrypoints, settings, load, ...(migrations && { migrations }) }, entrypoint, env).config;
