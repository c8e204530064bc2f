/** The ports of uploads. Where nothing says where files go there are none, and whoever begins one is told so. */
import { join } from 'node:path';
import { ConfigError, Failure, type Opening, type PortFactories, type Resources, type Uploads } from 'function-runtime';
import { UPLOAD_EXPIRES_MS } from '../domain/media.js';
import type { Ports } from '../ports/index.js';
import { uploadLeases } from '../stores/media.js';
import { isAmong } from './media-types.js';
import type { Settings } from './settings.js';

/** `folder` is where files are kept that are in no bucket. */
export const uploadPorts = (
  { sql }: Resources,
  { config }: Pick<Opening<Settings>, 'config'>,
  folder: string | undefined,
): PortFactories => ({
  async types(): Promise<Ports['types']> {
    const { typeOf } = await import('function-runtime/drivers/file-type');
    return { of: typeOf, refused: isAmong(config.settings.mediaRefusedTypes) };
  },
  async uploads(): Promise<Uploads> {
    const store = await storeOf(config.settings, folder);
    if (store === undefined) return NOWHERE;
    const { tusUploads } = await import('function-runtime/drivers/tus/uploads');
    const maxBytes = config.settings.mediaMaxBytes;
    return tusUploads({ store, leases: uploadLeases(await sql()), path: '/v1/uploads', maxBytes });
  },
});

async function storeOf({ s3 }: Settings, folder: string | undefined) {
  if (s3 !== undefined) return (await import('function-runtime/drivers/tus/s3')).s3Uploads(s3, UPLOAD_EXPIRES_MS);
  if (folder === undefined) return undefined;
  const { fileUploads } = await import('function-runtime/drivers/tus/files');
  return fileUploads(join(folder, 'uploads'), UPLOAD_EXPIRES_MS).catch(err => {
    throw new ConfigError(`MEDIA_DIR: no files can be kept in ${folder} (${err.code})`);
  });
}

const nowhere = (): never => {
  throw new Failure('unavailable', 'there is no place for files here: neither S3_URL nor MEDIA_DIR is set');
};

const NOWHERE: Uploads = {
  ...{ take: nowhere, asked: nowhere, options: nowhere, begun: nowhere, settled: nowhere, gone: nowhere },
  ...{ find: nowhere, look: nowhere },
  // The sweep finds none.
  ...{ remove: async () => {}, list: async () => [] },
};
