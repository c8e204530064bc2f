-- What 0034 takes the place of. The version before looks up what belongs to a message here, and would read all of its chat.
drop index mentions_of_message;
drop index message_versions_kept;
