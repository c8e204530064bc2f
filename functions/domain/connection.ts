/** What comes with a connection that opens or closes. */
import { strictObject, text } from './text.js';

export const ConnectionInput = strictObject({ connectionId: text(1, 128) });

/** A change of somebody's chats or sessions is looked at again when it is this old: by then it was told, if all went well. */
export const SETTLED_MS = 6_000;

/** How many changes one run of recheckConnections takes on; the next run takes the others. */
export const CHANGES_A_RUN = 2_000;
