-- Refresh tokens that are good until a successor of theirs is used, and where an account is known. The version before
-- runs on beside this: it reads and writes sessions.refresh_digest and used_refresh_digests as ever, and no other.

-- Refresh tokens that a session may show, but for its first one, which has no row before it is exchanged: the ones that
-- were given and not exchanged yet, and the ones that were exchanged for those. sessions.refresh_digest is the newest.
-- used_refresh_digests holds those of which a successor was used.
create table live_refresh_digests (
  digest text primary key,
  session_id uuid not null references sessions on delete cascade,
  -- The one that it was given for.
  previous text,
  given_at timestamptz(3) not null
);

create index live_refresh_digests_session on live_refresh_digests (session_id, given_at);

-- A digest of the network that the device was last in, when it signed in or refreshed.
alter table sessions add column network text;
