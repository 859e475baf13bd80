from securemail_desktop.store.database import Database
from securemail_desktop.store.vault import Vault


def test_put_get_replace_remove(database: Database) -> None:
    vault = Vault(database)
    assert vault.get("password", "alice") is None
    vault.put("password", "alice", b"one")
    vault.put("password", "alice", b"two\0three")
    vault.put("token", "alice", b"")
    assert vault.get("password", "alice") == b"two\0three"
    assert vault.get("token", "alice") == b""
    vault.remove("password", "alice")
    vault.remove("password", "alice")
    assert vault.get("password", "alice") is None
    assert vault.get("token", "alice") == b""


def test_names_of_one_kind_are_sorted(database: Database) -> None:
    vault = Vault(database)
    for kind, name in (("smime-key", "b"), ("smime-key", "a"), ("password", "c")):
        vault.put(kind, name, b"s")
    assert vault.names("smime-key") == ["a", "b"]
    assert vault.names("none") == []
