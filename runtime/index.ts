/**
 * Small pure functions, and the triggers that set them off: HTTP routes, socket events, queues, timers, CloudEvents.
 *
 * A *function* takes an event and the ports that it needs, and returns an *outcome*: what to answer, publish and emit.
 * A *trigger* says what sets it off. A *service* is a table of triggers and functions. The runtime runs a service: it
 * checks input once, publishes with confirms, emits, replies, and acknowledges last.
 */

export type { Config } from './config.js';
export { ConfigError } from './config-error.js';
export type { Body, Content, Signal } from './contract/bytes.js';
export type { Caller, Connection } from './contract/caller.js';
export type { Event } from './contract/event.js';
export {
  type AnyEventType,
  type DataOf,
  type EventType,
  event,
  type PublicationOf,
  type ReplyOf,
} from './contract/event-type.js';
export { type Code, Failure, type FailureDetails, type FieldError, fieldName } from './contract/failure.js';
export {
  type AnyFunction,
  type BatchFunction,
  type Client,
  type Context,
  functionsOf,
  type Log,
  type OutputSchemas,
  type SingleFunction,
} from './contract/function.js';
export type { Acquaintance, Counted, RateLimit } from './contract/limit.js';
export type {
  BatchOutcome,
  BatchSettled,
  Emission,
  Outcome,
  Publication,
  RoomMembership,
  Settled,
  Verdict,
} from './contract/outcome.js';
export type { Output } from './contract/output.js';
export type {
  AccessClaims,
  BlobSource,
  BlobStore,
  ConsumeOptions,
  Consumer,
  Delivery,
  FactBinding,
  FactTopology,
  Fanout,
  FileScanner,
  InspectedFile,
  Inspection,
  Inspector,
  Leases,
  Look,
  OnDelivery,
  Part,
  PartState,
  Passwords,
  Pooled,
  PoolUse,
  Presence,
  PublishOptions,
  QueueDepth,
  Queues,
  RateLimits,
  Rendition,
  ReplyTo,
  Sql,
  Step,
  StoredBlob,
  Taken,
  Tokens,
  Topic,
  UploadOf,
  Uploads,
  Way,
  WholeUpload,
} from './contract/ports.js';
export { blobName, WayClosed } from './contract/ports.js';
export type { RawRequest, RawResponse } from './contract/raw.js';
export { type Fact, type Facts, fact, type KeyOf, type QueueSpec, type Route, route } from './contract/route.js';
export {
  type Binding,
  type Guard,
  type Level,
  on,
  type ServerEvent,
  type Service,
} from './contract/service.js';
export {
  type Batch,
  type BytesBody,
  type ConnectionTrigger,
  cloudEvent,
  connection,
  type EventTrigger,
  type HttpTrigger,
  http,
  type Method,
  type QueueTrigger,
  queue,
  type RawRoute,
  type RouteHeaders,
  type SocketTrigger,
  socket,
  type TimerTrigger,
  type Trigger,
  timer,
} from './contract/trigger.js';
export type { Entrypoint, PortFactories, Product, Requirements } from './entrypoint.js';
export type { GatewayResources, Opening, Resources } from './resources/resources.js';
export { run } from './run.js';
export {
  networks,
  oneOf,
  onOff,
  optional,
  type Read,
  type ValuesOf,
  type Variable,
  type Variables,
  wholeNumber,
} from './variables.js';
