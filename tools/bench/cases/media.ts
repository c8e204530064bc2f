import type { Case, Goal } from '../bench-case.js';
import { nginxFiles, ourFiles } from '../sides/files.js';

const AS_FAST_AS = 0.7;
const goals: readonly Goal[] = ['down 1', 'down 8', 'up 1', 'up 8'].map(what => ({
  ...{ of: `${what} at a time: MB/s`, as: 'ratio' as const, atLeast: AS_FAST_AS },
}));

export const media: Case = {
  name: 'media',
  summary:
    'Files got and put by curl: one of 512 MiB, and eight of 64 MiB at a time, in a folder of the system’s for temporary files (TMPDIR)',
  unit: 'MB',
  ours: ourFiles(),
  peer: nginxFiles,
  older: ourFiles,
  goals,
  fullOnly: true,
};
