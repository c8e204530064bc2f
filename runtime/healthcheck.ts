/** For a container's HEALTHCHECK: ends with 0 when the image beside it says that it is alive, and with 1 otherwise. */
import { get } from 'node:http';

const TIMEOUT_MS = 2_000;
const LOOPBACK = '127.0.0.1';
/** Listening on all addresses is listening on that of the loopback, too. */
const EVERYWHERE = ['', '0.0.0.0', '::'];

const variable = (name: string): string => process.env[name]?.trim() ?? '';
const host = variable('HOST');

get(
  {
    host: EVERYWHERE.includes(host) ? LOOPBACK : host,
    port: variable('PORT') || 8080,
    path: '/health/liveness',
    timeout: TIMEOUT_MS,
  },
  ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1),
)
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
