-- What 0038 takes the place of.
alter table message_versions drop constraint message_versions_once;
