/** What a row of table `members` has of the member's own state. */
import type { Draft, OwnState } from '../domain/model.js';

/** Times are Dates out of columns, ISO 8601 text out of JSON. */
export interface SettingsRow {
  muted_until: Date | string | null;
  notify: 'mentions' | 'none' | null;
  archived: true | null;
  pinned: true | null;
  draft: Omit<Draft, 'at'> | null;
  draft_at: Date | string | null;
}

export interface OwnStateRow extends SettingsRow {
  chat_id: string;
  rev: number | null;
  hidden?: OwnState['hidden'] | null;
}

const SETTINGS = ['muted_until', 'notify', 'archived', 'pinned', 'draft', 'draft_at'] as const;

/** What is read of a row of this alias, for what is set of it. */
export const settingsColumns = (member: string): string => SETTINGS.map(column => `${member}.${column}`).join(', ');

/** What is read of it, as `m`. */
export const OWN_COLUMNS = `m.chat_id, m.rev, ${settingsColumns('m')}`;

/**
 * What the user hides in the chat of `m` by changes from this number on. Whoever is told a state holds its number then, so all
 * that has this number is told with it.
 */
export const hiddenFrom = (userId: string, rev: string): string => `
  case when m.hidden_to is not null then (
    select json_agg(json_build_object('from', h.from_seq, 'to', h.to_seq) order by h.from_seq) from hidden h
    where h.chat_id = m.chat_id and h.user_id = ${userId} and h.rev >= ${rev}) end as hidden`;

export const settingsOf = (row: SettingsRow): Omit<OwnState, 'chatId' | 'rev' | 'hidden'> => ({
  ...(row.muted_until && { mutedUntil: iso(row.muted_until) }),
  ...(row.notify && { notify: row.notify }),
  ...(row.archived && { archived: row.archived }),
  ...(row.pinned && { pinned: row.pinned }),
  ...(row.draft && row.draft_at && { draft: { ...row.draft, at: iso(row.draft_at) } }),
});

export const ownStateOf = (row: OwnStateRow): OwnState => ({
  chatId: row.chat_id,
  rev: row.rev ?? 0,
  ...settingsOf(row),
  ...(row.hidden && { hidden: row.hidden }),
});

const iso = (time: Date | string): string => new Date(time).toISOString();
