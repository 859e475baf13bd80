"""`securemail doctor`: what is set up, what is not, what to do."""

import argparse
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from securemail_desktop.central.enrolment import EnrolmentDamaged
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.opening_session import opened_session
from securemail_desktop.session.opened import NONE_YET
from securemail_desktop.session.recovery import Safety
from securemail_desktop.session.session import Session, now


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, what was seen, and what to do where it is not."""

    subject: str
    well: bool
    seen: str
    remedy: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Look at everything; 1 when something is not well."""
    try:
        with opened_session(arguments) as session:
            findings = list(_examine(session))
    except UsageError as error:  # the store is what most often is in the way: say what else there is to see
        findings = [Finding("store", well=False, seen=str(error)), _gnupg()]
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        print("\n".join(line for finding in findings for line in _lines(finding)))
    return Exit.DONE if all(finding.well for finding in findings) else Exit.NO


def _examine(session: Session) -> Iterator[Finding]:
    yield Finding("store", well=True, seen=f"opens ({session.data})")
    yield _accounts(session)
    yield _policy(session)
    yield from _policy_source(session)
    yield from _keys(session)
    yield from _kept(session)
    yield _gnupg()
    yield _journal(session)
    yield _central(session)
    yield _outbox(session)


def _accounts(session: Session) -> Finding:
    names = ", ".join(f"{a.name} ({a.address.spec})" for a in session.accounts)
    remedy = "" if session.account_notice == NONE_YET else "add one with `securemail accounts add ADDRESS`"  # it says so itself
    return Finding("accounts", bool(names), names or session.account_notice, remedy)


def _policy(session: Session) -> Finding:
    policy = session.policy.id
    seen = f"{policy.name} version {policy.version}"
    problem = session.policy_notice
    return Finding("policy", not problem, problem or seen, "correct the file; `securemail policy lint` shows every problem")


def _policy_source(session: Session) -> Iterator[Finding]:
    status = session.policy_updates.status
    if status.following is not None:
        heard = (
            f"{status.source} said on {status.heard:%Y-%m-%d %H:%M} UTC that this is the newest"
            if status.heard
            else "no source has answered yet"
        )
        remedy = "ask now with `securemail policy update`; the source's administrator runs `securemail policy refresh` every day"
        yield Finding("policy source", bool(status.heard) and not status.problem, status.problem or heard, remedy)


def _keys(session: Session) -> Iterator[Finding]:
    for account in session.accounts:
        own = session.ring.own(account.address, now())
        kinds = [kind for kind, key in (("S/MIME certificate", own.smime_key), ("OpenPGP key", own.openpgp_key)) if key]
        remedy = f"import a certificate or key of {account.address.spec} with `securemail keys import FILE`"
        yield Finding(f"keys of {account.address.spec}", bool(kinds), " and ".join(kinds) or "none that can sign", remedy)


def _kept(session: Session) -> Iterator[Finding]:
    """Say whether what opens mail is kept, where the organisation wants that: whoever finds it missing after a loss has lost his mail."""
    kept = session.recovery.keep()
    if kept.safety is not Safety.NONE or kept.problem:
        since = f"kept for your organisation since {kept.since:%Y-%m-%d}" if kept.since else "not kept yet"
        seen = kept.problem or (since if kept.safety is Safety.KEPT else f"{since}, on this computer only")
        yield Finding("backup of keys", kept.safety is Safety.KEPT, seen, "see docs/recovery.md; the folder must be reachable from here")


def _gnupg() -> Finding:
    path = shutil.which("gpg")
    return Finding("GnuPG", path is not None, path or "not found", "install the package gnupg; without it there is no OpenPGP")


def _journal(session: Session) -> Finding:
    verification = session.journal.verify()
    seen = verification.problem or f"{verification.records} records, chain and signatures hold"
    return Finding("journal", not verification.problem, seen, "keep the file and tell your privacy officer")


def _central(session: Session) -> Finding:
    try:
        enrolment = session.central.enrolment()
    except EnrolmentDamaged as error:
        return Finding("central store", well=False, seen=str(error), remedy="enrol this device again")
    if enrolment is None:
        needed = session.policy.device_signature
        seen = "this device is not enrolled; its records stay here" + (", and the gateway does not know it" if needed else "")
        return Finding("central store", well=not needed, seen=seen, remedy="enrol it with `securemail audit enrol`")
    synced = session.central.sync()
    seen = synced.problem or f"{enrolment.url}, nothing waits"
    return Finding("central store", not synced.problem, seen, "the records stay here and are sent when it can be reached")


def _outbox(session: Session) -> Finding:
    waiting = [entry for entry in session.outbox() if entry.needs_author]
    seen = "1 message waits for you" if len(waiting) == 1 else f"{len(waiting)} messages wait for you"
    return Finding("outbox", not waiting, seen, "open the outbox and decide")


def _lines(finding: Finding) -> list[str]:
    mark = "ok  " if finding.well else "!!  "
    lines = [f"{mark}{finding.subject}: {finding.seen}"]
    return lines if finding.well or not finding.remedy else [*lines, f"      {finding.remedy}"]
