-- Small secrets: passwords, tokens, private keys. The file is encrypted as a whole.
CREATE TABLE vault (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    secret BLOB NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

-- JSON documents by name.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL CHECK (json_valid(document))
) STRICT, WITHOUT ROWID;

-- The recipient index as it exports itself: one JSON array a row, in order.
CREATE TABLE recipient_index (
    position INTEGER NOT NULL PRIMARY KEY,
    fields TEXT NOT NULL CHECK (json_valid(fields))
) STRICT;

-- The address book; `key` is Address.key.
CREATE TABLE contacts (
    key TEXT NOT NULL PRIMARY KEY,
    local TEXT NOT NULL,
    domain TEXT NOT NULL,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
