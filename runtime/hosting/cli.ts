#!/usr/bin/env node
/** Hosts the function in a file: `cli.js FILE [--port N] [--log-level LEVEL] [--include-raw] [--bodyLimit BYTES]`. */
import { parseArgs } from 'node:util';
import { bytes, integer, withEnvironment } from './config.js';
import { loadFunction } from './load-function.js';
import { start } from './start.js';
import type { FunctionModule, InvokerOptions, LogLevel } from './types.js';

const USAGE = 'usage: cli.js FILE [--port N] [--log-level LEVEL] [--include-raw] [--bodyLimit BYTES]';

function read(args: string[]): { file: string; flags: InvokerOptions } {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      'log-level': { type: 'string' },
      'include-raw': { type: 'boolean' },
      bodyLimit: { type: 'string' },
    },
  });
  const [file] = positionals;
  if (file === undefined) throw new TypeError(USAGE);
  const { port, 'log-level': logLevel, 'include-raw': includeRaw, bodyLimit } = values;
  return {
    file,
    flags: {
      ...(port === undefined ? {} : { port: integer('--port', port, 65_535) }),
      ...(logLevel === undefined ? {} : { logLevel: logLevel as LogLevel }),
      ...(includeRaw === undefined ? {} : { includeRaw }),
      ...(bodyLimit === undefined ? {} : { bodyLimit: bytes(bodyLimit) }),
    },
  };
}

try {
  const { file, flags } = read(process.argv.slice(2));
  await start((await loadFunction(file)) as FunctionModule, withEnvironment(flags));
} catch (error) {
  console.error(`⛔ ${error}`);
  process.exit(1);
}
