/** Connects many people, a few at a time, so that it is no storm. */
import type { Connect, Device } from './device.js';

const AT_ONCE = 20;

/** Each person on the gateway that `seats` says, or on the next one; in the order of their tokens. */
export async function connectAll(
  connect: Connect,
  gateways: readonly string[],
  tokens: readonly string[],
  seats?: readonly number[],
): Promise<Device[]> {
  const devices: Device[] = [];
  const waiting = tokens.entries();
  const line = async () => {
    for (const [person, token] of waiting) {
      devices[person] = await connect(gateways[seats?.[person] ?? person % gateways.length]!, token);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
  return devices;
}
