"""The journal file's schema: numbered steps, each applied once; `PRAGMA user_version` says how many were."""

SCHEMA: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE epochs (
            position INTEGER PRIMARY KEY, epoch TEXT NOT NULL UNIQUE, organization TEXT NOT NULL, device TEXT NOT NULL, public_key BLOB NOT NULL
        ) STRICT""",
        """CREATE TABLE records (
            position INTEGER PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL, rid TEXT NOT NULL UNIQUE,
            record BLOB NOT NULL, signature BLOB NOT NULL, UNIQUE (epoch, seq)
        ) STRICT""",
        "CREATE TABLE acknowledged (epoch TEXT NOT NULL, seq INTEGER NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (epoch, seq)) STRICT",
        "CREATE TABLE checkpoint (epoch TEXT PRIMARY KEY NOT NULL, note TEXT NOT NULL, size INTEGER NOT NULL, root TEXT NOT NULL) STRICT",
    ),
)
SCHEMA_VERSION = len(SCHEMA)
