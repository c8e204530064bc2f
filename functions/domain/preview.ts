/** What a page says of itself, as it is shown below a message that leads there. Words only: a picture is asked for nowhere. */
import type { Output } from 'function-runtime';
import Type from 'typebox';
import { text } from './text.js';

/** In code points. */
export const LONGEST = { title: 200, description: 400, siteName: 80 } as const;

export const Preview = Type.Object(
  {
    url: text(1, 2_048, { description: 'The first link of the message', examples: ['https://example.org/'] }),
    title: Type.Optional(text(1, LONGEST.title, { examples: ['Example'] })),
    description: Type.Optional(text(1, LONGEST.description, { examples: ['An example of a page.'] })),
    siteName: Type.Optional(text(1, LONGEST.siteName, { examples: ['example.org'] })),
  },
  { title: 'Preview', description: 'What the page says of itself to which the first link leads' },
);
export type Preview = Output<typeof Preview>;
