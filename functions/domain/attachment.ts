/** Files in messages: as a client names them, and as everybody is told of them. */

import type { Output } from 'function-runtime';
import Type from 'typebox';
import { MediaId, text } from './text.js';

export const MOST_MEDIA = 10;

export const MediaKind = Type.Union(
  [Type.Literal('photo'), Type.Literal('video'), Type.Literal('audio'), Type.Literal('voice'), Type.Literal('file')],
  { examples: ['photo'] },
);
export type MediaKind = Output<typeof MediaKind>;

const Pixels = Type.Integer({ minimum: 1, examples: [1_280] });
const base64 = (maxLength: number, example: string, description: string) =>
  Type.String({ maxLength, pattern: '^[A-Za-z0-9+/]*={0,2}$', description, examples: [example] });

/** What is not known yet, or does not apply, is absent: it comes later, as a change of the message. */
export const Media = Type.Object(
  {
    id: MediaId,
    kind: MediaKind,
    type: Type.String({
      maxLength: 255,
      description: 'As its bytes are, whatever was declared',
      examples: ['image/jpeg'],
    }),
    size: Type.Integer({ minimum: 0, description: 'In bytes', examples: [204_800] }),
    filename: Type.Optional(text(1, 255, { examples: ['wall.jpg'] })),
    width: Type.Optional(Pixels),
    height: Type.Optional(Pixels),
    durationMs: Type.Optional(Type.Integer({ minimum: 0, examples: [1_200] })),
    waveform: Type.Optional(
      base64(136, 'AAwfHwwA', 'How loud it is, from beginning to end: at most 100 bytes, each 0…31'),
    ),
    thumbhash: Type.Optional(
      base64(64, '1QcSHQRnh493V4dIh4eXh1h4kJUI', 'Stands for the picture until that is there: see ThumbHash'),
    ),
    thumb: Type.Optional(Type.Literal(true, { description: 'There is a small picture of it' })),
  },
  { title: 'Media' },
);
export type Media = Output<typeof Media>;

export const MediaList = Type.Array(Media, { maxItems: MOST_MEDIA });

/** As a client gives them, of its own uploads. */
export const GivenMedia = Type.Array(MediaId, {
  maxItems: MOST_MEDIA,
  uniqueItems: true,
  description: "The caller's own uploads, finished; each at most once",
});

/** What a file is when it is asked for a message. */
export interface FoundMedia {
  readonly ownerId: string;
  readonly state: 'uploading' | 'uploaded' | 'ready' | 'refused' | 'gone';
  readonly told: Media;
}

export interface Unattachable {
  readonly code: 'invalid' | 'conflict';
  readonly why: string;
}

export const UNKNOWN_MEDIA: Unattachable = { code: 'invalid', why: 'is no media of yours' };
export const UNFINISHED_MEDIA: Unattachable = { code: 'conflict', why: 'this upload is not finished' };

/** Whether it may be shown to whoever sees what names it. */
export const isWhole = (media: FoundMedia | undefined): media is FoundMedia =>
  media?.state === 'uploaded' || media?.state === 'ready';

/** Why the user cannot put it into a message; undefined where they can. */
export function unattachable(media: FoundMedia | undefined, userId: string): Unattachable | undefined {
  if (media?.ownerId === userId && media.state === 'uploading') return UNFINISHED_MEDIA;
  return isWhole(media) && media.ownerId === userId ? undefined : UNKNOWN_MEDIA;
}

const idsOf = (media: readonly Media[] = []): readonly string[] => media.map(({ id }) => id);

/** Whether these are named already, in this order. */
export const names = (media: readonly Media[] | undefined, ids: readonly string[]): boolean =>
  idsOf(media).join() === ids.join();
