-- What live connections have to follow: who came into a chat or out of it, and which sessions ended, however that was
-- done. Connections are told by messages; some seconds later they are asked to look once more, and the row goes. So a
-- message that was lost, or a process that died before it could send one, leaves nobody where they should not be.

create table access_changes (
  id bigint generated always as identity primary key,
  -- Whose connections are to look, or those of which session.
  user_id uuid,
  session_id uuid,
  changed_at timestamptz not null default clock_timestamp(),
  check ((user_id is null) <> (session_id is null))
);

create function note_new_members() returns trigger language plpgsql set search_path from current as $$
begin
  insert into access_changes (user_id) select distinct user_id from added;
  return null;
end $$;

create function note_member() returns trigger language plpgsql set search_path from current as $$
begin
  insert into access_changes (user_id) values (old.user_id);
  return null;
end $$;

create function note_session() returns trigger language plpgsql set search_path from current as $$
begin
  insert into access_changes (session_id) values (old.id);
  return null;
end $$;

create trigger members_added after insert on members
referencing new table as added for each statement execute function note_new_members();

-- Watermarks move at every message: statements that do not name left_at are not looked at.
create trigger members_left after update of left_at on members
for each row when (old.left_at is distinct from new.left_at) execute function note_member();

create trigger members_deleted after delete on members for each row execute function note_member();

create trigger sessions_ended after update of revoked_at on sessions
for each row when (old.revoked_at is null and new.revoked_at is not null) execute function note_session();

create trigger sessions_deleted after delete on sessions
for each row when (old.revoked_at is null) execute function note_session();
