-- What belongs to a message, and what a chat keeps, are found by indexes that nobody uses but who asks for their very
-- expressions. One that begins with chat_id is taken for as good as the primary key while tables are small, or while a few
-- messages have nearly all rows, and one of rows that are asked for without it is read from end to end.

drop index concurrently if exists mentions_by_message;

create index concurrently mentions_by_message on mentions ((uuid_send(chat_id)), seq);

drop index concurrently if exists message_versions_by_chat;

-- Finds what is to be forgotten where a chat no longer keeps what its messages said before.
create index concurrently message_versions_by_chat on message_versions ((uuid_send(chat_id))) where octet_length(body) >= 0;
