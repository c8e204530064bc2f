/**
 * Where an S3 store is, as `S3_URL` says: `https://KEY:SECRET@host:port/bucket/prefix?region=…` for any server that speaks S3,
 * `http://` without TLS, and `s3://bucket/prefix?region=…` for AWS itself. Without a key the SDK looks for credentials where it
 * always does: variables of the environment, the role of the machine or of the pod.
 */

/**
 * A bucket, whose it is, and the first part of all names in it.
 *
 * @example
 * import { parseS3Url } from 'function-runtime/drivers/blobs/s3-url';
 *
 * const place = parseS3Url('https://key:secret@s3.example.org/media?region=eu-central-1');
 */
export interface S3Place {
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  /** What the client of the SDK is made with. */
  readonly client: {
    readonly region: string;
    readonly endpoint?: string;
    /** The bucket is a part of the path, and not of the server's name. */
    readonly forcePathStyle?: boolean;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

const FORM =
  'must be https://KEY:SECRET@host/bucket, or s3://bucket for AWS, with ?region=REGION where the server asks for one';
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PARAMETERS = ['region', 'addressing'];

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(FORM);
  }
};

/** Throws with what is wrong, and without what was given: it holds a secret. `secret` counts where the address has none. */
export function parseS3Url(text: string, secret = ''): S3Place {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['s3:', 'https:', 'http:'].includes(url.protocol) || url.hash !== '') throw new Error(FORM);
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.includes(name)) throw new Error(`knows ${PARAMETERS.join(' and ')}, and no other parameter`);
  }
  const isAws = url.protocol === 's3:';
  const [bucket = '', ...rest] = [...(isAws ? [url.hostname] : []), ...url.pathname.split('/').filter(Boolean)];
  if (!BUCKET.test(bucket)) throw new Error(FORM);
  if (isAws && url.port !== '') throw new Error(FORM);
  const addressing = url.searchParams.get('addressing') ?? 'path';
  if (addressing !== 'path' && addressing !== 'virtual') throw new Error('addressing must be path or virtual');
  const accessKeyId = decoded(url.username);
  const secretAccessKey = decoded(url.password) || secret;
  if ((accessKeyId === '') !== (secretAccessKey === '')) throw new Error('must name both key and secret, or neither');
  return {
    bucket,
    prefix: rest.map(part => `${decoded(part)}/`).join(''),
    client: {
      region: url.searchParams.get('region') ?? 'us-east-1',
      ...(!isAws && { endpoint: url.origin, forcePathStyle: addressing === 'path' }),
      ...(accessKeyId !== '' && { credentials: { accessKeyId, secretAccessKey } }),
    },
  };
}
