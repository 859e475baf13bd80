"""Where signed policies come from: machine over user, managed over recommended, never mixed."""

import json
import os
from pathlib import Path

import pytest

from securemail_desktop.session.machine import RING, ROOT, SOURCES, TRUSTED, MachineBroken, Origin, Scopes, following, linux_scopes

PIN, OTHER = "a" * 64, "b" * 64
MACHINE = {SOURCES: ["https://policy.clinic.example"], ROOT: PIN}
USER = {SOURCES: ["/home/alice/policies"], ROOT: OTHER, RING: "pilot"}


@pytest.mark.parametrize(
    ("managed", "recommended", "user", "source", "origin", "ring"),
    [
        ({}, {}, USER, "/home/alice/policies", Origin.USER, ("pilot", Origin.USER)),
        (MACHINE, {}, USER, "https://policy.clinic.example", Origin.MANAGED, ("pilot", Origin.USER)),
        ({}, MACHINE, USER, "https://policy.clinic.example", Origin.RECOMMENDED, ("pilot", Origin.USER)),
        (MACHINE | {RING: "ward"}, {RING: "x"}, USER, "https://policy.clinic.example", Origin.MANAGED, ("ward", Origin.MANAGED)),
        (MACHINE, {RING: "ward"}, {}, "https://policy.clinic.example", Origin.MANAGED, ("ward", Origin.RECOMMENDED)),
        (MACHINE, {}, {}, "https://policy.clinic.example", Origin.MANAGED, ("broad", Origin.BUILT_IN)),
        (MACHINE, USER, {}, "https://policy.clinic.example", Origin.MANAGED, ("pilot", Origin.RECOMMENDED)),
    ],
)
def test_who_wins(
    managed: dict[str, object],
    recommended: dict[str, object],
    user: dict[str, object],
    source: str,
    origin: Origin,
    ring: tuple[str, Origin],
) -> None:
    found = following(Scopes(managed, recommended), user)
    assert found is not None
    assert (found.sources, found.origins[SOURCES], found.origins[ROOT]) == ((source,), origin, origin)
    assert (found.ring, found.origins[RING]) == ring
    assert found.pin == (OTHER if origin is Origin.USER else PIN)


def test_nobody_named_a_source() -> None:
    assert following(Scopes(), {}) is None
    assert following(Scopes({RING: "pilot"}), {}) is None


@pytest.mark.parametrize(
    "managed",
    [{SOURCES: ["https://x"]}, {ROOT: PIN}, {SOURCES: [], ROOT: PIN}, {SOURCES: 7, ROOT: PIN}, {SOURCES: "x", ROOT: "abc"}, {TRUSTED: "x"}],
)
def test_half_a_setting_of_the_machine_is_no_leave_for_the_users_own(managed: dict[str, object]) -> None:
    with pytest.raises(MachineBroken, match="belong together"):
        following(Scopes(managed), USER)


def test_files_on_linux(tmp_path: Path) -> None:
    owner = os.getuid()
    assert linux_scopes(tmp_path, owner) == Scopes()
    for name, values in (
        ("managed/10-a.json", {RING: "pilot", ROOT: OTHER}),
        ("managed/20-b.json", MACHINE),
        ("recommended/a.json", {RING: "x"}),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
        path.chmod(0o644)
    assert linux_scopes(tmp_path, owner) == Scopes({RING: "pilot", **MACHINE}, {RING: "x"})
    with pytest.raises(MachineBroken, match="changed by others"):
        linux_scopes(tmp_path, owner + 1)
    (tmp_path / "managed/20-b.json").chmod(0o664)
    with pytest.raises(MachineBroken, match="changed by others"):
        linux_scopes(tmp_path, owner)
    (tmp_path / "managed/20-b.json").chmod(0o644)
    for text in ("[]", "{", ""):
        (tmp_path / "managed/20-b.json").write_text(text, encoding="utf-8")
        with pytest.raises(MachineBroken):
            linux_scopes(tmp_path, owner)
