/** The target of a request. https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
import type { IncomingMessage } from 'node:http';

const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/**
 * Gives a request whose target is absolute (`GET http://host/path`), as clients send it to what they take for a proxy,
 * the target that it would have had otherwise. To be called before anybody looks at it; a second time does nothing.
 */
export function toOriginForm(request: IncomingMessage): void {
  const { url = '/' } = request;
  if (url.startsWith('/')) return;
  const rest = url.replace(ABSOLUTE, '');
  if (rest !== url) request.url = rest.startsWith('/') ? rest : `/${rest}`;
}
