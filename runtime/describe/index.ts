/** A service's API as documents: OpenAPI of its routes, AsyncAPI of its live events and queues. */
export type { About } from './about.js';
export { asyncapi } from './asyncapi.js';
export { openapi } from './openapi.js';
export type { Json } from './schemas.js';
