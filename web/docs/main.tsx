/**
 * The API's documents, to read and to try. A page of our own: the renderers that there are weigh some megabytes, one for
 * each of the two documents, and put styles inline, which the content security policy does not let them.
 */
import { render } from 'preact';
import '../app/theme.js';
import { readEvents } from './asyncapi.js';
import type { Document } from './document.js';
import { readOperations } from './openapi.js';
import { Page } from './parts/page.js';

const fetched = async (path: string): Promise<Document> => (await (await fetch(path)).json()) as Document;

/** What an address points to is there only now, and folded. */
function show(): void {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (place instanceof HTMLDetailsElement) place.open = true;
  place?.scrollIntoView();
}

const [openapi, asyncapi] = await Promise.all([fetched('/openapi.json'), fetched('/asyncapi.json')]);
const shapes = { ...openapi.components.schemas, ...asyncapi.components.schemas };
render(
  <Page
    rest={{ about: openapi.info, operations: readOperations(openapi) }}
    live={{ about: asyncapi.info, events: readEvents(asyncapi) }}
    shapes={shapes}
  />,
  document.body,
);
show();
window.addEventListener('hashchange', show);
