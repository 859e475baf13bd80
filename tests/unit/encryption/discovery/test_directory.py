"""Entries of a directory."""

import pytest

from securemail_desktop.encryption.discovery.directory import values


@pytest.mark.parametrize("name", ["member", "Member", "member;binary", "member;range=0-1499"])
def test_an_attribute_is_found_whatever_options_its_name_has(name: str) -> None:
    assert values({"cn": [b"ward"], "members": [b"x"], "member": [], name: [b"cn=bob"]}, "member") == [b"cn=bob"]
