-- What the list shows of a message's inside: bits (message.marks); -1 for rows of before, until the server was asked.
ALTER TABLE message ADD COLUMN marks INTEGER NOT NULL DEFAULT -1;
CREATE INDEX message_unmarked ON message (folder) WHERE marks < 0;
