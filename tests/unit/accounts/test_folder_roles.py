import pytest

from securemail_desktop.accounts.folder_roles import with_roles

Listed = tuple[tuple[str, ...], str, str]


@pytest.mark.parametrize(
    ("listed", "roles"),
    [
        ([((), "/", "INBOX")], {"INBOX": "inbox"}),
        ([(("\\hasnochildren", "\\sent"), "/", "Gesendete"), ((), "/", "Sent")], {"Gesendete": "sent", "Sent": ""}),
        ([((), ".", "INBOX.Sent Items"), ((), ".", "INBOX.Drafts")], {"INBOX.Sent Items": "sent", "INBOX.Drafts": "drafts"}),
        ([((), "/", "Archive/Sent"), ((), "/", "Sent")], {"Archive/Sent": "", "Sent": "sent"}),
        ([((), "/", "ENTWÜRFE"), ((), "/", "Spam")], {"ENTWÜRFE": "drafts", "Spam": "junk"}),
        ([((), "", "Sent/x"), ((), "", "trash")], {"Sent/x": "", "trash": "trash"}),
        (
            [(("\\Trash",), "/", "Bin"), (("\\Archive",), "/", "Old"), (("\\All",), "/", "Any")],
            {"Bin": "trash", "Old": "archive", "Any": "all"},
        ),
        ([(("\\drafts",), "/", "Sent")], {"Sent": "drafts"}),
    ],
)
def test_roles(listed: list[Listed], roles: dict[str, str]) -> None:
    assert {folder.name: folder.role for folder in with_roles(listed)} == roles
