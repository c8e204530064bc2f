/** A dialog: the browser keeps the focus in it and gives it back. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { dialog } from '../overlays.js';
import { Close } from './icons.js';
import { Tool } from './tool.js';

export function Sheet({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => element.current?.showModal(), []);
  const close = () => {
    dialog.value = undefined;
  };
  return (
    <dialog
      class="sheet"
      ref={element}
      aria-labelledby={id}
      onClose={close}
      onMouseDown={event => event.target === element.current && element.current?.close()}
    >
      <div class="sheet-body">
        <header>
          <h2 id={id}>{title}</h2>
          <Tool label="Close" icon={Close} onClick={() => element.current?.close()} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
