-- The recipient index as it exports itself: one JSON array a row, named by its kind and number. Rows are added; one that changes is replaced.
CREATE TABLE recipient_row (
    kind TEXT NOT NULL,
    number INTEGER NOT NULL,
    fields TEXT NOT NULL CHECK (json_valid(fields)),
    PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;

-- Rows of an older form have no number: the index leaves them out and reads the mailbox again.
INSERT OR IGNORE INTO recipient_row (kind, number, fields)
SELECT fields ->> 0, fields ->> 1, fields FROM recipient_index
WHERE json_type(fields, '$[0]') = 'text' AND json_type(fields, '$[1]') = 'integer';

DROP TABLE recipient_index;
