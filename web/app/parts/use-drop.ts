/** Files that are dragged over a part of the page and dropped there; other things that are dragged are the browser's. */
import { useRef, useState } from 'preact/hooks';
import { filesIn } from '../attachments.js';

/** Answers whether any are over it, and what has to be on the element. */
export function useDrop(dropped: (files: readonly File[]) => void) {
  const [over, set] = useState(false);
  // Entered once for each element within.
  const depth = useRef(0);
  const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;
  const move = (by: number) => (event: DragEvent) => {
    if (!hasFiles(event)) return;
    depth.current = Math.max(0, depth.current + by);
    set(depth.current > 0);
  };
  return [
    over,
    {
      onDragEnter: move(1),
      onDragLeave: move(-1),
      onDragOver(event: DragEvent) {
        if (hasFiles(event)) event.preventDefault();
      },
      onDrop(event: DragEvent) {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth.current = 0;
        set(false);
        dropped(filesIn(event.dataTransfer));
      },
    },
  ] as const;
}
