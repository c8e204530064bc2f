/** sysexits.h: something was found in an unconfigured or misconfigured state. */
export const EXIT_CONFIG = 78;

/** Names one variable and what is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
