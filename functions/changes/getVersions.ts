/** What a message said before it was edited. */
import { Failure } from 'function-runtime';
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { Place, Version } from '../domain/change.js';
import { RATES } from '../domain/limits.js';
import { strictObject } from '../domain/text.js';

export const getVersions = single({
  name: 'getVersions',
  access: 'insider',
  needs: ['changes'],
  limits: [RATES.read],
  summary:
    'Returns what a message said and says now, the oldest first, where the chat keeps that; as many of the newest as come to 1 MiB.',
  input: strictObject(Place),
  output: { ok: Type.Object({ versions: Type.Array(Version) }) },
  refuses: ['not_found'],
  async handle({ ports, caller }, { data }) {
    const versions = await ports.changes.versions(data, callerOf({ caller }).userId);
    if (!versions) throw new Failure('not_found', 'no versions of this message are kept');
    return { reply: { versions } };
  },
});
