/** A dialog: everything else waits, Escape, Back and a click beside it close it, and the focus goes back. */
import type { ComponentChildren } from 'preact';
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
      onClose={() => closeAbove('dialog')}
      onMouseDown={event => event.target === element.current && element.current?.close()}
    >
      <div class="sheet-body">
        <header>
          <h2 id={id}>{title}</h2>
          <Tool label="Close" icon={Close} onClick={() => element.current?.close()} />
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
      onClose={() => reply(false)}
    >
      <div class="sheet-body">
        <h2 id={id}>{title}</h2>
        <p id={`${id}-text`}>{text}</p>
        <div class="answers">
          <button type="button" class="secondary" autofocus onClick={() => reply(false)}>
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
