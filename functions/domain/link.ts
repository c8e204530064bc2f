/** Links to media, as they are told. */
import Type from 'typebox';
import { Time, text } from './text.js';

/** Stands for a real one in the API's documents. */
export const SAMPLE_TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIwMTk5In0.c2lnbmF0dXJl';

/** On the server that answers. */
export const urlOf = (token: string): string => `/v1/media/links/${token}`;

export const LinkToken = text(1, 1_000, { description: 'Of a link', examples: [SAMPLE_TOKEN] });

export const MediaLink = Type.Object(
  {
    url: Type.String({ description: 'On the server that answered', examples: [urlOf(SAMPLE_TOKEN)] }),
    expiresAt: Time,
  },
  { title: 'MediaLink' },
);
