-- What 0036 takes the place of. The version before looks names up here, and has nothing else that keeps two of its kind from
-- storing one message twice at the same moment.
drop index messages_names;
drop index messages_of_sender;
