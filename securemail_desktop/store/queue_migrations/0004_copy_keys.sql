-- The recipients' keys of each protected copy: one that is given up while the copy waits must hold it.
CREATE TABLE outbox_copy_key (
    entry  TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    key    TEXT NOT NULL,
    PRIMARY KEY (entry, number, key)
) WITHOUT ROWID, STRICT;
