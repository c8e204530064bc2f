/**
 * Which of the stores' contracts are to notice what is changed in a file of `functions/stores`. Nearly every contract makes
 * people, chats and messages, so all of them pass nearly everywhere: these are the ones whose story a file is. Whatever is not
 * named here, all of them are for.
 */
const CONTRACTS: Readonly<Record<string, readonly string[]>> = {
  accessChanges: ['changes of access'],
  append: ['messages (?!sync)', 'own state a draft that is sent', 'mentions', 'forwards'],
  approaches: ['approaches'],
  changes: ['changes (?!of access|sync)', 'what is read of a chat'],
  chats: ['chats', 'mentions', 'unread in a long chat', 'changes (?!of access|sync)'],
  coalesce: [],
  forward: ['forwards'],
  ground: ['changes (?!of access|sync)'],
  'in-turn': [],
  marks: ['mentions', 'forwards', 'messages (?!sync)'],
  members: ['members'],
  mentions: ['mentions'],
  messages: ['messages (?!sync)', 'own state hiding', 'what is read of a chat'],
  mine: ['changes (?!of access|sync)'],
  'own-state': ['own state'],
  'own-state-rows': ['own state'],
  rows: ['messages (?!sync)', 'changes (?!of access|sync)', 'forwards'],
  'sent-drafts': ['own state a draft that is sent'],
  sessions: ['sessions'],
  sync: ['messages sync', 'changes sync', 'own state hiding'],
  'sync-changed': ['messages sync', 'changes sync', 'own state hiding'],
  'sync-chats': ['messages sync', 'changes sync', 'own state hiding'],
  'sync-messages': ['messages sync', 'changes sync', 'own state hiding'],
  'take-away': ['changes (?!of access|sync)', 'mentions'],
  users: ['users'],
  'write-changes': ['changes (?!of access|sync)', 'mentions'],
};

/** As Mocha's `grep`: all that needs no server, and of the contracts those of the file, on the server at DSN. */
export function titlesFor(file: string): string {
  const stories = CONTRACTS[file]?.join('|') ?? '(?!plans |names in all scripts )';
  return `^(?!stores on )|^stores on a real PostgreSQL server (${stories || '(?!)'})`;
}
