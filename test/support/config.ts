/** The configuration as a program of Mini-Telegram reads it. */
import { pathToFileURL } from 'node:url';
import { product } from '#functions/entrypoints/main.js';
import { configOf } from '#runtime/start.js';

const { programs, settings, migrations, load } = product(pathToFileURL('./'));

export const readConfig = (program: string, env: NodeJS.ProcessEnv) =>
  configOf({ programs, settings, load, ...(migrations && { migrations }) }, program, env).config;
