"""Kill -9 at every step of `deliver`: each message is delivered once, held with its reason, `unknown`, or still a draft; the audit verifies."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from securemail_desktop.demo.alice import open_alice
from securemail_desktop.demo.organisation import Organisation
from securemail_desktop.demo.people import ALICE
from securemail_desktop.demo.world import World, open_world
from securemail_desktop.sending.state import State
from securemail_desktop.session.session import Session

CHILD = Path(__file__).parents[2] / "support" / "crash_child.py"
SETTLED = {State.HELD, State.UNKNOWN}
SHAPES = {
    "smime": "To: bob@hospital.example\r\n",
    "four ways": "To: bob@hospital.example, carol@practice.example\r\nCc: results@partner-lab.example, peter.novak@webmail.example\r\n",
    "bcc": "To: bob@hospital.example\r\nBcc: carol@practice.example, maria.lopez@hospital.example\r\n",
}


@dataclass
class Scene:
    """The running organisation, and alice's program as it was before anything was sent."""

    world: World
    organisation: Organisation
    pristine: Path

    def fresh_copy(self, folder: Path) -> Path:
        return Path(shutil.copytree(self.pristine, folder / "alice"))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("kill")
    world = open_world(folder / "demo")
    with Organisation(world) as organisation:
        open_alice(world, organisation).close()
        pristine = Path(shutil.copytree(world.alice, folder / "pristine"))
        yield Scene(world, organisation, pristine)


def message(folder: Path, shape: str, name: str) -> tuple[Path, str, list[str]]:
    message_id = f"<{name}@clinic.example>"
    head = f"From: {ALICE.address.spec}\r\n{SHAPES[shape]}Subject: Result\r\nMessage-ID: {message_id}\r\n"
    body = "Content-Type: text/plain; charset=utf-8\r\n\r\nPatient Helen Fairweather, MRN 4471902, has potassium 6.1 mmol/L.\r\n"
    file = folder / "message.eml"
    file.write_bytes((head + "MIME-Version: 1.0\r\n" + body).encode())
    recipients = [a.strip() for line in SHAPES[shape].splitlines() for a in line.partition(":")[2].split(",")]
    return file, message_id, recipients


def run_child(scene: Scene, data: Path, file: Path, at: int, *mode: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CHILD), str(data), str(scene.world.alice_key), str(file), str(at), *mode]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)


def check_after_recovery(scene: Scene, data: Path, message_id: str, recipients: list[str], *, kept: bool = True) -> None:
    """`kept`: the draft was saved before the kill, so that either the drafts have it or the outbox took it over."""
    with closing(Session(data, scene.world.alice_key)) as session:
        session.resume()
        waiting = {r.recipient.address.spec: r.state for e in session.outbox() for r in e.receipts if r.state is not State.ACCEPTED}
        begun = bool(session.outbox()) or any(scene.organisation.arrived[message_id, r] for r in recipients)
        has_draft = message_id in {draft.id for draft in session.drafts.all()}
        assert not (has_draft and begun), "what was sent is offered again"
        assert has_draft or begun or not kept, "neither drafts nor outbox have it"
        for recipient in recipients if begun else []:
            count = scene.organisation.arrived[message_id, recipient]
            assert count <= 1, f"{recipient} got it {count} times"
            if count == 0:
                assert waiting.get(recipient) in SETTLED, f"{recipient} got nothing and nothing waits: {waiting}"
            else:
                assert waiting.get(recipient) in {None, State.UNKNOWN}
        assert all(r.reason for e in session.outbox() for r in e.receipts)
        assert not session._queue.table.has_remains()
        assert session.journal.verify().problem == ""
        assert begun or not session.journal.records()[2:], "nothing was begun, so nothing may be recorded"


def steps_of(scene: Scene, tmp_path: Path, shape: str) -> int:
    file, _, _ = message(tmp_path, shape, f"count-{shape.replace(' ', '-')}")
    done = run_child(scene, scene.fresh_copy(tmp_path), file, 0)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(tmp_path / "alice", ignore_errors=True)
    return int(done.stdout)


def kill_at(scene: Scene, tmp_path: Path, shape: str, step: int) -> None:
    folder = tmp_path / f"{shape}-{step}"
    folder.mkdir()
    file, message_id, recipients = message(
        folder, shape, f"kill-{tmp_path.name}-{shape.replace(' ', '-')}-{step}"
    )  # each is counted by itself
    data = scene.fresh_copy(folder)
    done = run_child(scene, data, file, step)
    assert done.returncode == -signal.SIGKILL, (step, done.stdout, done.stderr)
    check_after_recovery(scene, data, message_id, recipients)
    shutil.rmtree(folder, ignore_errors=True)  # a killed run leaves an agent that tidies up too


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_twenty_kills_spread_over_every_step(scene: Scene, tmp_path: Path) -> None:
    steps = steps_of(scene, tmp_path, "four ways")
    assert steps >= 20
    for n in range(20):
        kill_at(scene, tmp_path, "four ways", 1 + n * (steps - 1) // 19)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_kill_at_each_step_of_each_shape(scene: Scene, tmp_path: Path, shape: str) -> None:
    for step in range(1, steps_of(scene, tmp_path, shape) + 1):
        kill_at(scene, tmp_path, shape, step)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_two_kills_in_a_row_the_second_while_recovering(scene: Scene, tmp_path: Path) -> None:
    steps = steps_of(scene, tmp_path, "four ways")
    for step in range(2, steps, 3):
        folder = tmp_path / f"twice-{step}"
        folder.mkdir()
        file, message_id, recipients = message(folder, "four ways", f"twice-{step}")
        data = scene.fresh_copy(folder)
        run_child(scene, data, file, step)
        run_child(scene, data, file, 2, "resume")
        check_after_recovery(scene, data, message_id, recipients)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_kills_at_any_moment(scene: Scene, tmp_path: Path) -> None:
    chance = random.Random(20261124)
    for n in range(100):
        folder = tmp_path / f"moment-{n}"
        folder.mkdir()
        file, message_id, recipients = message(folder, chance.choice(list(SHAPES)), f"moment-{n}")
        data = scene.fresh_copy(folder)
        command = [sys.executable, str(CHILD), str(data), str(scene.world.alice_key), str(file), "0"]
        child = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        )
        time.sleep(chance.uniform(0.6, 2.2))
        child.kill()
        child.wait()
        check_after_recovery(scene, data, message_id, recipients, kept=False)
        shutil.rmtree(folder, ignore_errors=True)  # a killed run leaves an agent that tidies up too
