/** What Stryker's reports come to: https://github.com/stryker-mutator/mutation-testing-elements, the report schema. */

/** Of one file. */
export interface Report {
  readonly source: string;
  readonly mutants: readonly {
    readonly status: string;
    readonly mutatorName: string;
    readonly replacement?: string;
    readonly location: Record<'start' | 'end', { readonly line: number; readonly column: number }>;
  }[];
}

interface Result {
  readonly name: string;
  readonly report: Report;
}

const NOTICED = ['Killed', 'Timeout'];
const ALIVE = ['Survived', 'NoCoverage'];

/** One line each: where, what was there, and what stood there instead. */
export function survivors(results: readonly Result[]): readonly string[] {
  return results.flatMap(({ name, report: { source, mutants } }) => {
    const lines = source.split('\n');
    return mutants
      .filter(({ status }) => ALIVE.includes(status))
      .map(({ location: { start, end }, replacement = '', status }) => {
        const last = start.line === end.line ? end.column - 1 : undefined;
        const was = (lines[start.line - 1] ?? '').slice(start.column - 1, last);
        const how = status === 'NoCoverage' ? ', where no test passes' : '';
        return `${name}, line ${start.line}${how}: ${was} -> ${replacement.replace(/\s+/g, ' ')}`;
      });
  });
}

/** In Markdown: a row a file, and one for each folder together. */
export function table(results: readonly Result[]): readonly string[] {
  const folders = new Map<string, Result[]>();
  for (const result of results) {
    const folder = result.name.slice(0, result.name.lastIndexOf('/'));
    folders.set(folder, [...(folders.get(folder) ?? []), result]);
  }
  const rows = [...folders].flatMap(([folder, own]) => [
    ...own.map(({ name, report }) => row(name.slice(folder.length + 1), report.mutants)),
    row(
      `**${folder} together**`,
      own.flatMap(({ report }) => report.mutants),
    ),
  ]);
  return ['| file | mutants | noticed | of them by waiting for ever |', '| --- | ---: | ---: | ---: |', ...rows];
}

function row(name: string, mutants: Report['mutants']): string {
  const count = (statuses: readonly string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count(NOTICED);
  const all = noticed + count(ALIVE);
  return `| ${name} | ${all} | ${all === 0 ? '–' : `${Math.round((100 * noticed) / all)} %`} | ${count(['Timeout'])} |`;
}
