-- A draft by its Message-ID: its message file with the digests of its files in their place. `writing` says that its window is open, `replaces`
-- names the entry of the outbox that it was taken from, or is empty. `saved` is in seconds since the epoch (UTC).
CREATE TABLE draft (
    id TEXT NOT NULL PRIMARY KEY,
    document BLOB NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    saved REAL NOT NULL,
    writing INTEGER NOT NULL,
    replaces TEXT NOT NULL
) STRICT;

-- The octets of drafts' files, each once, so that a large one is not written again with every change of the text.
CREATE TABLE draft_content (
    sha256 TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;

CREATE TABLE draft_file (
    draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL REFERENCES draft_content (sha256),
    PRIMARY KEY (draft, sha256)
) STRICT, WITHOUT ROWID;
