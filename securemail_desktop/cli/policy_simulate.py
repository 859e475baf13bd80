"""`securemail policy simulate`: what a candidate policy would have made of mail that went, beside the policy that holds. Nothing is sent or changed.

Each message is judged by both policies as the send path would, on the day on which it was sent and by what its author knew then: who wrote to whom
before, in these messages and in those of `--history`. Recipients can open what the policies' gateways, the organisation's own transport and `--can`
say. Messages are judged in several processes; none keeps what it read.
"""

import argparse
import json
import multiprocessing
import os
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from securemail_desktop.accounts.errors import AccountError
from securemail_desktop.accounts.settings import Account, read_accounts
from securemail_desktop.cli.acquainted import acquainted, packed
from securemail_desktop.cli.corpus import Corpus, open_corpus, open_sent
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.history import read_history
from securemail_desktop.cli.opening import open_store
from securemail_desktop.cli.policy_assumed import Promise, means_of, promised, with_inside
from securemail_desktop.cli.simulation_report import as_html, as_json, as_text
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.errors import MessageError
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.message.text.body import FieldText, field_texts
from securemail_desktop.phi.finding import Scan
from securemail_desktop.phi.scan import scan
from securemail_desktop.policy.decision import Decision
from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.load import builtin_policy, load_policy
from securemail_desktop.policy.model import Policy
from securemail_desktop.policy.simulate import Compared, Copy, Fate, Judged, Simulation, together
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.told import Told
from securemail_desktop.sending.facts import build_facts
from securemail_desktop.sending.outlook import foresee
from securemail_desktop.session.attachment_texts import AttachmentTexts
from securemail_desktop.store.errors import StoreError
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault

_TOGETHER = 40  # messages of one task: loading the policies costs little beside judging them
_AHEAD = 3  # tasks waiting for each process, so that a large corpus is never in memory


@dataclass(frozen=True, slots=True)
class Task:
    """Some messages, and by what they are judged; `base` None is the built-in policy. It travels to another process.

    `history` is who wrote to whom, packed by `acquainted.packed`.
    """

    base: Path | None
    candidate: Path
    inside: tuple[str, ...]
    given: tuple[Promise, ...]
    history: bytes = b""
    messages: tuple[tuple[str, bytes], ...] = ()


def run(arguments: argparse.Namespace) -> int:
    """Do it; return 1 when something with findings goes newly in clear. Raise `UsageError`, `PolicyError`."""
    task = Task(arguments.base, arguments.candidate, tuple(arguments.inside), promised(arguments.can))
    _policies(task)  # both are refused before any message is read
    corpus = _corpus(arguments)
    if not corpus.size:
        raise UsageError("there is no message to try the policies on")
    task = replace(task, history=packed((*read_history(arguments.history), *corpus.history)))
    simulation = together(_progress(_judged(task, corpus, max(1, arguments.jobs)), corpus.size))
    if arguments.report:
        _write(arguments.report, as_html(simulation))
    print(json.dumps(as_json(simulation), ensure_ascii=False) if arguments.json else as_text(simulation))
    return Exit.NO if simulation.alarming else Exit.DONE


def _corpus(arguments: argparse.Namespace) -> Corpus:
    if arguments.corpus:
        return open_corpus(arguments.corpus)
    try:
        account, password = _account(arguments)
    except (StoreError, AccountError) as error:
        raise UsageError(str(error)) from error
    return open_sent(account, password, arguments.newest)


def _account(arguments: argparse.Namespace) -> tuple[Account, str]:
    with closing(open_store(arguments)) as database:
        accounts = read_accounts(Settings(database).get("accounts"))
        account = next((a for a in accounts if a.name == arguments.imap_sent), None)
        if account is None or account.mailbox is None:
            raise UsageError(f"there is no account {arguments.imap_sent} with a mailbox; `securemail accounts list` shows them")
        return account, (Vault(database).get("password", account.name) or b"").decode()


def _judged(task: Task, corpus: Corpus, jobs: int) -> Iterator[Simulation]:
    tasks = _tasks(task, corpus.messages)
    if jobs == 1 or corpus.size <= _TOGETHER:
        yield from map(judge, tasks)
        return
    # A new interpreter for each: what this one has open (store, sockets) is not inherited, and it is the same on every system.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        waiting: deque[Future[Simulation]] = deque(pool.submit(judge, t) for t in islice(tasks, jobs * _AHEAD))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(judge, t) for t in islice(tasks, 1))


def _tasks(task: Task, messages: Iterable[tuple[str, bytes]]) -> Iterator[Task]:
    source = iter(messages)
    while some := tuple(islice(source, _TOGETHER)):
        yield replace(task, messages=some)


def judge(task: Task) -> Simulation:
    """Judge the messages of a task by both policies; one that cannot be read is named with the reason."""
    policies = _policies(task)
    messages: list[Compared] = []
    unusable: list[tuple[str, str]] = []
    with AttachmentTexts() as read:
        for name, content in task.messages:
            try:
                draft = parse_draft(content)
            except MessageError as error:
                unusable.append((name, str(error)))
                continue
            read.read(draft.attachments)
            messages.append(_compared(name, draft, field_texts(draft, read.text), policies, task))
    return Simulation(tuple(messages), tuple(unusable))


def _policies(task: Task) -> tuple[Policy, Policy]:
    candidate = with_inside(load_policy(task.candidate), task.inside)
    base = load_policy(task.base) if task.base else builtin_policy(candidate.inside)
    return with_inside(base, task.inside), candidate


def _compared(name: str, draft: Draft, texts: tuple[FieldText, ...], policies: tuple[Policy, Policy], task: Task) -> Compared:
    found = scan([(t.field, t.text) for t in texts])
    base, candidate = (_judged_by(policy, draft, texts, found, task) for policy in policies)
    counts = sorted(Counter(f.type.value for f in found.findings).items())
    return Compared(name, base, candidate, found.phi, tuple(counts))


def _judged_by(policy: Policy, draft: Draft, texts: tuple[FieldText, ...], found: Scan, task: Task) -> Judged:
    means = {r.address.key: means_of(r.address, policy, task.given, draft.date) for r in draft.recipients}
    index = acquainted(task.history).before(draft.date, draft.sender, policy.inside)
    concerns = check_recipients(draft, index, found, texts, Told(open_lists=policy.open_lists))
    decision = evaluate(policy, build_facts(draft, texts, found, concerns, means, policy.inside, draft.date, "cli", policy.open_lists))
    copies = tuple(
        Copy(o.recipient.address.key, _fate(Fate(o.verdict.value), o.recipient.address.key, decision), o.method.value)
        for o in foresee(draft, decision, means)
    )
    rules = tuple(m.rule for m in decision.matches)
    return Judged(copies, rules, tuple(f"{d.kind} ({d.rule})" for d in decision.demands), tuple(c.kind.value for c in decision.changes))


def _fate(fate: Fate, key: str, decision: Decision) -> Fate:
    """Return what becomes of a copy when its author answers nothing."""
    asked = any(not d.recipients or key in d.recipients for d in decision.demands)
    return Fate.HELD if asked and fate is not Fate.BLOCKED else fate


def _progress(parts: Iterable[Simulation], size: int) -> Iterator[Simulation]:
    done = 0
    for part in parts:
        yield part
        done += len(part.messages) + len(part.unusable)
        if sys.stderr.isatty():
            filled = 30 * done // size
            end = "\n" if done == size else ""
            print(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done:,} of {size:,}", end=end, file=sys.stderr, flush=True)


def _write(path: Path, text: str) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
