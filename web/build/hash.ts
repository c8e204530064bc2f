/** A name that is another one whenever the content is. */
import { createHash } from 'node:crypto';

export function hashed(name: string, content: string): string {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  return name.replace('.', `-${hash}.`);
}
