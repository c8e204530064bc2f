/** The real images, made small, so that a short run has something going on in each partition, batch and lease. */

import { chatSvc } from '#functions/services/chat-svc.js';
import { gateway } from '#functions/services/gateway.js';
import { presenceSvc } from '#functions/services/presence-svc.js';
import { withoutPreviews } from '#functions/services/without-previews.js';
import type { QueueSpec } from '#runtime/contract/route.js';
import { on, type Service } from '#runtime/contract/service.js';
import type { Trigger } from '#runtime/contract/trigger.js';

/** How many times shorter timers and leases are here: 45 s until presence has healed become 9. */
export const SCALE = 5;

const PARTITIONS = 2;
const BATCH = 4;

function smaller(trigger: Trigger): Trigger {
  if (trigger.kind === 'queue') return { ...trigger, batch: { ...trigger.batch, size: BATCH } };
  return trigger.kind === 'timer' ? { ...trigger, everyMs: trigger.everyMs / SCALE } : trigger;
}

const small = (image: Service): Service => ({
  ...image,
  queues: image.queues.map((spec): QueueSpec => ({ ...spec, partitions: Math.min(spec.partitions, PARTITIONS) })),
  bindings: image.bindings.map(({ trigger, fn }) => on(smaller(trigger), fn)),
});

export const images = {
  gateway: small(gateway),
  // Nobody looks anything up in the web here.
  chatSvc: small(withoutPreviews(chatSvc)),
  presenceSvc: small(presenceSvc),
};
