-- The large octets of an entry, apart from its row, so that this can be read and written without them: its draft with Bcc (sealed to the store),
-- and the copy for Sent until it is there.
CREATE TABLE outbox_body (
    entry TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (name IN ('draft', 'sent')),
    content BLOB NOT NULL,
    PRIMARY KEY (entry, name)
) STRICT;

INSERT INTO outbox_body (entry, name, content) SELECT id, 'draft', draft FROM outbox;
INSERT INTO outbox_body (entry, name, content) SELECT id, 'sent', sent_copy FROM outbox WHERE sent_copy <> x'';
ALTER TABLE outbox DROP COLUMN draft;
ALTER TABLE outbox DROP COLUMN sent_copy;

-- The subject, sealed like the draft; empty in entries of earlier versions, whose draft has it.
ALTER TABLE outbox ADD COLUMN subject BLOB NOT NULL DEFAULT x'';
