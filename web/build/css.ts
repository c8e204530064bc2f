/** Leaves out of a style sheet what browsers do not need. It is not made to fit older ones. */
import { transform } from 'lightningcss';

export const minifiedCss = (text: string): string =>
  transform({ filename: 'style.css', code: Buffer.from(text), minify: true }).code.toString();
