/** What CHANGELOG.md says of a version: https://keepachangelog.com/en/1.1.0/ */

export interface Section {
  /** As it stands behind the version, or empty. */
  readonly date: string;
  readonly notes: string;
}

/** `name` is a version, or `Unreleased`. */
export function sectionOf(changelog: string, name: string): Section | undefined {
  for (const section of changelog.split(/^## /m).slice(1)) {
    const [heading = '', ...lines] = section.split('\n');
    const [, named, date = ''] = /^\[([^\]]+)\](?: - (.*))?$/.exec(heading.trim()) ?? [];
    if (named === name) return { date: date.trim(), notes: withoutLinks(lines).trim() };
  }
  return undefined;
}

/** The last section is followed by what the headings link to. */
const withoutLinks = (lines: readonly string[]): string => lines.filter(line => !/^\[[^\]]+\]: /.test(line)).join('\n');
