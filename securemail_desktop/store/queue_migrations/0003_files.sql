-- The files of an entry's draft by hex SHA-256, each sealed by itself: the draft's message file has the digest in its place.
CREATE TABLE outbox_file (
    entry TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (entry, sha256)
) STRICT;
