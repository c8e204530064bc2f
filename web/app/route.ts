/** Where in the page one is; it stands in the address, so that the browser's own back and forward work. */
import { signal } from '@preact/signals';

interface Route {
  readonly chatId: string | undefined;
  /** Whether the details of the chat are open. */
  readonly details: boolean;
}

function read(): Route {
  const [, chatId, part] = /^#\/c\/([^/]+)(\/details)?$/.exec(location.hash) ?? [];
  return { chatId, details: part !== undefined };
}

export const route = signal(read());
window.addEventListener('hashchange', () => {
  route.value = read();
});

export const hrefOf = (chatId?: string, details = false): string =>
  chatId === undefined ? '#/' : `#/c/${chatId}${details ? '/details' : ''}`;

export const go = (chatId?: string, details = false): void => {
  location.hash = hrefOf(chatId, details);
};
