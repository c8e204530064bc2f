/** sysexits.h: something was found in an unconfigured or misconfigured state. */
export const EXIT_CONFIG = 78;

/**
 * A fault of the configuration, in one line: the variable, and what is wrong with it, never its value. The process ends
 * with exit code 78.
 *
 * @example
 * throw new ConfigError('REGION: must be one of eu, us');
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
