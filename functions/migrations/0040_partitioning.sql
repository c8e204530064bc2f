-- How far `npm run partition` is, in one row while it is under way. From this version on every statement finds its rows in
-- partitions as well; the version before takes reactions away by their places in one file.
create table partitioning (
  singleton boolean primary key default true check (singleton),
  partitions integer not null,
  phase text not null check (phase in ('copy', 'compare', 'drop')),
  -- Everything up to this number of this chat is copied, or compared.
  owner uuid not null,
  number bigint not null
);
