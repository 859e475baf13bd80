"""`securemail policy follow|update|status|who-has`: which signed policies this device follows, and what came of it."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime

from securemail_desktop.audit.canonical import Json
from securemail_desktop.audit.policy_change import APPLY
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.opening_session import opened_session
from securemail_desktop.session.machine import RING, ROOT, SOURCES, TRUSTED, MachineBroken, Origin, Scopes, following
from securemail_desktop.session.policy_updates import PolicyStatus
from securemail_desktop.session.session import Session
from securemail_desktop.session.signed_store import FOLLOW


def follow(arguments: argparse.Namespace) -> int:
    """Note what to follow, and fetch it; the machine's own setting wins. Raise `UsageError`."""
    chosen: dict[str, object] = {}
    if not arguments.stop:
        if arguments.source is None or not arguments.root:
            raise UsageError("Name the source and --root, the hash that 'securemail policy init' printed; or --stop.")
        chosen = {SOURCES: [arguments.source], ROOT: arguments.root, RING: arguments.ring, TRUSTED: arguments.ca_file or ""}
        try:
            following(Scopes(), chosen)
        except MachineBroken as error:
            raise UsageError("--root wants the 64 hex digits that 'securemail policy init' printed.") from error
    with opened_session(arguments) as session:
        session.settings.put(FOLLOW, chosen)
        found = session.policy_updates.check()
        if found.following is not None and chosen and found.following.origins[SOURCES] is not Origin.USER:
            print("note: Your organisation has set the source for this machine, so yours is not followed.", file=sys.stderr)
        return _told(found, as_json=arguments.json)


def update(arguments: argparse.Namespace) -> int:
    """Ask the sources now; raise `UsageError`."""
    with opened_session(arguments) as session:
        return _told(session.policy_updates.check(), as_json=arguments.json)


def status(arguments: argparse.Namespace) -> int:
    """Say which policy holds, from where, and how old it is; raise `UsageError`."""
    with opened_session(arguments) as session:
        _print(session.policy_updates.status, as_json=arguments.json)
    return Exit.DONE


def who_has(arguments: argparse.Namespace) -> int:
    """Say which policy this device recorded last; other devices' records are at the central store. Raise `UsageError`."""
    with opened_session(arguments) as session:
        record = session.journal.last_of(APPLY)
        if arguments.json:
            print(json.dumps({"devices": [record] if record else [], "scope": "this device"}))
        else:
            print(_recorded(record, session))
    return Exit.DONE if record else Exit.NO


def _recorded(record: dict[str, Json] | None, session: Session) -> str:
    if record is None:
        return "This device has recorded no signed policy yet."
    policy, source = record["pol"], record["src"]
    assert isinstance(policy, dict)
    assert isinstance(source, dict)
    what = f"{source['ring']}  {policy['id']} version {policy['ver']}  {str(policy['sha256'])[:12]}"
    line = f"{session.journal.device.device}  {what}  {record['t']}"
    return (
        f"{line}\nOnly this device is known here; 'securemail serve --who-has' tells of all that bring their records to the central store."
    )


def _told(found: PolicyStatus, *, as_json: bool) -> int:
    _print(found, as_json=as_json)
    if found.following is None:
        return Exit.DONE
    if found.problem:
        return Exit.LATER
    return Exit.DONE if found.heard else Exit.NO


def _print(found: PolicyStatus, *, as_json: bool) -> None:
    print(json.dumps(_as_json(found), ensure_ascii=False) if as_json else "\n".join(_lines(found)))


def _lines(found: PolicyStatus) -> Iterator[str]:
    policy, follows = found.in_force.policy.id, found.following
    yield f"policy: {policy.name} version {policy.version}, SHA-256 {policy.sha256}"
    if found.how:
        yield f"came by: {found.how}"
    if follows is not None:
        yield f"ring: {follows.ring} ({follows.origins[RING]})"
        yield f"sources: {', '.join(follows.sources)} ({follows.origins[SOURCES]})"
        yield f"root: {follows.pin}"
        yield f"last heard: {_moment(found.heard)}; last asked: {_moment(found.asked)}"
    elif found.folder:
        yield f"folder: {found.folder}"
    for text in filter(None, (found.problem, found.in_force.notice)):
        yield f"note: {text}"


def _as_json(found: PolicyStatus) -> dict[str, object]:
    policy, follows = found.in_force.policy.id, found.following
    return {
        "policy": {"name": policy.name, "version": policy.version, "sha256": policy.sha256},
        "how": found.how,
        "ring": follows.ring if follows else None,
        "sources": list(follows.sources) if follows else [],
        "root": follows.pin if follows else None,
        "origins": dict(follows.origins) if follows else {},
        "folder": found.folder,
        "heard": found.heard.isoformat() if found.heard else None,
        "asked": found.asked.isoformat() if found.asked else None,
        "age": found.in_force.age.name.lower(),
        "problem": found.problem,
        "notice": found.in_force.notice,
    }


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"
