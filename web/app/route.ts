/**
 * Where in the page one is: the chat and its details stand in the address, and what lies above them in the entry's state.
 * Whatever is opened is an entry of the browser's history, and closing it goes back to the entry below, so that Back
 * closes what was opened last, nothing is entered again, and a reload changes nothing.
 */
import { computed, signal } from '@preact/signals';

type Dialog = 'settings' | 'new-group' | 'add-members' | 'forward' | 'viewer';

interface Above {
  readonly dialog?: Dialog | undefined;
  /** Whether a question is asked, above everything. */
  readonly asking?: boolean | undefined;
}

interface Entry extends Above {
  /** The entries below this one of the same visit, as `placeOf` has them. */
  readonly trail: readonly string[];
}

const LONGEST_TRAIL = 50;

const isEntry = (state: unknown): state is Entry =>
  typeof state === 'object' && state !== null && Array.isArray((state as Partial<Entry>).trail);

const placeOf = (hash: string, { dialog, asking }: Above = {}): string =>
  [hash || '#/', dialog ?? '', asking ? 'asking' : ''].join(' ');

const entry = signal<Entry & { readonly hash: string }>({ trail: [], ...kept(), hash: location.hash });

function kept(): Partial<Entry> {
  const state: unknown = history.state;
  return isEntry(state) ? state : {};
}

export const route = computed(() => {
  const { hash, dialog, asking } = entry.value;
  const [, chatId, part] = /^#\/c\/([^/]+)(\/details)?$/.exec(hash) ?? [];
  return { chatId, details: part !== undefined, dialog, asking: asking === true };
});

export const hrefOf = (chatId?: string, details = false): string =>
  chatId === undefined ? '#/' : `#/c/${chatId}${details ? '/details' : ''}`;

function write(how: 'pushState' | 'replaceState', hash: string, next: Entry): void {
  history[how](next, '', hash || '#/');
  entry.value = { ...next, hash };
}

/** The trail of an entry that comes to lie on this one. */
function onTop(): readonly string[] {
  const { hash, trail, ...above } = entry.value;
  return [...trail, placeOf(hash, above)].slice(-LONGEST_TRAIL);
}

/** Goes on to a place. A dialog that is open has done its work: the place takes its entry. */
export function go(chatId?: string, details = false): void {
  const { hash, dialog, trail } = entry.value;
  const next = hrefOf(chatId, details);
  if (dialog) write('replaceState', next, { trail });
  else if (placeOf(hash) !== placeOf(next)) write('pushState', next, { trail: onTop() });
}

/** Goes back to a place that one came by, or to the place itself where one did not. */
export async function back(chatId?: string, details = false): Promise<void> {
  while (move) await move;
  const { hash, trail, ...above } = entry.value;
  const place = hrefOf(chatId, details);
  if (placeOf(hash, above) === placeOf(place)) return;
  const at = trail.lastIndexOf(placeOf(place));
  if (at === -1) write('replaceState', place, { trail });
  else await travel(at - trail.length);
}

/** Opens something above the page. */
export function openAbove(above: Above): void {
  const { hash, dialog } = entry.value;
  write('pushState', hash, { ...(dialog && { dialog }), ...above, trail: onTop() });
}

/** Closes what was opened last above the page; nothing, if nothing is. */
export async function closeAbove(what: keyof Above): Promise<void> {
  while (move) await move;
  const { hash, trail, dialog, asking } = entry.value;
  if (what === 'asking' ? !asking : !dialog || asking) return;
  if (trail.length > 0) await travel(-1);
  else write('replaceState', hash, { trail });
}

/**
 * The move through the history that the browser has been asked for and has not made yet. Whoever goes back again meanwhile
 * is judged by where one is then: a second click on the same button asks for nothing more.
 */
let move: Promise<void> | undefined;

function travel(by: number): Promise<void> {
  move = new Promise(resolve => {
    window.addEventListener(
      'popstate',
      () => {
        move = undefined;
        resolve();
      },
      { once: true },
    );
    history.go(by);
  });
  return move;
}

window.addEventListener('popstate', ({ state }: PopStateEvent) => {
  const { hash } = location;
  if (isEntry(state)) entry.value = { ...state, hash };
  // Somebody has changed the address by hand.
  else write('replaceState', hash, { trail: hash === entry.value.hash ? entry.value.trail : onTop() });
});

/** A question is not asked again by Forward or a reload: nobody waits for its answer any more. */
export function skipOldQuestion(): void {
  if (entry.value.asking) history.back();
}

// Links within the page; what opens them elsewhere is the browser's.
document.addEventListener('click', event => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#/"]') : null;
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const [, chatId, part] = /^#\/c\/([^/]+)(\/details)?$/.exec(link.hash) ?? [];
  if (link.dataset.back === undefined) go(chatId, part !== undefined);
  else void back(chatId, part !== undefined);
});
