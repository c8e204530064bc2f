/**
 * Tells how far the user has read: what was in view while they looked at the page. What they scroll by counts as seen,
 * what they jump over does not.
 */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { stretchAt } from '../../client/history.js';
import { client, myId } from '../model.js';
import { readUpTo } from '../seen.js';
import { type Visible, visibleIn } from './visible.js';

/** Of a message, or of the view where the message is higher than that. */
const SHARE = 0.5;
/** No message is lower, in pixels: so many at most are scrolled by with a part of the view. */
const LOWEST = 20;

const looking = (): boolean => document.visibilityState === 'visible' && document.hasFocus();

/** `placed`: the view is where the user is meant to begin. Answers with what is to be told of all that is visible. */
export function useReading(
  chat: ChatState,
  box: RefObject<HTMLElement | null>,
  placed: boolean,
): (visible: Visible) => void {
  const seen = useRef(new Set<number>());
  const last = useRef<{ top: number; from: number; to: number } | undefined>(undefined);
  const now = useRef({ chat, placed });
  now.current = { chat, placed };

  const { current: look } = useRef((visible: Visible): void => {
    const { id, readSeq: before, lastSeq, history } = now.current.chat;
    const element = box.current;
    // What is read already needs no watching.
    if (!element || !now.current.placed || !looking() || before >= lastSeq) return;
    const inView = seqsInView(element, visible);
    const [from, to] = [inView[0], inView.at(-1)];
    if (from === undefined || to === undefined) return;
    const { scrollTop: top, clientHeight } = element;
    const near = (one: number, other: number) => Math.abs(one - other) <= 2 * clientHeight;
    const scrolled =
      last.current &&
      near(top, last.current.top) &&
      near(LOWEST * Math.min(Math.abs(from - last.current.to), Math.abs(last.current.from - to)), 0)
        ? last.current
        : undefined;
    for (let seq = Math.min(from, scrolled?.from ?? from); seq <= Math.max(to, scrolled?.to ?? to); seq++)
      if (seq > before) seen.current.add(seq);
    last.current = { top, from, to };
    const upTo = readUpTo(before, stretchAt(history, before + 1) ?? [], seen.current, myId.value);
    for (const seq of seen.current) if (seq <= upTo) seen.current.delete(seq);
    if (upTo > before) client.read(id, upTo);
  });

  useEffect(() => {
    const again = () => box.current && look(visibleIn(box.current));
    window.addEventListener('focus', again);
    document.addEventListener('visibilitychange', again);
    return () => {
      window.removeEventListener('focus', again);
      document.removeEventListener('visibilitychange', again);
    };
  }, []);
  return look;
}

function seqsInView(box: HTMLElement, { rows, first, last }: Visible): readonly number[] {
  const frame = box.getBoundingClientRect();
  return rows.slice(first, last + 1).flatMap(row => {
    const { top, bottom, height } = row.getBoundingClientRect();
    const shown = Math.min(bottom, frame.bottom) - Math.max(top, frame.top);
    return row.dataset.seq !== undefined && shown >= SHARE * Math.min(height, frame.height)
      ? [Number(row.dataset.seq)]
      : [];
  });
}
