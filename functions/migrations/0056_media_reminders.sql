-- How many times it was wished again that media are looked at: the wish that came with their end may be lost.
alter table media add column reminders smallint not null default 0;
