-- Chats, who is in them, and what was said. Locks are taken on chats first, in order of id, then on members, in order
-- of (chat_id, user_id), by every statement that touches several: so no two of them can wait for each other.

create table chats (
  id uuid primary key,
  type text not null check (type in ('direct', 'group')),
  title text,
  -- The two people of a direct chat, the lower id first. They are its members, so no foreign keys of their own.
  direct_low uuid,
  direct_high uuid,
  created_at timestamptz(3) not null,
  -- The number of the newest message; messages are 1…last_seq without holes.
  last_seq bigint not null default 0,
  member_count integer not null,
  -- When the newest message was sent, or the chat created. Not indexed, so that every message is a HOT update here.
  active_at timestamptz(3) not null,
  check ((type = 'direct') = (direct_low is not null and direct_high is not null))
) with (fillfactor = 50);

create unique index chats_direct on chats (direct_low, direct_high) where type = 'direct';

-- One row for each who ever was in the chat. Those who left keep theirs: what they had sent is still accepted.
create table members (
  chat_id uuid not null references chats,
  user_id uuid not null references users,
  role text not null check (role in ('owner', 'admin', 'member')),
  joined_at timestamptz(3) not null,
  -- Null while they are in it.
  left_at timestamptz(3),
  -- Watermarks: everything up to this seq is read, delivered.
  read_seq bigint not null default 0,
  delivered_seq bigint not null default 0,
  primary key (chat_id, user_id)
) with (fillfactor = 70);

create index members_of_user on members (user_id, chat_id) where left_at is null;

-- Both keys begin with or contain chat_id, so the table can be partitioned by hash of the chat, or distributed by it,
-- without another change. It has no foreign keys: only messages of existing chats and members are ever inserted, in
-- the statement that holds the chat's row lock, and a check for each row would only cost.
create table messages (
  chat_id uuid not null,
  seq bigint not null,
  id uuid not null,
  -- The sender's own name of the message: sent again under the same name, it is the same message.
  client_id text not null,
  sender_id uuid not null,
  body text not null,
  reply_to uuid,
  sent_at timestamptz(3) not null,
  primary key (chat_id, seq),
  constraint messages_once unique (chat_id, sender_id, client_id)
);
