/** Tells how far the user has read: what they have in front of them while they look at the page. */
import { useEffect } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { client } from '../model.js';

export function useReading({ id, history: { messages } }: ChatState, box: { current: HTMLElement | null }): void {
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      if (document.visibilityState !== 'visible' || !document.hasFocus()) return;
      const seq = lastVisible(element);
      if (seq > 0) client.read(id, seq);
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      element.removeEventListener('scroll', look);
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [id, messages]);
}

/** The last message of which the beginning can be seen. */
function lastVisible(box: HTMLElement): number {
  const { bottom } = box.getBoundingClientRect();
  const messages = [...box.querySelectorAll<HTMLElement>('[data-seq]')];
  const last = messages.findLast(message => message.getBoundingClientRect().top < bottom - 8);
  return Number(last?.dataset.seq ?? 0);
}
