-- One message that is not wholly delivered: its draft with Bcc (sealed to the store), the audit record's base, the rid of its intent, the copy for Sent.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    sender TEXT NOT NULL,
    draft BLOB NOT NULL,
    record TEXT NOT NULL CHECK (json_valid(record)),
    intent TEXT NOT NULL,
    sent_copy BLOB NOT NULL,
    created REAL NOT NULL,
    next_attempt REAL NOT NULL,
    attempts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The protected bytes of each copy: every attempt sends the same ones.
CREATE TABLE outbox_copy (
    entry TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    method TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (entry, number)
) STRICT;

-- Where each recipient's copy stands. `outcome` names the audit record of the newest attempt, `recorded` says that the journal has it.
CREATE TABLE outbox_recipient (
    entry TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    address TEXT NOT NULL,
    field TEXT NOT NULL,
    method TEXT NOT NULL,
    copy INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    outcome TEXT NOT NULL,
    recorded INTEGER NOT NULL,
    code INTEGER NOT NULL,
    enhanced TEXT NOT NULL,
    queue_id TEXT NOT NULL,
    PRIMARY KEY (entry, position)
) STRICT, WITHOUT ROWID;

-- Drafts that an entry was made of, noted in the entry's own step. The store is another file and may hold them still: they are removed before anybody looks.
CREATE TABLE spent_draft (
    id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
