-- By which the repetition of an edit is known. An index that has chat_id is taken for as good as the primary key while tables
-- are small, and then leads to the versions of one message through all of its chat's.

drop index concurrently if exists message_versions_by_editor;

create unique index concurrently message_versions_by_editor on message_versions ((uuid_send(chat_id)), editor_id, client_id);
