/** The few methods that a test answers itself, checked against their ports. Calling any other fails the test. */
import type { Ports } from '#functions/ports/index.js';

export const somePorts = (given: { readonly [Port in keyof Ports]?: Partial<Ports[Port]> }): Ports => given as Ports;
