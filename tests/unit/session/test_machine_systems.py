"""Windows' registry, macOS' managed preferences, and what installers ship for administrators to begin with, by fakes of the systems."""

import json
import plistlib
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from securemail_desktop.session.machine import NAMES, RING, ROOT, SOURCES, TRUSTED, MachineBroken, Origin, Scopes, following
from securemail_desktop.session.machine_macos import macos_scopes
from securemail_desktop.session.machine_windows import KEY, windows_scopes

PIN = "a" * 64
INSTALLERS = Path(__file__).parents[3] / "installers"
NAMESPACE = "{http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions}"


class FakeRegistry:
    """Keys and values by path."""

    def __init__(self, keys: Mapping[str, Mapping[str, object]], broken: bool = False) -> None:
        self.keys, self.broken = keys, broken

    def values(self, key: str) -> Mapping[str, object]:
        if self.broken:
            raise PermissionError("no")
        return self.keys.get(key, {})


def test_the_registry_of_windows() -> None:
    sources = {str(n): f"\\\\server{n}\\policy" for n in (10, 2, 1)}
    keys = {KEY: {ROOT: PIN, "Other": 1}, rf"{KEY}\{SOURCES}": sources, rf"{KEY}\Recommended": {RING: "pilot"}}
    scopes = windows_scopes(FakeRegistry(keys))
    assert scopes == Scopes({ROOT: PIN, SOURCES: ("\\\\server1\\policy", "\\\\server2\\policy", "\\\\server10\\policy")}, {RING: "pilot"})
    found = following(scopes, {SOURCES: ["C:\\mine"], ROOT: "b" * 64})
    assert found is not None
    assert (found.sources[0], found.origins[SOURCES], found.ring) == ("\\\\server1\\policy", Origin.MANAGED, "pilot")
    assert windows_scopes(FakeRegistry({})) == Scopes()
    with pytest.raises(MachineBroken):
        windows_scopes(FakeRegistry({}, broken=True))


def test_the_managed_preferences_of_macos(tmp_path: Path) -> None:
    file = tmp_path / "managed.plist"
    assert macos_scopes(file) == Scopes()
    file.write_bytes(plistlib.dumps({SOURCES: ["https://x"], ROOT: PIN, "Other": 1, "Recommended": {RING: "pilot"}}))
    assert macos_scopes(file) == Scopes({SOURCES: ["https://x"], ROOT: PIN}, {RING: "pilot"})
    for content in (b"", b"<plist>", b"\0" * 50):
        file.write_bytes(content)
        with pytest.raises(MachineBroken):
            macos_scopes(file)
    file.write_bytes(plistlib.dumps(["a list"]))
    assert macos_scopes(file) == Scopes()


def test_the_sample_for_macos_is_what_the_program_reads(tmp_path: Path) -> None:
    profile = plistlib.loads((INSTALLERS / "macos" / "securemail-policies.mobileconfig").read_bytes())
    assert profile["PayloadScope"] == "System"
    payload = profile["PayloadContent"][0]
    file = tmp_path / f"{payload['PayloadType']}.plist"
    file.write_bytes(plistlib.dumps(payload))
    found = following(macos_scopes(file), {})
    assert found is not None
    assert (found.sources, found.ring) == (("https://policy.clinic.example/",), "broad")


def test_the_sample_for_linux_is_what_the_program_reads() -> None:
    document = json.loads((INSTALLERS / "linux" / "policies" / "managed.json").read_text(encoding="utf-8"))
    assert following(Scopes(document), {}) is not None
    assert set(document) <= set(NAMES)


def test_the_administrative_template_sets_what_the_program_reads_and_every_text_is_there() -> None:
    admx = ET.parse(INSTALLERS / "windows" / "SecureMail.admx").getroot()
    adml = ET.parse(INSTALLERS / "windows" / "en-US" / "SecureMail.adml").getroot()
    policies = list(admx.iter(f"{NAMESPACE}policy"))
    assert {p.get("class") for p in policies} == {"Machine"}
    assert {p.get("key") for p in policies} == {KEY, rf"{KEY}\Recommended"}
    values = {e.get("valueName") for e in admx.iter(f"{NAMESPACE}text")}
    assert values == {ROOT, TRUSTED, RING}
    assert [e.get("key") for e in admx.iter(f"{NAMESPACE}list")] == [rf"{KEY}\{SOURCES}"]
    strings = {s.get("id") for s in adml.iter(f"{NAMESPACE}string")}
    asked = {v.removeprefix("$(string.").removesuffix(")") for e in admx.iter() for v in e.attrib.values() if v.startswith("$(string.")}
    assert asked == strings
    shown = {p.get("id"): {c.get("refId") for c in p} for p in adml.iter(f"{NAMESPACE}presentation")}
    elements = {
        str(p.get("presentation")).removeprefix("$(presentation.").removesuffix(")"): {
            e.get("id") for e in p.find(f"{NAMESPACE}elements") or ()
        }
        for p in policies
    }
    assert shown == elements
