-- How many messages of a chat were deleted, by sender and by block of a thousand seqs, so that how many of a million lie
-- above a watermark is told from some hundred rows and the tombstones of one block. Follows the tombstones: written in the
-- statement that makes them, under the lock of the chat's row; nothing is ever undeleted.
create table deleted_counts (
  chat_id uuid not null,
  -- All zeros for all of them together.
  sender_id uuid not null,
  -- seq / 1000
  block bigint not null,
  count integer not null,
  primary key (chat_id, sender_id, block)
);

insert into deleted_counts (chat_id, sender_id, block, count)
select chat_id, coalesce(sender_id, '00000000-0000-0000-0000-000000000000'), seq / 1000, count(*)
from messages where deleted_at is not null
group by grouping sets ((chat_id, sender_id, seq / 1000), (chat_id, seq / 1000));

-- Finds what is to be forgotten where a chat no longer keeps what its messages said before.
create index message_versions_kept on message_versions (chat_id) where body is not null;
