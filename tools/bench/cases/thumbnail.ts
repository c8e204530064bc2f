import type { Case } from '../bench-case.js';
import { thumbnailSide } from '../sides/thumbnail.js';

export const thumbnail: Case = {
  name: 'thumbnail',
  summary:
    'A thumbnail (WebP, 320 px) of a JPEG of 12 megapixels in a file, one after the other, by the inspector, which has a process of its own and finds its thumbhash as well',
  unit: 'photo',
  ours: thumbnailSide('ours', 'inspector'),
  peer: thumbnailSide('bare sharp', 'sharp'),
  goals: [{ of: 'ms/photo', as: 'ratio', atMost: 1.2 }],
  fullOnly: true,
};
