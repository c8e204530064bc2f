/** The port to what knows harmful files. */
import type { InspectedFile } from './inspector.js';

/**
 * Judges files.
 *
 * @example
 * const trusting: FileScanner = { isClean: async () => true };
 */
export interface FileScanner {
  /** False where it is known to be harmful. Rejects with Failure `unavailable` where nobody judges just now. */
  isClean(file: InspectedFile): Promise<boolean>;
}
