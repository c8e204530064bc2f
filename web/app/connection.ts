/** How the connection is, in words, and from when on it is worth a line of its own. */
import { computed, effect, signal } from '@preact/signals';
import { link, state } from './model.js';

const online = signal(navigator.onLine);
const look = () => {
  online.value = navigator.onLine;
};
window.addEventListener('online', look);
window.addEventListener('offline', look);

/** Whether what one does takes effect now. */
export const connected = computed(() => link.value === 'online' && !state.value.silent);

/** Empty while all is well. */
export const connection = computed(() => {
  if (connected.value) return '';
  if (link.value === 'online') return 'No answer from the server…';
  return online.value ? 'Connecting…' : 'You are offline';
});

/** Most breaks heal before anybody has read that there is one; being offline is certain at once. */
const PATIENCE_MS = 1_500;
const broken = signal(false);
effect(() => {
  if (connected.value) {
    broken.value = false;
    return;
  }
  const timer = setTimeout(() => {
    broken.value = true;
  }, PATIENCE_MS);
  return () => clearTimeout(timer);
});
/** For who writes; empty while all is well, or may soon be. */
export const breakInWords = computed(() => {
  if (connected.value || !(broken.value || !online.value)) return '';
  const why = online.value ? 'There is no connection just now.' : 'You are offline.';
  return `${why} What you write is kept, and sent as soon as it can be.`;
});
