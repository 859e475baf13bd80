-- Folders of accounts. `validity`, `next_uid` and `modseq` are UIDVALIDITY, UIDNEXT and HIGHESTMODSEQ of the last time that all was up to date
-- (RFC 9051, RFC 7162); 0 where that is not known.
CREATE TABLE folder (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    validity INTEGER NOT NULL,
    next_uid INTEGER NOT NULL,
    modseq INTEGER NOT NULL,
    UNIQUE (account, name)
) STRICT;

-- Rows of messages; an id is never given twice, so that a window that is behind can never mean another message.
-- `date` is in seconds since the epoch. `flags` are bits (message.flags); those in `pending` were set here and are not on the server yet.
-- `words` is what a search looks at: sender, recipients and subject, case-folded.
CREATE TABLE message (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    folder INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    uid INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    date INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    size INTEGER NOT NULL,
    words TEXT NOT NULL,
    UNIQUE (folder, uid)
) STRICT;

-- Messages with the flag "deleted" (8) only wait for their end: nobody sees them. Unseen ones lack the flag "seen" (1) too.
CREATE INDEX message_newest ON message (folder, date DESC, id DESC) WHERE flags & 8 = 0;
-- A search reads this index alone, in order, instead of rows all over the file.
CREATE INDEX message_words ON message (folder, date DESC, id DESC, words) WHERE flags & 8 = 0;
CREATE INDEX message_unseen ON message (folder) WHERE flags & 9 = 0;
CREATE INDEX message_pending ON message (folder) WHERE pending <> 0;

-- Messages that were read once, protected as they came. `used` is when one was last read, in seconds since the epoch.
CREATE TABLE source (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    size INTEGER NOT NULL,
    used REAL NOT NULL,
    content BLOB NOT NULL
) STRICT;

CREATE INDEX source_used ON source (used, size);
