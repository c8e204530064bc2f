/** The images' files, made as the Dockerfiles make them. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Env, Program } from '#support/processes.js';

const BUILD = fileURLToPath(new URL('../../../build/main.js', import.meta.url));

/** What the Dockerfiles set. */
export const IMAGE_ENV: Env = { NODE_ENV: 'production' };

/** By the Node that is to run it. */
export async function bundled(image: string, folder: string, node: string): Promise<Program> {
  await promisify(execFile)(node, [BUILD, image, folder]);
  return { node, main: join(folder, 'dist/runtime/main.js') };
}
