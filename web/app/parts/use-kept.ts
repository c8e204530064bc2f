/** What stays the same from one rendering to the next, without holding on to what else there was in an earlier one. */
import { useRef } from 'preact/hooks';

type Props = Readonly<Record<string, unknown>>;
type Keep<Made> = (key: string, props: Props, make: () => Made) => Made;

/**
 * Parts of a list that are made again only when what they are made of is other than before: the same virtual node again is
 * not looked into by Preact. Keeps what the last rendering asked for, and no more.
 */
export function useKept<Made>(): Keep<Made> {
  const { current: kept } = useRef(keeper<Made>());
  kept.begin();
  return kept.keep;
}

function keeper<Made>() {
  type Entries = Map<string, { readonly props: Props; readonly made: Made }>;
  let last: Entries = new Map();
  let next: Entries = new Map();
  return {
    begin(): void {
      last = next;
      next = new Map();
    },
    keep(key: string, props: Props, make: () => Made): Made {
      const found = last.get(key);
      const same = found !== undefined && Object.keys(props).every(name => found.props[name] === props[name]);
      const entry = same ? found : { props, made: make() };
      next.set(key, entry);
      return entry.made;
    },
  };
}

/** The same function at each rendering, which does what the last one says. */
export function useStable<Arguments extends readonly unknown[]>(
  run: (...given: Arguments) => void,
): (...given: Arguments) => void {
  const latest = useRef(run);
  latest.current = run;
  const { current } = useRef(calling(latest));
  return current;
}

const calling =
  <Arguments extends readonly unknown[]>(latest: { readonly current: (...given: Arguments) => void }) =>
  (...given: Arguments): void =>
    latest.current(...given);
