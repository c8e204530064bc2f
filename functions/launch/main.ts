/** `node dist/runtime/main.js IMAGE`: the entry points of Mini-Telegram, from this repository or from an image. */
import { main } from '@mini-telegram/functions/main';

void main(new URL('../../', import.meta.url));
