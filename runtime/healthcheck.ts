/** For a container's HEALTHCHECK: ends with 0 when the image beside it says that it is alive, and with 1 otherwise. */
import { get } from 'node:http';

const TIMEOUT_MS = 2_000;

get(
  { host: '127.0.0.1', port: process.env.PORT || 8080, path: '/health/liveness', timeout: TIMEOUT_MS },
  ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1),
)
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
