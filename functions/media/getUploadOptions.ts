/** Tells what of tus there is. */
import { single } from '../define.js';
import { strictObject } from '../domain/text.js';

export const getUploadOptions = single({
  name: 'getUploadOptions',
  access: 'public',
  needs: ['uploads'],
  summary: 'Tells which version and extensions of tus there are, and how large a file may be.',
  input: strictObject({}),
  handle: ({ ports }) => ({ response: ports.uploads.options() }),
});
