-- What a member's chats are to themselves, on all their devices: muted, archived, pinned, with a draft, and with messages
-- that they hide from themselves. A user's changes of it are numbered 1…last_note without holes, under the lock of
-- their row in users, in the statement that carries them out. State travels, and no log of it is kept: a row has the
-- number of its last change. Locks are taken on chats first, then on members, then on users, each in order of ids.

alter table users add column last_note bigint not null default 0;

-- Null where it was never set: most rows take no byte for any of this.
alter table members
add column muted_until timestamptz(3),
-- `mentions` or `none`; null for everything.
add column notify text,
add column archived boolean,
add column pinned boolean,
-- {body, replyTo?}
add column draft jsonb,
-- When the newest draft was written, or given up, or sent: none that was written by then comes back.
add column draft_at timestamptz(3),
-- The highest seq that is hidden.
add column hidden_to bigint,
-- The number of the last change of any of this.
add column rev bigint;

create unique index members_noted on members (user_id, rev) where rev is not null;

-- Stretches of a chat that a member hides from themselves. Those that touch are one. Written under the lock of the row
-- in members.
create table hidden (
  chat_id uuid not null,
  user_id uuid not null,
  from_seq bigint not null,
  to_seq bigint not null,
  -- The number of the change that made it what it is.
  rev bigint not null,
  primary key (chat_id, user_id, to_seq)
);
