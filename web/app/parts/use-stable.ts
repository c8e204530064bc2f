/** Functions that stay the same from one rendering to the next, so that who is given one is not rendered again for it. */
import { useRef } from 'preact/hooks';

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
