-- What a message is found by beside its place: its sender in its chat, and its sender's name of it, each as 32 bits of a hash.
-- Eight bytes where 0032 has 23, and as many for its sender only where that is asked: what was stored ahead. The hashes are
-- those by which PostgreSQL partitions tables, which stay what they are from version to version, and cost a tenth of SHA-256.
-- Two names may have the same: whoever asks names the columns too. That no message is stored twice is for the lock of the
-- chat's row to see to, under which its messages are numbered: see functions/stores/append.ts.

drop index concurrently if exists messages_named;

create index concurrently messages_named on messages
(((uuid_hash_extended(sender_id, uuid_hash_extended(chat_id, 0)) >> 32)::int),
  ((hashtextextended(client_id collate "C", 0) >> 32)::int));

drop index concurrently if exists messages_ahead_of;

-- In blocks of 64 seqs: entries that are the same are stored once, with six bytes for each row.
create index concurrently messages_ahead_of on messages
(((uuid_hash_extended(sender_id, uuid_hash_extended(chat_id, 1)) >> 32)::int), ((seq >> 6)::int)) where ahead is not null;
