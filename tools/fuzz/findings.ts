/** What the system did that it must never do: kept once a kind, with the input that did it and how to do it again. */

interface Suspect {
  readonly target: string;
  /** Its number, with which it is made again. */
  readonly input: number;
  /** Of which route or event it was made. */
  readonly about: string;
  readonly bytes: Buffer;
}

export interface Findings {
  add(what: string, detail: string, suspect?: Suspect): void;
  readonly count: number;
  report(seed: number): string;
}

const SHOWN = 4_000;

export function collectFindings(): Findings {
  const kinds = new Map<string, { times: number; detail: string; suspect: Suspect | undefined }>();
  return {
    add(what, detail, suspect) {
      const kind = suspect ? `${what}: ${suspect.about}` : what;
      const known = kinds.get(kind);
      if (known) known.times++;
      else kinds.set(kind, { times: 1, detail, suspect });
    },
    get count() {
      return kinds.size;
    },
    report: seed =>
      [...kinds]
        .map(([kind, { times, detail, suspect }]) => {
          const lines = [`FINDING ${kind} (${times} times)`, detail.slice(0, SHOWN)];
          if (suspect) {
            const { target, input, bytes } = suspect;
            lines.push(
              `input, ${bytes.length} bytes: ${JSON.stringify(bytes.subarray(0, SHOWN).toString('latin1'))}`,
              `again: npm run fuzz -- --seed ${seed} --only ${target} --input ${input}`,
            );
          }
          return lines.join('\n  ');
        })
        .join('\n'),
  };
}
