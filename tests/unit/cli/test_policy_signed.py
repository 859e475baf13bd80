"""The commands about signed policies: keys, two-person approval, rings, rollback as a newer version, the emergency switch, exit codes."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run
from securemail_desktop.session import machine_scopes
from securemail_desktop.session.machine import RING, ROOT, SOURCES, Scopes
from tests.support.policies import HEAD, policy_folder

RULE = "rules:\n  - id: telling\n    title: A\n    text: Look again.\n    when: {phi: true}\n    then: {confirm: true}\n"
CASE = (
    "cases: [{name: n, message: {from: a@clinic.example, to: [b@clinic.example], phi: true}, expect: {verdict: held, rules: [telling]}}]\n"
)
Policy = Callable[..., int]


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Policy:
    """Run a command in a folder with the keys dana.key and evan.key (passphrases in p1 and p2) and fresh.key."""
    monkeypatch.chdir(tmp_path)
    Path("p1").write_text("one\n", encoding="utf-8")
    Path("p2").write_text("two\n", encoding="utf-8")
    assert run(["policy", "key", "dana.key", "--owner", "Dana", "--key-passphrase-file", "p1"]) == Exit.DONE
    assert run(["policy", "key", "evan.key", "--owner", "Evan", "--key-passphrase-file", "p2"]) == Exit.DONE
    assert run(["policy", "key", "fresh.key", "--owner", "server", "--no-passphrase"]) == Exit.DONE

    def call(*words: str, by: str = "dana") -> int:
        keys = {"dana": ["--key", "dana.key", "--key-passphrase-file", "p1"], "evan": ["--key", "evan.key", "--key-passphrase-file", "p2"]}
        return run(["policy", *words, *keys.get(by, []), *(["--key", "fresh.key"] if by else [])])

    return call


def _init(policy: Policy, *words: str) -> int:
    signers = ["--signer", "dana.key.pub", "--signer", "evan.key.pub", "--freshness-key", "fresh.key.pub"]
    return policy("init", "repo", *signers, *words)


def _folder(version: int, rule: str = RULE, case: str = CASE) -> str:
    folder = policy_folder(Path("clinic"), HEAD.replace("version: 1", f"version: {version}") + rule)
    policy_folder(folder / "tests", case)
    return str(folder)


def _history(capsys: pytest.CaptureFixture[str], *words: str) -> list[tuple[str, int, str, str]]:
    capsys.readouterr()
    assert run(["policy", "history", "repo", "--json", *words]) == Exit.DONE
    releases = json.loads(capsys.readouterr().out)["releases"]
    return [(r["ring"], r["version"], r["how"], r["detail"]) for r in releases]


def test_from_nothing_to_both_rings_and_back(policy: Policy, capsys: pytest.CaptureFixture[str]) -> None:
    assert _init(policy) == Exit.DONE
    assert "Devices pin this root: " in capsys.readouterr().out
    assert policy("publish", _folder(1), "--to", "repo") == Exit.DONE
    assert policy("promote", "repo") == Exit.DONE
    assert policy("promote", "repo") == Exit.USAGE
    assert "nothing to promote" in capsys.readouterr().err
    assert policy("publish", _folder(2, RULE.replace("Look again", "Look twice")), "--to", "repo") == Exit.DONE
    assert policy("rollback", "repo") == Exit.DONE
    assert _history(capsys, "--ring", "pilot") == [("pilot", 1, "publish", ""), ("pilot", 2, "publish", ""), ("pilot", 3, "rollback", "1")]
    assert _history(capsys, "--ring", "broad") == [("broad", 1, "promote", "pilot")]
    assert policy("history", "repo", by="") == Exit.DONE
    assert "pilot    test version 3  rollback (1)  signed by Dana" in capsys.readouterr().out


def test_two_people_sign_what_they_see(policy: Policy, capsys: pytest.CaptureFixture[str]) -> None:
    assert _init(policy, "--ring", "pilot=1", "--ring", "broad=2") == Exit.LATER
    assert "broad: 1 more signature, of: Evan" in capsys.readouterr().out
    assert policy("sign", "repo", by="evan") == Exit.DONE
    assert policy("publish", _folder(1), "--to", "repo", "--ring", "broad") == Exit.LATER
    assert policy("sign", "repo", by="evan") == Exit.DONE
    assert policy("publish", _folder(2, RULE.replace("confirm: true", "justify: 20")), "--to", "repo", "--ring", "broad") == Exit.LATER
    capsys.readouterr()
    assert policy("sign", "repo", by="") == Exit.LATER
    shown = capsys.readouterr().out
    assert "broad: publish test version 2" in shown
    assert "rules.telling.then.justify.at_least: None -> 20" in shown
    assert policy("sign", "repo", "--discard", by="") == Exit.DONE
    assert policy("sign", "repo", by="") == Exit.USAGE
    assert _history(capsys) == [("broad", 1, "publish", "")]


def test_nothing_is_published_that_fails_its_own_cases_or_lint(policy: Policy, capsys: pytest.CaptureFixture[str]) -> None:
    assert _init(policy) == Exit.DONE
    assert policy("publish", _folder(1, case=CASE.replace("held", "send")), "--to", "repo") == Exit.NO
    assert "tests/policy.yaml: n: verdict: expected send, got held" in capsys.readouterr().out
    assert policy("publish", _folder(1, RULE.replace("    text: Look again.\n", "").replace("confirm", "block")), "--to", "repo") == Exit.NO
    assert "it stops the author and has no text for him" in capsys.readouterr().out
    assert policy("publish", _folder(1, "undoo: 3\n"), "--to", "repo") == Exit.USAGE
    assert _history(capsys) == []


def test_versions_only_rise(policy: Policy, capsys: pytest.CaptureFixture[str]) -> None:
    assert _init(policy) == Exit.DONE
    assert policy("publish", _folder(4), "--to", "repo") == Exit.DONE
    assert policy("publish", _folder(4, RULE.replace("again", "twice")), "--to", "repo") == Exit.USAGE
    assert "write 'version: 5' or more" in capsys.readouterr().err
    assert policy("publish", _folder(4), "--to", "repo", "--ring", "broad") == Exit.USAGE
    assert "use 'securemail policy promote" in capsys.readouterr().err
    assert policy("rollback", "repo") == Exit.USAGE
    assert policy("rollback", "repo", "--ring", "broad") == Exit.USAGE
    assert policy("publish", _folder(5), "--to", "repo", "--ring", "narrow") == Exit.USAGE
    assert "There is no ring 'narrow'" in capsys.readouterr().err


def test_the_emergency_switch_takes_a_rule_out_of_every_ring(policy: Policy, capsys: pytest.CaptureFixture[str]) -> None:
    assert _init(policy) == Exit.DONE
    assert policy("publish", _folder(1), "--to", "repo") == Exit.DONE
    assert policy("promote", "repo") == Exit.DONE
    assert policy("publish", _folder(2, RULE.replace("again", "twice")), "--to", "repo") == Exit.DONE
    assert policy("publish", "--emergency", "telling", "--to", "repo") == Exit.DONE
    assert _history(capsys)[-2:] == [("pilot", 3, "emergency", "telling"), ("broad", 4, "emergency", "telling")]
    assert policy("publish", "--emergency", "telling", "--to", "repo") == Exit.USAGE
    assert "No ring has a rule 'telling' that is switched on" in capsys.readouterr().err
    assert policy("publish", "--to", "repo") == Exit.USAGE
    assert policy("publish", _folder(9), "--emergency", "telling", "--to", "repo") == Exit.USAGE


def test_keys_are_private_and_never_replaced(policy: Policy, capsys: pytest.CaptureFixture[str]) -> None:
    assert stat.S_IMODE(Path("dana.key").stat().st_mode) == 0o600
    assert "ENCRYPTED" in Path("dana.key").read_text(encoding="ascii")
    assert run(["policy", "key", "dana.key", "--owner", "Dana", "--no-passphrase"]) == Exit.USAGE
    assert "never replaced" in capsys.readouterr().err
    assert run(["policy", "key", "x.key", "--owner", " ", "--no-passphrase"]) == Exit.USAGE
    assert run(["policy", "key", "x.key", "--owner", "X"]) == Exit.USAGE  # no terminal to ask at
    assert _init(policy) == Exit.DONE
    assert run(["policy", "refresh", "repo", "--key", "dana.key", "--key-passphrase-file", "p2"]) == Exit.USAGE
    assert "wrong passphrase" in capsys.readouterr().err
    assert run(["policy", "refresh", "repo", "--key", "p1"]) == Exit.USAGE
    assert run(["policy", "refresh", "repo", "--key", "nowhere"]) == Exit.USAGE
    assert run(["policy", "refresh", "repo", "--key", "dana.key"]) == Exit.USAGE
    Path("dana.key.pub").write_text("{}", encoding="utf-8")
    assert policy("rotate", "repo", "--signer", "dana.key.pub") == Exit.USAGE
    assert "no public key" in capsys.readouterr().err


def test_a_person_leaves_and_another_one_comes(policy: Policy, capsys: pytest.CaptureFixture[str]) -> None:
    assert _init(policy) == Exit.DONE
    assert policy("publish", _folder(1), "--to", "repo") == Exit.DONE
    assert run(["policy", "key", "gina.key", "--owner", "Gina", "--no-passphrase"]) == Exit.DONE
    assert policy("rotate", "repo", "--remove", "Nobody") == Exit.USAGE
    assert policy("rotate", "repo", "--remove", "Evan", "--signer", "gina.key.pub", "--ring", "ward") == Exit.DONE
    assert policy("promote", "repo", by="evan") == Exit.USAGE
    assert "has no say in this repository; its keys belong to: Dana, Gina, server" in capsys.readouterr().err
    assert policy("refresh", "repo") == Exit.DONE
    assert policy("promote", "repo", "--to", "ward") == Exit.DONE
    assert _init(policy) == Exit.USAGE
    assert "not empty" in capsys.readouterr().err


def test_one_person_with_two_keys_is_told_of(policy: Policy, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "key", "second.key", "--owner", "Dana", "--no-passphrase"]) == Exit.DONE
    words = ["--signer", "dana.key.pub", "--signer", "second.key.pub", "--freshness-key", "fresh.key.pub", "--threshold", "2"]
    assert policy("init", "repo", *words, "--key", "second.key") == Exit.DONE
    assert "note: Dana holds more than one key" in capsys.readouterr().out


def test_a_device_follows_and_says_what_it_has(policy: Policy, capsys: pytest.CaptureFixture[str]) -> None:
    assert _init(policy) == Exit.DONE
    root = capsys.readouterr().out.rpartition("this root: ")[2].strip()
    assert policy("publish", _folder(1), "--to", "repo") == Exit.DONE
    device = ["--data", "device", "--key-file", "device.key"]
    source = str(Path("repo").resolve())
    assert run(["policy", "who-has", *device]) == Exit.NO
    assert run(["policy", "follow", source, "--root", root[:-1], *device]) == Exit.USAGE
    assert run(["policy", "follow", source, *device]) == Exit.USAGE
    capsys.readouterr()
    assert run(["policy", "follow", source, "--root", root, "--ring", "pilot", "--json", *device]) == Exit.DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["policy"]["version"], told["ring"], told["how"], told["origins"]["PolicySources"]) == (1, "pilot", "publish", "user")
    assert run(["policy", "who-has", "--json", *device]) == Exit.DONE
    assert [d["pol"]["ver"] for d in json.loads(capsys.readouterr().out)["devices"]] == [1]
    assert run(["policy", "who-has", *device]) == Exit.DONE
    assert "Only this device is known here" in capsys.readouterr().out
    Path("repo").rename("away")
    assert run(["policy", "update", *device]) == Exit.LATER
    assert "note: The source of policies cannot be reached" in capsys.readouterr().out
    Path("away").rename("repo")
    run(["doctor", *device])
    assert "The source of policies cannot be reached" in capsys.readouterr().out
    assert run(["policy", "update", *device]) == Exit.DONE
    run(["doctor", *device])
    assert "UTC that this is the newest" in capsys.readouterr().out
    assert run(["policy", "follow", "--stop", *device]) == Exit.DONE
    assert run(["policy", "status", *device]) == Exit.DONE
    assert "policy: strict version" in capsys.readouterr().out


def test_a_users_source_does_not_count_where_it_has_set_one(
    policy: Policy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _init(policy) == Exit.DONE
    root = capsys.readouterr().out.rpartition("this root: ")[2].strip()
    assert policy("publish", _folder(1), "--to", "repo") == Exit.DONE
    scopes = Scopes({SOURCES: [str(Path("repo").resolve())], ROOT: root, RING: "pilot"})
    monkeypatch.setattr(machine_scopes, "linux_scopes", lambda: scopes)
    device = ["--data", "device", "--key-file", "device.key"]
    assert run(["policy", "follow", "/nowhere", "--root", "0" * 64, *device]) == Exit.DONE
    told = capsys.readouterr()
    assert "so yours is not followed" in told.err
    assert "policy: test version 1" in told.out
