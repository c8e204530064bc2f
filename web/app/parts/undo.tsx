/** Says that something was deleted, for as long as that can be taken back in passing. */
import { undo, undoable } from '../deletions.js';

export function Undo() {
  const { length } = undoable.value;
  return (
    <div class="toast" role="status">
      {length > 0 && (
        <>
          {length === 1 ? 'Message deleted' : `${length} messages deleted`}
          <button type="button" class="link" onClick={undo}>
            Undo
          </button>
        </>
      )}
    </div>
  );
}
