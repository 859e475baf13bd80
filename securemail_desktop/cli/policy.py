"""`securemail policy`: make, check, try, explain, compare, sign and hand out policies, and write the schemas for editors."""

import argparse
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from securemail_desktop.cli import policy_new
from securemail_desktop.cli import policy_signed_arguments as signed
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.policy.differences import Difference, differences
from securemail_desktop.policy.errors import PolicyError, Problem
from securemail_desktop.policy.folder import read_folder
from securemail_desktop.policy.lint import lint
from securemail_desktop.policy.load import load_policy
from securemail_desktop.policy.run_cases import CaseResult, run_cases
from securemail_desktop.policy.schema import SCHEMAS, schema_text

_SIGNED: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "key": ("make a key that signs policies", signed.add_key),
    "init": ("make a repository of signed policies: a folder for a share or a web server", signed.add_init),
    "publish": ("put a policy into a ring, or switch a rule off at once", signed.add_publish),
    "sign": ("show what waits for signatures, and sign it", signed.add_sign),
    "promote": ("give a ring the policy of another one", signed.add_promote),
    "rollback": ("take an older policy back, as a newer version", signed.add_rollback),
    "history": ("what was published when, and who signed it", signed.add_history),
    "refresh": ("say again that what is published is the newest; for every day", signed.add_refresh),
    "rotate": ("other keys, other rings, or the same ones for another year", signed.add_rotate),
    "follow": ("let this device follow signed policies, where IT has not set it", signed.add_follow),
    "update": ("ask for the newest signed policy now", signed.with_json),
    "status": ("which policy holds on this device, from where, how old", signed.with_json),
    "who-has": ("which signed policy this device recorded last", signed.with_json),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    commands = parser.add_subparsers(dest="command", required=True)
    _with_folder(commands.add_parser("lint", help="what in a policy is wrong or probably not meant"))
    _with_folder(commands.add_parser("test", help="run the cases that lie beside the rules"))
    explain = commands.add_parser("explain", help="what a policy makes of a message, rule by rule, with every value seen")
    explain.add_argument("file", type=Path, metavar="FILE.eml", help="a draft as message file")
    explain.add_argument("--policy", type=Path, metavar="DIR", help="policy folder; the built-in strict policy without it")
    explain.add_argument(
        "--inside", action="append", default=[], metavar="DOMAIN", help="a domain of the organisation, beside the policy's"
    )
    explain.add_argument(
        "--can", action="append", default=[], metavar="ADDRESS=METHOD", help="what a recipient can open: smime, openpgp, tls or portal"
    )
    explain.add_argument("--json", action="store_true", help="print one JSON document")
    policy_new.add_arguments(commands.add_parser("new", help="a policy folder of your own, from one that ships"))
    compare = commands.add_parser("diff", help="what differs between two policies, setting by setting and rule by rule")
    compare.add_argument("old", type=Path, metavar="OLD", help="policy folder")
    compare.add_argument("new", type=Path, metavar="NEW", help="policy folder")
    compare.add_argument("--json", action="store_true", help="print one JSON document")
    _simulate_arguments(commands.add_parser("simulate", help="what a policy would have made of mail that went"))
    for name, (words, declare) in _SIGNED.items():
        declare(commands.add_parser(name, help=words))
    schema = commands.add_parser("schema", help="write the JSON Schemas of policy files, for editors")
    schema.add_argument("folder", type=Path, metavar="DIR", help="where to write them")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code: 1 for findings of lint, failed cases, differences, and what a simulation finds newly in clear."""
    try:
        return _run(arguments)
    except (PolicyError, UsageError) as error:
        text = f"the policy cannot be used:\n{error}" if isinstance(error, PolicyError) else str(error)
        if not getattr(arguments, "json", False):
            raise UsageError(text) from error
        print(json.dumps({"error": text.partition("\n")[0].removesuffix(":"), "problems": _problems(error)}, ensure_ascii=False))
        return Exit.USAGE


def _problems(error: PolicyError | UsageError) -> list[dict[str, object]]:
    problems = error.problems if isinstance(error, PolicyError) else ()
    return [_problem(p) for p in problems]


def _problem(problem: Problem) -> dict[str, object]:
    return {"file": problem.file, "line": problem.line, "column": problem.column, "text": problem.text}


def _run(arguments: argparse.Namespace) -> int:
    commands: dict[str, Callable[[argparse.Namespace], int]] = {
        "lint": _lint,
        "test": _test,
        "explain": _explain,
        "new": policy_new.run,
        "diff": _diff,
        "simulate": _simulate,
        "schema": _schema,
    }
    return _signed(arguments) if arguments.command in _SIGNED else commands[arguments.command](arguments)


def _signed(arguments: argparse.Namespace) -> int:
    from securemail_desktop.central.publishing.errors import PublishingError
    from securemail_desktop.cli import policy_follow, policy_keys, policy_release, policy_repository

    commands: dict[str, Callable[[argparse.Namespace], int]] = {
        "key": policy_keys.run,
        "init": policy_repository.init,
        "publish": policy_release.publish,
        "sign": policy_repository.sign,
        "promote": policy_release.promote,
        "rollback": policy_release.rollback,
        "history": policy_repository.show_history,
        "refresh": policy_repository.keep_fresh,
        "rotate": policy_repository.rotate,
        "follow": policy_follow.follow,
        "update": policy_follow.update,
        "status": policy_follow.status,
        "who-has": policy_follow.who_has,
    }
    try:
        return commands[arguments.command](arguments)
    except PublishingError as error:
        raise UsageError(str(error)) from error


def _simulate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--candidate", type=Path, required=True, metavar="DIR", help="the policy folder to try")
    parser.add_argument("--base", type=Path, metavar="DIR", help="the policy folder that holds now; the built-in strict policy without it")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--corpus", type=Path, metavar="PATH", help="folder of .eml files, maildir, mbox file or message file")
    source.add_argument("--imap-sent", metavar="ACCOUNT", help="the Sent folder of an account; it is only read")
    parser.add_argument("--newest", type=int, default=10_000, metavar="N", help="of a Sent folder only so many, the newest (10,000)")
    parser.add_argument(
        "--history",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="older mail: who was known already; the corpus counts anyway",
    )
    parser.add_argument("--inside", action="append", default=[], metavar="DOMAIN", help="a domain of the organisation, beside the policy's")
    parser.add_argument("--can", action="append", default=[], metavar="WHO=METHOD", help="what an address or domain can open")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes (one for each core)")
    parser.add_argument("--report", type=Path, metavar="FILE.html", help="write a report: the matrix, and each message that changes")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def _with_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="policy folder: policy.yaml and the files beside it")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def _lint(arguments: argparse.Namespace) -> int:
    found = lint(arguments.folder, datetime.now(UTC))
    if arguments.json:
        print(json.dumps({"findings": [_problem(p) for p in found]}))
    else:
        print("\n".join(map(str, found)) or "nothing to object to")
    return Exit.NO if found else Exit.DONE


def _test(arguments: argparse.Namespace) -> int:
    folder = arguments.folder
    results = run_cases(load_policy(folder), folder)
    if not results:
        raise UsageError(f"{folder / 'tests'} holds no cases: write one into tests/cases.yaml (docs/policy.md shows how)")
    failed = [r for r in results if r.differences]
    if arguments.json:
        print(json.dumps({"cases": [_as_json(r) for r in results], "failed": len(failed)}))
    else:
        print("\n".join(_line(r) for r in results))
        print(f"{len(results) - len(failed)} of {len(results)} cases passed")
    return Exit.NO if failed else Exit.DONE


def _as_json(result: CaseResult) -> dict[str, object]:
    return {"file": result.file, "name": result.name, "passed": not result.differences, "differences": list(result.differences)}


def _line(result: CaseResult) -> str:
    head = f"{'FAILED' if result.differences else 'passed'}  {result.file}: {result.name}"
    return "\n        ".join([head, *result.differences])


def _explain(arguments: argparse.Namespace) -> int:
    from securemail_desktop.cli.policy_explain import explain_file, printed

    document = explain_file(arguments)
    print(json.dumps(document, ensure_ascii=False) if arguments.json else printed(document))
    return Exit.DONE


def _simulate(arguments: argparse.Namespace) -> int:
    from securemail_desktop.cli import policy_simulate

    return policy_simulate.run(arguments)


def _diff(arguments: argparse.Namespace) -> int:
    found = differences(read_folder(arguments.old), read_folder(arguments.new))
    if arguments.json:
        print(json.dumps({"differences": [{"path": d.path, "old": d.old, "new": d.new} for d in found]}, ensure_ascii=False))
    else:
        print("\n".join(map(_difference, found)) or "no difference")
    return Exit.NO if found else Exit.DONE


def _difference(found: Difference) -> str:
    if found.old is None:
        return f"+ {found.path}: {found.new}"
    return f"- {found.path}: {found.old}" if found.new is None else f"~ {found.path}: {found.old} -> {found.new}"


def _schema(arguments: argparse.Namespace) -> int:
    folder = arguments.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in SCHEMAS:
            (folder / name).write_text(schema_text(name), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
    return Exit.DONE
