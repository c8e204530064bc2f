/** The client of an S3 store, with bounds on time and attempts. */
import { S3Client } from '@aws-sdk/client-s3';
import type { S3Place } from './s3-url.js';

const CONNECTS_WITHIN_MS = 5_000;
/** Without a byte either way. A copy of some gigabytes takes so long before the server says anything. */
const SILENT_FOR_MS = 60_000;
const ATTEMPTS = 3;
/** To one store, of one process. */
const CONNECTIONS = 64;

/**
 * Made when it is used; nothing is asked of the server before.
 *
 * @example
 * import { s3Client } from 'function-runtime/drivers/blobs/s3-client';
 * import { parseS3Url } from 'function-runtime/drivers/blobs/s3-url';
 *
 * const client = s3Client(parseS3Url('http://key:secret@127.0.0.1:9000/media'));
 */
export const s3Client = ({ client }: S3Place): S3Client => new S3Client(s3Config({ client }));

/** What it is made with, for others who make one themselves. */
export const s3Config = ({ client }: Pick<S3Place, 'client'>) => ({
  ...client,
  maxAttempts: ATTEMPTS,
  // Servers other than AWS's know the older checksums; bytes are compared by their SHA-256.
  requestChecksumCalculation: 'WHEN_REQUIRED' as const,
  responseChecksumValidation: 'WHEN_REQUIRED' as const,
  requestHandler: {
    connectionTimeout: CONNECTS_WITHIN_MS,
    socketTimeout: SILENT_FOR_MS,
    httpAgent: { maxSockets: CONNECTIONS },
    httpsAgent: { maxSockets: CONNECTIONS },
  },
});
