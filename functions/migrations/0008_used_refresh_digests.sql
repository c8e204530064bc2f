-- Bounds what is kept of used refresh tokens, and lets the version before run beside this one without signing people out.

-- The how manieth of its session it is; 0 for those of before. Only the newest are kept.
alter table used_refresh_digests add column n bigint not null default 0;
create index used_refresh_digests_session_n on used_refresh_digests (session_id, n);
drop index used_refresh_digests_session;

-- The version before exchanges a token once: it puts the next one into sessions.refresh_digest, and the token itself among
-- the used ones at once. This makes of it what this version would have written: both tokens are good, and the one before
-- them is used. So a second tab that comes to this version goes on, and none ends the session at the version before.
create function keep_exchanged() returns trigger language plpgsql set search_path from current as $$
declare
  retired text;
begin
  -- Written by this version.
  if exists (select from live_refresh_digests where digest = new.refresh_digest) then
    return null;
  end if;
  delete from used_refresh_digests where digest = old.refresh_digest and session_id = new.id;
  select previous into retired from live_refresh_digests where digest = old.refresh_digest;
  insert into live_refresh_digests (digest, session_id, previous, given_at)
  values (old.refresh_digest, new.id, null, new.last_used_at), (new.refresh_digest, new.id, old.refresh_digest, new.last_used_at)
  on conflict (digest) do nothing;
  if retired is not null then
    delete from live_refresh_digests where digest = retired;
    insert into used_refresh_digests (digest, session_id, n)
    select retired, new.id, 1 + coalesce(max(n), 0) from used_refresh_digests where session_id = new.id
    on conflict (digest) do nothing;
  end if;
  return null;
end $$;

-- Runs when the statement is done, in which the version before has written both.
create trigger sessions_exchanged after update of refresh_digest on sessions
for each row when (old.refresh_digest is distinct from new.refresh_digest) execute function keep_exchanged();
