import type { AnyFunction } from '#runtime/contract/function.js';
import { on, type Service } from '#runtime/contract/service.js';

/** The image with this function in the place of the one of its name. */
export const replacing = (image: Service, mutant: AnyFunction): Service => ({
  ...image,
  bindings: image.bindings.map(({ trigger, fn }) => on(trigger, fn.name === mutant.name ? mutant : fn)),
});
