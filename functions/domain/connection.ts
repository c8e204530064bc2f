/** What comes with a connection that opens or closes. */
import { exactly, text } from './text.js';

export const ConnectionInput = exactly({ connectionId: text(1, 128) });
