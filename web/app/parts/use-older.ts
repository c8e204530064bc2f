/** Loads what is above when one comes near it. */
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { firstOf } from '../../client/history.js';
import { client } from '../model.js';
import { attempt } from '../overlays.js';

export function useOlder({ id, history }: ChatState, box: RefObject<HTMLElement | null>): void {
  const first = firstOf(history);
  useEffect(() => {
    const top = box.current?.querySelector('li');
    if (first === history.begins || !top) return;
    const seen = ([entry]: IntersectionObserverEntry[]) => entry?.isIntersecting && void attempt(client.older(id));
    const observer = new IntersectionObserver(seen, { root: box.current, rootMargin: '900px 0px 0px 0px' });
    observer.observe(top);
    return () => observer.disconnect();
  }, [id, first, history.begins]);
}
