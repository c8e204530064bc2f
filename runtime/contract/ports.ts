/**
 * The ports of the runtime: what it asks of the outside world. Each has a real driver and an embedded one, and one
 * contract suite that both pass. None of them knows what product runs on it.
 */

export { type BlobSource, type BlobStore, blobName, type StoredBlob } from './ports/blobs.js';
export type { AccessClaims, Passwords, Tokens } from './ports/credentials.js';
export type { ConsumeOptions, Consumer, Delivery, OnDelivery, QueueDepth, ReplyTo } from './ports/deliveries.js';
export type { FactBinding, FactTopology, Topic } from './ports/facts.js';
export type { Fanout, FanoutReceiver, Step } from './ports/fanout.js';
export type { InspectedFile, Inspection, Inspector, Look, Rendition } from './ports/inspector.js';
export type { Part, PartState } from './ports/part.js';
export { PRESENCE_LEASE_MS, type Presence } from './ports/presence.js';
export type { PublishOptions, Queues } from './ports/queues.js';
export type { RateLimits } from './ports/rate-limits.js';
export type { FileScanner } from './ports/scanner.js';
export type { Pooled, PoolUse, Sql } from './ports/sql.js';
export type { Leases, Taken, UploadOf, Uploads, WholeUpload } from './ports/uploads.js';
export { type Way, WayClosed } from './ports/ways.js';
