/** The ports of uploads. Where nothing says where files go there are none, and whoever begins one is told so. */
import { join } from 'node:path';
import { ConfigError, Failure, type Opening, type PortFactories, type Resources, type Uploads } from 'function-runtime';
import { UPLOAD_EXPIRES_MS } from '../domain/media.js';
import type { Ports } from '../ports/index.js';
import { uploadLeases } from '../stores/media.js';
import type { Settings } from './settings.js';

/** `folder` is where files are kept. */
export const uploadPorts = (
  { sql }: Resources,
  { config }: Pick<Opening<Settings>, 'config'>,
  folder: string | undefined,
): PortFactories => ({
  async types(): Promise<Ports['types']> {
    const { typeOf } = await import('function-runtime/drivers/file-type');
    return { of: typeOf, refused: config.settings.mediaRefusedTypes };
  },
  async uploads(): Promise<Uploads> {
    if (folder === undefined) return NOWHERE;
    const { fileUploads } = await import('function-runtime/drivers/tus/files');
    const { tusUploads } = await import('function-runtime/drivers/tus/uploads');
    const store = await fileUploads(join(folder, 'uploads'), UPLOAD_EXPIRES_MS).catch(err => {
      throw new ConfigError(`MEDIA_DIR: no files can be kept in ${folder} (${err.code})`);
    });
    const maxBytes = config.settings.mediaMaxBytes;
    return tusUploads({ store, leases: uploadLeases(await sql()), path: '/v1/uploads', maxBytes });
  },
  async blobs(): Promise<Ports['blobs']> {
    if (folder === undefined) return { put: nowhere };
    const { fileBlobs } = await import('function-runtime/drivers/blobs/file');
    return fileBlobs(folder);
  },
});

const nowhere = (): never => {
  throw new Failure('unavailable', 'there is no place for files here: MEDIA_DIR is not set');
};

const NOWHERE: Uploads = {
  ...{ take: nowhere, asked: nowhere, options: nowhere, begun: nowhere, settled: nowhere, gone: nowhere },
  ...{ find: nowhere, look: nowhere, remove: nowhere, list: nowhere },
};
