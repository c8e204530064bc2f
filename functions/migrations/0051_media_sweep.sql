-- What the sweep of media works by: names of bytes that nobody has any more, until the store has them no more either; how far
-- it has come in what it goes through page by page; and media that have gone and whose bytes are still theirs.

-- Written in the transaction that takes the last use of the bytes away.
create table dropped_blobs (name text collate "C" primary key);

create table media_sweeps (name text primary key, after text not null);

create index media_unreleased on media (id)
where state in ('gone', 'refused') and (sha256 is not null or thumb_sha256 is not null);
