-- Who writes has not read what others wrote just before. A message is unread to a member while its seq is above their
-- read_seq and somebody else sent it, so one's own messages above one's read_seq have to be counted, at once however
-- many there are. Those, and no others, were stored `ahead`: before their sender had read everything up to them. They
-- are numbered 1… for each sender in each chat, so that how many there are between two seqs is a subtraction.
alter table messages add column ahead bigint;
-- The number that the newest of the member's messages ahead has.
alter table members add column ahead bigint not null default 0;

-- Finds the last one up to a seq. Most messages are not ahead, and not in it.
create index messages_ahead on messages (chat_id, sender_id, seq) include (ahead) where ahead is not null;
