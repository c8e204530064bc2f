/** Versions of three numbers: https://semver.org/spec/v2.0.0.html without pre-releases. */
type Version = readonly [major: number, minor: number, patch: number];

export function parseVersion(text: string): Version | undefined {
  const numbers = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(text)?.slice(1).map(Number);
  return numbers as Version | undefined;
}

/** The latest among tags such as `v1.2.3`; others do not count. */
export function latestOf(tags: readonly string[]): string | undefined {
  const versions = tags.filter(tag => parseVersion(tag.slice(1)) && tag.startsWith('v'));
  return versions.sort((one, other) => (isNewer(one.slice(1), other.slice(1)) ? -1 : 1))[0];
}

export function isNewer(one: string, other: string): boolean {
  const [a, b] = [parseVersion(one), parseVersion(other)];
  if (!a || !b) return false;
  const at = a.findIndex((number, i) => number !== b[i]);
  return at >= 0 && (a[at] as number) > (b[at] as number);
}
