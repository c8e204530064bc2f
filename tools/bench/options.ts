/** What the command line asks for. */
import { parseArgs } from 'node:util';
import type { Length } from './bench-case.js';

export interface Options {
  readonly quick: boolean;
  /** What promises cost, instead of how we stand beside peers. */
  readonly costs: boolean;
  /** Throughput against latency at rising rates, instead of the cases. */
  readonly curve: boolean;
  /** Names of cases; undefined means all. */
  readonly only: readonly string[] | undefined;
  readonly rounds: number;
  readonly length: Length;
  /** The folder of ejabberd's kit. */
  readonly ejabberd: string | undefined;
  readonly client: 'raw' | 'plain';
  /** The binary of Node whose starts are measured. */
  readonly node: string;
  /** The folder of an older build, which is then the peer of every case that can have it. */
  readonly against: string | undefined;
  /** Whether the peer is what is written by hand, of every case that can have it. */
  readonly pipeline: boolean;
  /** Where our processes put profiles of their CPU time, if anywhere. */
  readonly profile: string | undefined;
  /** Where the results go. */
  readonly out: string;
}

export const USAGE = `usage: npm run bench -- [--quick] [--costs|--curve] [--only CASE,…] [--rounds N] [--seconds N] [--out FOLDER]
                      [--ejabberd FOLDER] [--against FOLDER|--pipeline] [--client raw|plain] [--node FILE] [--profile FOLDER]
  --costs      what promises cost, each switched off in turn, instead of the cases beside peers
  --curve      latency at rising rates until a side no longer keeps up, as figures and as a picture (SVG)
  --ejabberd   the kit with run.sh and load.mjs of the peer ejabberd; default: $BENCH_EJABBERD
  --against    an older build in a folder of its own, as the peer of the cases in which ours can be any build
  --pipeline   the same promises written by hand on the same servers, as the peer of the cases that can have it
  --client     the load client of the chat cases: lean, or plain socket.io-client
  --node       the binary of Node for cold starts, which is best the Dockerfiles'; default: $BENCH_NODE, or this one
  --profile    our images write CPU profiles there, which are summed up at the end; figures suffer

PostgreSQL is a server of the bench's own, as it is by default, unless $DSN names another one.`;

const QUICK: Length = { warmS: 1, seconds: 2, scale: 0.1 };
const CURVE: Length = { warmS: 1, seconds: 4, scale: 1 };
const FULL: Length = { warmS: 2, seconds: 8, scale: 1 };

/** Throws an Error in words for whoever typed it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      costs: { type: 'boolean', default: false },
      curve: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      out: { type: 'string', default: 'bench-results' },
      profile: { type: 'string' },
      against: { type: 'string' },
      pipeline: { type: 'boolean', default: false },
      ejabberd: { type: 'string' },
      client: { type: 'string', default: 'raw' },
      node: { type: 'string' },
    },
  });
  const { quick, costs, curve, client, pipeline } = values;
  if (curve && (costs || values.only !== undefined)) throw new Error('--curve stands by itself');
  if (pipeline && values.against !== undefined) throw new Error('--pipeline and --against name one peer each');
  if (client !== 'raw' && client !== 'plain') throw new Error('--client wants raw or plain');
  const length = quick ? QUICK : curve ? CURVE : FULL;
  return {
    ...{ quick, costs, curve, client, pipeline },
    only: values.only?.split(',').map(name => name.trim()),
    rounds: whole('rounds', values.rounds) ?? (quick ? 1 : 3),
    length: { ...length, seconds: whole('seconds', values.seconds) ?? length.seconds },
    ejabberd: values.ejabberd ?? process.env.BENCH_EJABBERD,
    node: values.node ?? process.env.BENCH_NODE ?? process.execPath,
    profile: values.profile,
    against: values.against,
    out: values.out,
  };
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} wants a whole number above 0`);
  return value;
}
