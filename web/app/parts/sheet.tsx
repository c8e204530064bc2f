/**
 * A dialog: everything else waits, Escape, Back and a click beside it close it, and the focus goes back. It is there for as
 * long as its entry of the history is the current one, so that Back, pressed once it is gone, leaves what was below it.
 */
import type { ComponentChildren, TargetedEvent } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { notice, question, reply } from '../overlays.js';
import { closeAbove } from '../route.js';
import { Close } from './icons.js';
import { Tool } from './tool.js';

/** Open for as long as it is there. */
export function useModal() {
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    // Closed before it is taken away, so that the focus goes back to where it was.
    return () => dialog?.close();
  }, []);
  return element;
}

/** The browser asks before it closes a dialog for Escape; where it does not ask, the entry follows. */
const closedBy = (close: () => void) => ({
  onCancel: (event: Event) => {
    event.preventDefault();
    close();
  },
  onClose: ({ currentTarget }: TargetedEvent<HTMLDialogElement>) => currentTarget.isConnected && close(),
});
const closeSheet = (): void => void closeAbove('dialog');
const refuse = (): void => reply(false);

export function Sheet({
  title,
  children,
}: {
  readonly title: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const element = useModal();
  const id = useId();
  return (
    <dialog
      class="sheet"
      ref={element}
      aria-labelledby={id}
      {...closedBy(closeSheet)}
      onMouseDown={event => event.target === element.current && closeSheet()}
    >
      <div class="sheet-body">
        <header>
          <h2 id={id}>{title}</h2>
          <Tool label="Close" icon={Close} onClick={closeSheet} />
        </header>
        {children}
        <p class="sheet-notice" role="alert">
          {notice.value}
        </p>
      </div>
    </dialog>
  );
}

/** Asks whether they really want to; the answer that changes nothing has the focus. */
export function QuestionSheet() {
  const element = useModal();
  const id = useId();
  if (!question.value) return null;
  const { title, text, yes } = question.value;
  return (
    <dialog
      class="sheet question"
      ref={element}
      role="alertdialog"
      aria-labelledby={id}
      aria-describedby={`${id}-text`}
      {...closedBy(refuse)}
    >
      <div class="sheet-body">
        <h2 id={id}>{title}</h2>
        <p id={`${id}-text`}>{text}</p>
        <div class="answers">
          <button type="button" class="secondary" autofocus onClick={refuse}>
            Cancel
          </button>
          <button type="button" class="primary danger" onClick={() => reply(true)}>
            {yes}
          </button>
        </div>
      </div>
    </dialog>
  );
}
