-- Messages change: they are edited, deleted, reacted to and pinned. A chat's changes are numbered 1…last_change without
-- holes, under the lock of the chat's row, in the statement that carries them out. State travels, and no log of it is
-- kept: a message has the number of its last change, and its row has all that is told of it.

alter table chats
add column last_change bigint not null default 0,
-- Messages are first_seq…last_seq without holes.
add column first_seq bigint not null default 1,
-- Whether edited messages keep what they said before.
add column keep_versions boolean not null default false;

alter table messages
-- The number of its last change; 0 if none.
add column rev bigint not null default 0,
add column edited_at timestamptz(3),
-- A tombstone has these and its names: chat, seq, id, client_id, sender_id, sent_at. It says nothing.
add column deleted_at timestamptz(3),
add column deleted_by uuid,
-- Of the rows in pins and reactions, in the same transaction: [{emoji, count}] in order of code points, null for none.
add column pinned_at timestamptz(3),
add column reactions jsonb;

create unique index messages_changed on messages (chat_id, rev) include (seq) where rev > 0;
create index messages_deleted on messages (chat_id, seq) include (sender_id) where deleted_at is not null;

-- Of the tables that follow, rows are written under the lock of their chat's row, by who holds it.

-- One row for each edit, by which its repetition is known. Version 0 is what was sent, where that is kept.
create table message_versions (
  chat_id uuid not null,
  seq bigint not null,
  version integer not null,
  editor_id uuid not null,
  -- The editor's own name of the edit; null for version 0.
  client_id text,
  -- Null once superseded, where the chat keeps none.
  body text,
  at timestamptz(3) not null,
  primary key (chat_id, seq, version),
  constraint message_versions_once unique (chat_id, editor_id, client_id)
);

create table reactions (
  chat_id uuid not null,
  seq bigint not null,
  user_id uuid not null,
  -- Bytes of UTF-8 are in the order of code points.
  emoji text collate "C" not null,
  at timestamptz(3) not null,
  primary key (chat_id, seq, user_id, emoji)
);

create table pins (
  chat_id uuid not null,
  seq bigint not null,
  by uuid not null,
  at timestamptz(3) not null,
  primary key (chat_id, seq)
);
