/** Makes a picture larger and moves it, with wheel, fingers or keys; as it is, it is swiped to the next one. */
import { useEffect, useRef, useState } from 'preact/hooks';

const MOST = 8;
const DOUBLE = 2.5;
/** In CSS pixels. */
const SWIPE = 60;

interface Look {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const WHOLE: Look = { scale: 1, x: 0, y: 0 };

/** `of` names the picture; another one is whole again. */
export function useZoom(of: string | undefined, step: (by: number) => void) {
  const [look, set] = useState<Look>(WHOLE);
  const pointers = useRef(new Map<number, { readonly x: number; readonly y: number }>());
  const start = useRef({ x: 0, y: 0, distance: 0 });
  useEffect(() => set(WHOLE), [of]);

  const zoomTo = (next: (scale: number) => number): void =>
    set(({ scale: before, x, y }) => {
      const scale = Math.min(MOST, Math.max(1, next(before)));
      return scale === 1 ? WHOLE : { scale, x: (x * scale) / before, y: (y * scale) / before };
    });
  const by = (factor: number): void => zoomTo(scale => scale * factor);

  function distance(): number {
    const [one, other] = [...pointers.current.values()];
    return one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
  }

  function up(event: PointerEvent): void {
    const known = pointers.current.delete(event.pointerId);
    if (!known || look.scale > 1 || pointers.current.size > 0 || start.current.distance > 0) return;
    const [dx, dy] = [event.clientX - start.current.x, event.clientY - start.current.y];
    if (event.type === 'pointerup' && Math.abs(dx) > SWIPE && Math.abs(dx) > 2 * Math.abs(dy)) step(dx < 0 ? 1 : -1);
  }

  return {
    by,
    reset: () => set(WHOLE),
    style: { transform: `translate(${look.x}px, ${look.y}px) scale(${look.scale})` },
    handlers: {
      onWheel: (event: WheelEvent) => {
        event.preventDefault();
        by(event.deltaY < 0 ? 1.15 : 1 / 1.15);
      },
      onDblClick: () => zoomTo(scale => (scale > 1 ? 1 : DOUBLE)),
      onPointerDown: (event: PointerEvent) => {
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
        pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
        start.current = { x: event.clientX, y: event.clientY, distance: distance() };
      },
      onPointerMove: (event: PointerEvent) => {
        const before = pointers.current.get(event.pointerId);
        if (!before) return;
        const apart = distance();
        pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
        if (pointers.current.size === 2 && apart > 0) by(distance() / apart);
        else if (look.scale > 1)
          set(({ scale, x, y }) => ({ scale, x: x + event.clientX - before.x, y: y + event.clientY - before.y }));
      },
      onPointerUp: up,
      onPointerCancel: up,
    },
  };
}
