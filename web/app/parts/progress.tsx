/** How far a file has come. */
import type { Upload } from '../../client/state.js';

export function Progress({ upload: { sent, size, name, state } }: { readonly upload: Upload }) {
  const percent = size === 0 ? 100 : Math.floor((100 * sent) / size);
  return state === 'failed' || state === 'done' ? null : (
    <progress class="progress" max={100} value={percent} aria-label={`Sending ${name}`}>
      {percent} %
    </progress>
  );
}
