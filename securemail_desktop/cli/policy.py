"""`securemail policy`: lint, test and explain a policy, and write the schemas for editors."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.policy.errors import PolicyError
from securemail_desktop.policy.lint import lint
from securemail_desktop.policy.load import load_policy
from securemail_desktop.policy.run_cases import CaseResult, run_cases
from securemail_desktop.policy.schema import SCHEMAS, schema_text


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
    schema = commands.add_parser("schema", help="write the JSON Schemas of policy files, for editors")
    schema.add_argument("folder", type=Path, metavar="DIR", help="where to write them")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code: 1 for findings of lint and failed cases."""
    try:
        match arguments.command:
            case "lint":
                return _lint(arguments.folder, as_json=arguments.json)
            case "test":
                return _test(arguments.folder, as_json=arguments.json)
            case "explain":
                return _explain(arguments)
        return _schema(arguments.folder)
    except PolicyError as error:
        raise UsageError(f"the policy cannot be used:\n{error}") from error


def _with_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="policy folder: policy.yaml and the files beside it")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def _lint(folder: Path, *, as_json: bool) -> int:
    found = lint(folder, datetime.now(UTC))
    if as_json:
        print(json.dumps({"findings": [{"file": p.file, "line": p.line, "column": p.column, "text": p.text} for p in found]}))
    else:
        print("\n".join(map(str, found)) or "nothing to object to")
    return Exit.NO if found else Exit.DONE


def _test(folder: Path, *, as_json: bool) -> int:
    results = run_cases(load_policy(folder), folder)
    if not results:
        raise UsageError(f"{folder / 'tests'} holds no cases: write one into tests/cases.yaml (docs/policy.md shows how)")
    failed = [r for r in results if r.differences]
    if as_json:
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


def _schema(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in SCHEMAS:
            (folder / name).write_text(schema_text(name), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
    return Exit.DONE
