/**
 * Tells how far the user has read: what was in view while they looked at the page. What they scroll by counts as seen,
 * what they jump over does not.
 */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { client, myId } from '../model.js';
import { readUpTo } from '../seen.js';

type Box = RefObject<HTMLElement | null>;

/** Of a message, or of the view where the message is higher than that. */
const SHARE = 0.5;
const STEPS = Array.from({ length: 21 }, (_, at) => at / 20);

const looking = (): boolean => document.visibilityState === 'visible' && document.hasFocus();

/** `placed`: the view is where the user is meant to begin. */
export function useReading(chat: ChatState, box: Box, placed: boolean): void {
  const { id, readSeq } = chat;
  const { messages } = chat.history;
  const seen = useRef(new Set<number>());
  const inView = useRef(new Set<number>());
  const last = useRef<{ top: number; from: number; to: number } | undefined>(undefined);
  const now = useRef(chat);
  now.current = chat;

  const note = (): void => {
    const element = box.current;
    if (!element || !placed || !looking() || inView.current.size === 0) return;
    const [from, to] = [Math.min(...inView.current), Math.max(...inView.current)];
    const { scrollTop: top, clientHeight } = element;
    const scrolled = last.current && Math.abs(top - last.current.top) <= 2 * clientHeight ? last.current : undefined;
    for (let seq = Math.min(from, scrolled?.from ?? from); seq <= Math.max(to, scrolled?.to ?? to); seq++)
      seen.current.add(seq);
    last.current = { top, from, to };
    const { readSeq: before, history } = now.current;
    const upTo = readUpTo(before, history.messages, seen.current, myId.value);
    if (upTo > before) client.read(id, upTo);
  };
  const noted = useRef(note);
  noted.current = note;

  // What is read already needs no watching.
  const unread = messages.findLast(({ seq }) => seq > readSeq)?.seq;
  useEffect(() => {
    const element = box.current;
    if (!element || unread === undefined) return;
    const observer = new IntersectionObserver(
      entries => {
        for (const { target, isIntersecting, intersectionRatio, intersectionRect, rootBounds } of entries) {
          const seq = Number((target as HTMLElement).dataset.seq);
          const high = intersectionRect.height >= (rootBounds?.height ?? Number.POSITIVE_INFINITY) * SHARE;
          if (isIntersecting && (intersectionRatio >= SHARE || high)) inView.current.add(seq);
          else inView.current.delete(seq);
        }
        noted.current();
      },
      { root: element, threshold: STEPS },
    );
    inView.current.clear();
    for (const message of element.querySelectorAll<HTMLElement>('[data-seq]')) observer.observe(message);
    const look = () => noted.current();
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      observer.disconnect();
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [id, unread, messages, placed]);
}
