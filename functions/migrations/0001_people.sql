-- People and the devices that they are signed in on.

-- Trusted since PostgreSQL 13: the owner of the database may create it.
create extension if not exists pg_trgm;

create table users (
  id uuid primary key,
  email text not null,
  username text not null,
  display_name text not null,
  password_hash text not null,
  created_at timestamptz(3) not null,
  last_seen_at timestamptz(3)
) with (fillfactor = 90);

create unique index users_email on users (lower(email));
-- text_pattern_ops answers equality as well as 'starts with', so one index serves uniqueness and search.
create unique index users_username on users (lower(username) text_pattern_ops);
create index users_display_name on users (lower(display_name) text_pattern_ops);
create index users_name_parts on users using gin (lower(username) gin_trgm_ops, lower(display_name) gin_trgm_ops);

create table sessions (
  id uuid primary key,
  user_id uuid not null references users,
  device text,
  -- SHA-256 of the one refresh token that is valid.
  refresh_digest text not null,
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  revoked_at timestamptz(3)
);

create unique index sessions_refresh_digest on sessions (refresh_digest);
create index sessions_user on sessions (user_id);

-- Refresh tokens that were exchanged already: whoever shows one of these has stolen it, or was stolen from.
create table used_refresh_digests (
  digest text primary key,
  session_id uuid not null references sessions on delete cascade
);

create index used_refresh_digests_session on used_refresh_digests (session_id);
