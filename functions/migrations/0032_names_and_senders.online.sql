-- What a message is found by beside its place: what its sender's name of it comes to, instead of the name as it was given,
-- and its sender. Each is half as large, or less, as the index that it takes the place of; so is what is logged of it. Both
-- are of expressions, which nobody uses but who asks for them: an index that begins with chat_id is taken for as good as the
-- primary key while the table is small, and read from end to end later.

drop index concurrently if exists messages_names;

-- Seven bytes of the chat, so that what is said in one chat stands together, and a hash of 128 bits in which nobody finds two
-- names that are the same. Of what is hashed the ids have their fixed lengths; a backslash is doubled, as text means by it
-- what follows it when it becomes bytes. See nameOf in functions/stores/rows.ts.
create unique index concurrently messages_names on messages ((substring(uuid_send(chat_id) from 10) ||
  substring(sha256(uuid_send(chat_id) || uuid_send(sender_id) || replace(client_id, '\', '\\')::bytea) for 16)));

drop index concurrently if exists messages_of_sender;

-- In blocks of 64 seqs: entries that are the same are stored once, with six bytes for each row.
create index concurrently messages_of_sender on messages
((uuid_send(chat_id) || uuid_send(sender_id)), ((seq >> 6)::int));
