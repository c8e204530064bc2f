-- Files that people send: what is known of each (media), the bytes, stored once however many have them (blobs), and what names
-- them: messages and drafts. Media that nothing names any more are gone at once, in the transaction that took the last
-- name away; their bytes go later. Whoever gives media a name or takes one away locks their rows first, in order of ids.

create table media (
  -- The upload has the same name.
  id uuid primary key,
  owner_id uuid not null,
  -- The owner's own name of it: begun again under the same name, it is the same upload.
  client_id text,
  kind text not null check (kind in ('photo', 'video', 'audio', 'voice', 'file')),
  -- `uploading`; `uploaded`: whole, and not looked at yet; `ready`: looked at; `refused`: not kept; `gone`: nothing names it.
  state text not null check (state in ('uploading', 'uploaded', 'ready', 'refused', 'gone')),
  filename text,
  -- As the client says, and as the bytes do.
  declared_type text,
  type text,
  -- As the client announces it, or what is set aside for one that it does not announce; in the end, how much came.
  size bigint not null check (size >= 0),
  -- The blob that it is, from `uploaded` on.
  sha256 bytea,
  width integer,
  height integer,
  duration_ms integer,
  waveform bytea,
  thumbhash bytea,
  -- The blob that shows it small.
  thumb_sha256 bytea,
  thumb_type text,
  created_at timestamptz(3) not null,
  finished_at timestamptz(3),
  -- When it was named first.
  attached_at timestamptz(3),
  gone_at timestamptz(3),
  -- Of an upload: who writes to it, until when unless they say so again, and whether somebody waits for them to stop.
  lease uuid,
  leased_until timestamptz(3),
  lease_wanted boolean not null default false
);

create unique index media_named on media (owner_id, client_id) where state in ('uploading', 'uploaded', 'ready');

-- What an owner has, in bytes.
create index media_owned on media (owner_id) include (size) where state <> 'gone';

-- What was never named, the oldest first, and what is still to be looked at.
create index media_unattached on media (created_at) where attached_at is null and state <> 'gone';

create index media_unseen on media (finished_at) where state = 'uploaded';

create index media_gone on media (gone_at) where state = 'gone';

-- Who has the bytes.
create index media_of_blob on media (sha256) where state <> 'gone' and sha256 is not null;

create index media_of_thumb on media (thumb_sha256) where state <> 'gone' and thumb_sha256 is not null;

-- Bytes in the store, once for each hash. Their names are never used twice: so what is stored again while it is being deleted
-- does not go with it.
create table blobs (
  sha256 bytea primary key,
  name text collate "C" not null unique,
  size bigint not null,
  stored_at timestamptz(3) not null
);

-- What messages name, in their order. Written and taken away in the transaction that does so to the message.
create table message_media (
  chat_id uuid not null,
  seq bigint not null,
  n smallint not null,
  media_id uuid not null,
  primary key (chat_id, seq, n)
);

create index message_media_named on message_media (media_id);

-- What the message tells of its media: [{id, kind, type, size, …}]. Null for most, who take no byte for it.
alter table messages add column media json;
