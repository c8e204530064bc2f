/** The entry points of Mini-Telegram: the three images, all of them in one process, and the migrations. */
import { type Config, type Product, run } from 'function-runtime';
import { type Settings, settings } from './settings.js';

const SERVERS = ['DSN', 'REDIS_ADDR', 'AMQP_URL'];

/** `root` is the folder of the installation: of this repository, or of an image. */
export const product = (root: URL): Product<typeof settings> => ({
  name: 'minitelegram',
  entrypoints: {
    gateway: { requires: [...SERVERS, 'JWT_PRIVATE_KEY_PATH'] },
    'chat-svc': { requires: SERVERS },
    'presence-svc': { requires: SERVERS },
    all: { requires: [], standalone: true },
  },
  settings,
  // By its name: an image carries the entry point that it runs, and no other.
  load: entrypoint => import(`./${entrypoint}.js`),
  migrations: new URL('functions/migrations/', root),
  site: new URL('dist/web/site/', root),
  keepsFiles: ({ dsn, settings: { jwtPrivateKeyPem, mediaDir, s3 } }: Config<Settings>) =>
    dsn === undefined || jwtPrivateKeyPem === undefined || (mediaDir === undefined && s3 === undefined),
});

export const main = (root: URL): Promise<void> => run(product(root));
