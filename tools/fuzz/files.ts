/** Files of the actors': one on its way and one that is whole, so that there is something for inputs to go on with and to read. */
import { request } from '#support/rest.js';
import { marker, type Onlooker } from './markers.js';

export interface Files {
  readonly uploading: string;
  readonly whole: string;
}

interface Owner extends Onlooker {
  readonly gateway: string;
  readonly token: string;
}

const TYPE = 'application/offset+octet-stream';
const SIZE = 1_000;

/** The id of a new one. Undefined where no files are taken. */
async function begin({ gateway, token }: Owner, raw?: string): Promise<string | undefined> {
  const headers = {
    ...{ 'tus-resumable': '1.0.0', 'upload-length': `${SIZE}` },
    ...(raw !== undefined && { 'content-type': TYPE }),
  };
  const { status, headers: told } = await request(gateway, 'POST', '/v1/uploads', {
    token,
    headers,
    ...(raw && { raw }),
  });
  return status === 201 ? (told.get('x-media-id') ?? undefined) : undefined;
}

/** Nobody else may read what is in it. */
const secret = ({ circle, number }: Owner): string => marker('mail', circle, number).repeat(SIZE).slice(0, SIZE);

export async function filesOf(owner: Owner): Promise<Files | undefined> {
  const [uploading, whole] = [await begin(owner), await begin(owner, secret(owner))];
  return uploading === undefined || whole === undefined ? undefined : { uploading, whole };
}

/** Those that there are, or others where inputs have ended or taken back one of them. */
export async function renewed(owner: Owner, files: Files): Promise<Files | undefined> {
  const { gateway, token } = owner;
  const headers = { 'tus-resumable': '1.0.0' };
  const [on, there] = [
    await request(gateway, 'HEAD', `/v1/uploads/${files.uploading}`, { token, headers }),
    await request(gateway, 'HEAD', `/v1/media/${files.whole}`, { token }),
  ];
  const goesOn = on.status === 200 && on.headers.get('upload-offset') !== `${SIZE}`;
  return goesOn && there.status === 200 ? files : filesOf(owner);
}
