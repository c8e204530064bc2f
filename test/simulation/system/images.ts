/** The real images, made small, so that a short run has something going on in each partition, batch and lease. */
import { type Image, on, type QueueSpec } from '../../../runtime/contract/image.js';
import type { Trigger } from '../../../runtime/contract/trigger.js';
import { chatSvc } from '../../../runtime/images/chat-svc.js';
import { gateway } from '../../../runtime/images/gateway.js';
import { presenceSvc } from '../../../runtime/images/presence-svc.js';

/** How many times shorter timers and leases are here: 45 s until presence has healed become 9. */
export const SCALE = 5;

const PARTITIONS = 2;
const BATCH = 4;

function smaller(trigger: Trigger): Trigger {
  if (trigger.kind === 'queue') return { ...trigger, batch: { ...trigger.batch, size: BATCH } };
  return trigger.kind === 'timer' ? { ...trigger, everyMs: trigger.everyMs / SCALE } : trigger;
}

const small = (image: Image): Image => ({
  ...image,
  queues: image.queues.map((spec): QueueSpec => ({ ...spec, partitions: Math.min(spec.partitions, PARTITIONS) })),
  bindings: image.bindings.map(({ trigger, fn }) => on(smaller(trigger), fn)),
});

export const images = { gateway: small(gateway), chatSvc: small(chatSvc), presenceSvc: small(presenceSvc) };
