-- What the page says of itself to which a message's first link leads. Null for all messages that there are, which costs nothing.
alter table messages add column preview json;
