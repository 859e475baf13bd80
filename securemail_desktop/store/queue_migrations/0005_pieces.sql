-- The large octets of an entry in pieces, so that no step holds all of them: its draft and the draft's files (sealed to the store), the copy for
-- Sent until it is there, and its copies. They are written before the entry that they belong to: what belongs to none is left of an interrupted step.
CREATE TABLE outbox_piece (
    entry TEXT NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (entry, name, number)
) STRICT;

INSERT INTO outbox_piece (entry, name, number, content) SELECT entry, name, 0, content FROM outbox_body;
INSERT INTO outbox_piece (entry, name, number, content) SELECT entry, 'file ' || sha256, 0, content FROM outbox_file;
INSERT INTO outbox_piece (entry, name, number, content) SELECT entry, 'copy ' || number, 0, content FROM outbox_copy;
DROP TABLE outbox_body;
DROP TABLE outbox_file;
ALTER TABLE outbox_copy DROP COLUMN content;
