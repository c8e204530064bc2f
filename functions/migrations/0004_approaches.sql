-- What people who do not know somebody may do to them.

-- Who leaves a group by their own act is not put back by others.
alter table members add column left_by_choice boolean not null default false;

-- When each user was last put into a chat by somebody to whom they have never written: the newest times, oldest first.
-- One row a user, so that the limit holds however many do it at once.
create table approaches (
  user_id uuid primary key,
  times timestamptz(3)[] not null
) with (fillfactor = 70);
