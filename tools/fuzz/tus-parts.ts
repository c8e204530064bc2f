/** What requests about files say: lengths, offsets, metadata, checksums and ranges, good ones and such that programs stumble over. */
import type { Choices } from './choices.js';
import { NAMES, TEXTS } from './hostile.js';
import type { Random } from './random.js';

const NUMBERS = [
  '0',
  '1',
  '7',
  '300',
  '999',
  '1000',
  '1001',
  '-1',
  '-0',
  '+5',
  '1e3',
  '1.5',
  '0x1',
  '',
  ' ',
  'NaN',
  '１',
];
const HUGE = ['9007199254740993', '99999999999999999999', `1${'0'.repeat(400)}`];
const CHECKSUMS = [`sha256 ${'A'.repeat(43)}=`, 'sha256 AA==', 'sha256', 'md5 AA==', 'sha256 %%%', ' ', 'sha256  AA=='];
const OTHER_VERSIONS = ['0.2.2', '', '1.0.0, 1.0.0'];

export const numberOf = (random: Random): string =>
  random.chance(0.1) ? random.pick(HUGE) : random.chance(0.5) ? `${random.int(1_002)}` : random.pick(NUMBERS);

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Now and then not base64, of another charset, twice, or with too much around it. */
export function metadataOf({ clientId, text }: Choices, random: Random): string {
  const value = (good: string): string => {
    const die = random.next();
    if (die < 0.7) return base64(good);
    if (die < 0.8) return base64(random.pick(TEXTS));
    if (die < 0.85) return Buffer.from([0xff, 0xfe, random.int(256)]).toString('base64');
    return random.pick(['', '%', '=', 'ZmlsZQ', 'ZmlsZQ== ZmlsZQ==', `${'A'.repeat(4_000)}`, 'x y z']);
  };
  const pairs = [
    `clientId ${value(clientId())}`,
    `filename ${value(text())}`,
    `filetype ${value('text/plain')}`,
    `kind ${value(random.pick(['file', 'photo', 'voice', 'other']))}`,
    `${random.pick(NAMES)} ${value(text())}`,
  ].filter(() => random.chance(0.7));
  if (random.chance(0.1)) pairs.push(...pairs);
  return pairs.join(random.pick([',', ',', ',', ', ', ',,', ';']));
}

export const tusHeaders = (random: Random): Record<string, string> => ({
  'tus-resumable': random.chance(0.05) ? random.pick(OTHER_VERSIONS) : '1.0.0',
  ...(random.chance(0.1) && { 'upload-checksum': random.pick(CHECKSUMS) }),
  ...(random.chance(0.03) && { 'upload-concat': random.pick(['partial', 'final;/v1/uploads/a', '']) }),
  ...(random.chance(0.05) && { 'upload-length': numberOf(random) }),
});

export function rangeOf(random: Random): string {
  const [one, other] = [numberOf(random), numberOf(random)];
  const range = random.pick([
    `${one}-${other}`,
    `${one}-`,
    `-${other}`,
    '-',
    `${one}`,
    `${one}-${other},${other}-${one}`,
  ]);
  const unit = random.chance(0.9) ? 'bytes' : random.pick(['items', '', 'BYTES', 'bytes=bytes']);
  return `${unit}=${random.chance(0.03) ? Array.from({ length: 1_000 }, () => range).join(',') : range}`;
}

/** Of what there is, or not. */
export const conditionOf = (random: Random): Record<string, string> => ({
  ...(random.chance(0.2) && { 'if-range': random.pick(['"a"', 'W/"a"', '*', 'Thu, 01 Jan 1970 00:00:00 GMT', 'x']) }),
  ...(random.chance(0.1) && { 'if-none-match': random.pick(['*', '"a", "b"', `${'"a",'.repeat(900)}`, '"']) }),
});
