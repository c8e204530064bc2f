/** SQL conditions on a row of `members`, by its alias: what somebody has shown of themselves by writing in a chat. */
import { isSentBy } from './rows.js';

/**
 * The member has written in the chat at least once, found by the index of names. With an offset it stays a question about
 * one chat: without, all that was ever written may be read to answer it for several.
 */
export const hasWritten = (member: string): string =>
  `exists (select from messages w where ${isSentBy('w', `${member}.chat_id`, `${member}.user_id`)} offset 0)`;

/** The other members of the chat, of this type, may know whether the member is online. */
export const showsPresence = (member: string, type: string): string => `(${type} = 'group' or ${hasWritten(member)})`;
