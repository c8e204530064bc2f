/** Photos and thumbnails, by libvips. */
import sharp, { type Metadata, type Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { JobRefused } from '../confined/work.js';

/** Of all frames together. */
export const MOST_PIXELS = 50_000_000;
const THUMBNAIL = 320;
/** What `rgbaToThumbHash` takes. */
const HASHED = 100;
const QUALITY = 90;
/** Of large images WebP is made with less effort: it takes a second for each few megapixels. */
const LARGE_PIXELS = 4_000_000;
const THUMB_QUALITY = 75;

// Formats that cameras, phones and browsers make. Others, text and documents among them, are read by none of ours.
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map(format => `VipsForeignLoad${format}Buffer`);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });
// Nothing is looked at twice.
sharp.cache(false);

export interface Made {
  readonly type: string;
  readonly bytes: Uint8Array;
}

interface Shown {
  readonly width: number;
  readonly height: number;
}

const open = (bytes: Uint8Array, animated = false): Sharp =>
  sharp(bytes, { animated, limitInputPixels: MOST_PIXELS, failOn: 'error', sequentialRead: true });

/** By its header alone. Throws JobRefused where there are too many pixels, or it is no image. */
async function measured(bytes: Uint8Array): Promise<Metadata & Shown> {
  if (bytes.length === 0) throw new JobRefused('is empty');
  const metadata = await sharp(bytes, { limitInputPixels: false }).metadata().catch(unreadable);
  const { width, height, pages = 1, orientation = 1 } = metadata;
  if (width * height * pages > MOST_PIXELS) throw new JobRefused(`has more than ${MOST_PIXELS / 1e6} megapixels`);
  return { ...metadata, ...(orientation > 4 ? { width: height, height: width } : { width, height }) };
}

const unreadable = (error: Error): never => {
  throw new JobRefused(`is no image that can be read (${error.message.split('\n')[0]})`);
};

/** 320 pixels at most on either side, never more than it has, the first frame, the right way up. */
export async function thumbnailOf(bytes: Uint8Array): Promise<Shown & { thumb: Made; thumbhash: Uint8Array }> {
  const { width, height } = await measured(bytes);
  const thumb = await open(bytes)
    .autoOrient()
    .resize(THUMBNAIL, THUMBNAIL, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: THUMB_QUALITY })
    .toBuffer()
    .catch(unreadable);
  const { data, info } = await sharp(thumb)
    .resize(HASHED, HASHED, { fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const thumbhash = rgbaToThumbHash(info.width, info.height, data);
  return { width, height, thumb: { type: 'image/webp', bytes: thumb }, thumbhash };
}

/**
 * The photo in its own format and without metadata. A JPEG keeps its orientation, of the others the pixels are turned; the
 * colour profile stays where the colours do. AVIF becomes JPEG, or WebP where it can be seen through.
 */
export async function cleaned(bytes: Uint8Array): Promise<Made> {
  const metadata = await measured(bytes);
  const { format, orientation = 1, space, hasAlpha, chromaSubsampling, width, height, pages = 1 } = metadata;
  const image = open(bytes, pages > 1 && (format === 'gif' || format === 'webp'));
  if (space !== 'cmyk') image.keepIccProfile();
  if (orientation !== 1 && format === 'jpeg') image.withExif({ IFD0: { Orientation: String(orientation) } });
  else if (orientation !== 1) image.autoOrient();
  const type = format === 'heif' ? (hasAlpha ? 'webp' : 'jpeg') : format;
  const made = await encoded(image, type, width * height * pages, chromaSubsampling)
    .toBuffer()
    .catch(unreadable);
  return { type: `image/${type}`, bytes: made };
}

function encoded(image: Sharp, type: string, pixels: number, chromaSubsampling = '4:2:0'): Sharp {
  switch (type) {
    case 'jpeg':
      return image.jpeg({
        quality: QUALITY,
        chromaSubsampling: chromaSubsampling === '4:4:4' ? '4:4:4' : '4:2:0',
      });
    case 'png':
      return image.png();
    case 'webp':
      return image.webp({ quality: QUALITY, effort: pixels > LARGE_PIXELS ? 1 : 4 });
    case 'gif':
      return image.gif();
    default:
      throw new JobRefused(`is an image of a kind that is not taken (${type})`);
  }
}
