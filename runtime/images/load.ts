/** Loads one image's table, and its edge when it has clients, and nothing of the other images. */
import type { ImageName } from '../config.js';
import type { Image } from '../contract/image.js';
import type { openEdge } from '../edge.js';

interface Loaded {
  readonly image: Image;
  readonly edge?: typeof openEdge;
}

export async function loadImage(name: Exclude<ImageName, 'migrate'>): Promise<Loaded> {
  switch (name) {
    case 'gateway':
      return { image: (await import('./gateway.js')).gateway, edge: (await import('../edge.js')).openEdge };
    case 'chat-svc':
      return { image: (await import('./chat-svc.js')).chatSvc };
    case 'presence-svc':
      return { image: (await import('./presence-svc.js')).presenceSvc };
    case 'all':
      return { image: (await import('./all.js')).all, edge: (await import('../edge.js')).openEdge };
  }
}
