/**
 * Who may call a function. `authorize` is the only place that decides; the functions themselves never look.
 * - `public`: anybody, also without signing in.
 * - `user`: anybody signed in.
 * - `member`: a member of the chat `data.chatId`; `manager`: its owner or an admin; `owner`: its owner.
 * - `removal`: of `data.userId` from `data.chatId`: oneself always; the owner removes anybody, an admin plain members;
 *   who is out already may be removed again.
 * - `acquaintance`: somebody who shares a chat with `data.userId`, or that user.
 * - `internal`: queues, timers, connections and events of trusted services; never a caller from outside.
 */
export type Access = 'public' | 'user' | 'member' | 'manager' | 'owner' | 'removal' | 'acquaintance' | 'internal';
