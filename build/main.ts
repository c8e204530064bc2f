/** `npm run bundle -- IMAGE [FOLDER]`: gathers the files of an image, in `dist/images/IMAGE` unless told otherwise. */
import { BUNDLED, bundle } from './bundle.js';

const [name = '', folder = `dist/images/${name}`] = process.argv.slice(2);
const image = BUNDLED.find(each => each === name);
if (!image) {
  process.stderr.write(`IMAGE: must be one of ${BUNDLED.join(', ')}\n`);
  process.exit(64);
}
const { packages } = await bundle(image, folder);
const kB = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
const all = [...packages.values()].reduce((sum, size) => sum + size, 0);
const largest = [...packages].slice(0, 8).map(([each, size]) => `${each} ${kB(size)}`);
process.stdout.write(`${image} in ${folder}: ${packages.size} packages, ${kB(all)}; ${largest.join(', ')}\n`);
