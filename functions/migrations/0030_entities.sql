-- What messages are beside their text: which parts of it are bold, links or mentions, and whose it was before it was
-- forwarded. Null for most, who take no byte for it. Never asked for what is in them, only whole.
alter table messages
-- [{type, offset, length, url?, userId?}]
add column entities json,
-- {userId, displayName, sentAt} of who wrote it first.
add column forward json;

-- Nobody takes a message out of it into another chat.
alter table chats add column no_forwards boolean not null default false;

-- Who is mentioned in which message. Follows the message's entities: written, changed and deleted in the statement that
-- does so to the message. Unread are those above the member's read_seq, so that nothing is counted that could drift.
create table mentions (
  chat_id uuid not null,
  -- All zeros for everybody who is in the chat: one row, however many they are.
  user_id uuid not null,
  seq bigint not null,
  primary key (chat_id, user_id, seq)
);

create index mentions_of_message on mentions (chat_id, seq);
