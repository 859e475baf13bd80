"""What a clinician does in a day, by keyboard, on a real screen, with the demo's real servers."""

import subprocess
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from securemail_desktop.gui.locking import LockState
from securemail_desktop.gui.send_flow import Step
from tests.support.desk import Desk

pytestmark = [pytest.mark.slow, pytest.mark.xvfb]
BOB, CAROL, PETER = "bob@hospital.example", "carol@practice.example", "peter.novak@webmail.example"
PATIENT = "Helen Fairweather, MRN 4471902, has potassium 6.1 mmol/L."


def opened_by(desk: Desk, local: str, file: Path, folder: Path) -> str:
    """Return what a recipient's own program shows of a message: openssl with a certificate, GnuPG without."""
    keys, content = desk.world.person(local), file.read_bytes()
    if (keys / "key.pem").exists():
        command = [
            "openssl",
            "cms",
            "-decrypt",
            "-inform",
            "SMIME",
            "-recip",
            str(keys / "certificate.pem"),
            "-inkey",
            str(keys / "key.pem"),
        ]
        return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
    home = folder / f"gpg-{local}"
    home.mkdir(mode=0o700, exist_ok=True)
    gpg = ["gpg", "--batch", "--quiet", "--homedir", str(home), "--pinentry-mode", "loopback", "--passphrase", ""]
    known = [str(keys / "secret.asc"), str(desk.world.person("alice") / "public.asc")]
    subprocess.run([*gpg, "--import", *known], check=True, capture_output=True)
    (part,) = [p for p in message_from_bytes(content, policy=SMTP).walk() if p.get_content_type() == "application/octet-stream"]
    done = subprocess.run([*gpg, "--decrypt"], input=part.get_payload(decode=True), capture_output=True, check=True)
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)
    return done.stdout.decode()


def test_patient_data_goes_to_each_recipient_in_the_way_that_he_can_open(desk: Desk, tmp_path: Path) -> None:
    window, before = desk.compose(), len(desk.acts())
    desk.picture("empty")
    desk.write(window, f"{BOB} {CAROL} {PETER}", "Potassium", f"Dear colleagues, {PATIENT}")
    message_id = window._editor.draft().message_id
    desk.see(lambda: all("Checking" not in chip for chip in desk.chips(window)))
    bob, carol, peter = desk.chips(window)
    desk.picture("chips")
    desk.press("ctrl+Return")
    desk.see(lambda: window._flow.step in {Step.ASKING, Step.HOLDING})
    assert window._flow.step is Step.HOLDING, "who is protected, and who is held, needs no question"
    desk.picture("hold")
    desk.send_now(window)
    desk.see(lambda: window._flow.step is Step.DONE)
    desk.see(window._form.resultPage.isVisible)
    desk.picture("result")
    assert desk.times(message_id) == {BOB: 1, CAROL: 1}
    for local, domain in (("bob", "hospital.example"), ("carol", "practice.example")):
        file = desk.arrived(domain)[-1]
        assert b"Fairweather" not in file.read_bytes()
        assert PATIENT in opened_by(desk, local, file, tmp_path)
    assert desk.arrived("webmail.example") == []
    acts = desk.acts()[before:]
    assert sorted(act for act in acts if act.startswith("send")) == [
        "send intent intent",
        *["send outcome accepted"] * 2,
        "send outcome held",
    ]
    assert "opens in their own mail program" in bob
    assert "opens in their own mail program" in carol
    assert "Held" in peter


def test_two_swapped_letters_are_put_right_by_one_key(desk: Desk) -> None:
    window = desk.compose()
    desk.write(window, "bob@hopsital.example", "Potassium", f"Dear Bob, {PATIENT}")
    message_id = window._editor.draft().message_id
    desk.see(lambda: window._live.current is not None and bool(window._live.current.concerns))
    desk.picture("doubt")
    desk.press("F4")
    desk.see(lambda: [r.address.key for r in window._form.to.recipients()] == [BOB])
    desk.picture("repaired")
    desk.press("ctrl+Return")
    desk.see(lambda: window._flow.step is Step.HOLDING)
    desk.send_now(window)
    desk.gone(window)
    assert desk.times(message_id) == {BOB: 1}


def test_two_swapped_letters_are_put_right_on_the_sheet_by_enter(desk: Desk) -> None:
    window = desk.compose()
    desk.write(window, "carol@pratcice.example", "Potassium", f"Dear Carol, {PATIENT}")
    message_id = window._editor.draft().message_id
    desk.press("ctrl+Return")
    desk.see(lambda: window._sheet.isVisible() and window._sheet.is_settled())
    desk.picture("sheet")
    desk.press("Return")
    desk.see(lambda: [r.address.key for r in window._form.to.recipients()] == [CAROL])
    desk.see(lambda: window._flow.step is Step.HOLDING)
    desk.picture("hold")
    desk.send_now(window)
    desk.gone(window)
    assert desk.times(message_id) == {CAROL: 1}


def read(desk: Desk, subject: str) -> None:
    desk.press("ctrl+k")
    desk.see(desk.window._mail.list.search.hasFocus)
    desk.type(subject)
    table = desk.window._mail.list.table
    desk.picture("search")
    desk.see(lambda: table.messages.rowCount() == 1)
    desk.press("Return")
    desk.see(lambda: desk.window._mail.pane.reading is not None)


def test_an_encrypted_answer_is_read_and_answered_protected(desk: Desk, tmp_path: Path) -> None:
    table = desk.window._mail.list.table
    desk.see(lambda: table.messages.rowCount() == 8)
    desk.picture("inbox")
    read(desk, "bob meyer")
    desk.picture("read")
    pane = desk.window._mail.pane
    assert "Protected" in pane.verdict.accessibleName()
    assert BOB in pane.verdict.accessibleName()
    assert table.messages.message(0).subject == "Re: Potassium of Helen Fairweather"
    assert "repeat the potassium today" in pane.body.toPlainText()
    desk.press("ctrl+r")
    answer = desk.composing()
    desk.see(answer._form.body.hasFocus)
    message_id = answer._editor.draft().message_id
    desk.type("Done.")
    desk.see(lambda: answer._form.body.toPlainText().startswith("Done.") and answer._live.current is not None)
    desk.picture("answer")
    desk.press("ctrl+Return")
    desk.see(lambda: answer._flow.step is Step.HOLDING)
    desk.send_now(answer)
    desk.gone(answer)
    assert desk.times(message_id) == {BOB: 1}
    assert "Done." in opened_by(desk, "bob", desk.arrived("hospital.example")[-1], tmp_path)


def test_an_encrypted_message_is_answered_to_all_and_each_can_open_it(desk: Desk, tmp_path: Path) -> None:
    desk.see(lambda: desk.window._mail.list.table.messages.rowCount() == 8)
    read(desk, "carol jensen")
    assert "Protected" in desk.window._mail.pane.verdict.accessibleName()
    desk.press("ctrl+shift+r")
    answer = desk.composing()
    desk.see(answer._form.body.hasFocus)
    assert [r.address.key for r in answer._editor.draft().recipients] == [CAROL, BOB]
    message_id = answer._editor.draft().message_id
    desk.type("Tuesday at ten.")
    desk.see(lambda: answer._form.body.toPlainText().startswith("Tuesday at ten.") and answer._live.current is not None)
    desk.see(lambda: all("Checking" not in chip for chip in desk.chips(answer)))
    desk.picture("to-all")
    desk.press("ctrl+Return")
    desk.see(lambda: answer._flow.step is Step.HOLDING)
    desk.send_now(answer)
    desk.gone(answer)
    assert desk.times(message_id) == {CAROL: 1, BOB: 1}
    for local, domain in (("carol", "practice.example"), ("bob", "hospital.example")):
        assert "Tuesday at ten." in opened_by(desk, local, desk.arrived(domain)[-1], tmp_path)


def test_a_lock_while_the_message_is_held_sends_it_and_gives_everything_back(desk: Desk) -> None:
    window = desk.compose()
    desk.write(window, BOB, "Potassium", f"Dear Bob, {PATIENT}")
    message_id = window._editor.draft().message_id
    desk.press("ctrl+Return")
    desk.see(lambda: window._flow.step is Step.HOLDING)
    desk.press("ctrl+l")
    desk.see(lambda: desk.window._locking._state is LockState.LOCKED)
    desk.gone(window)
    desk.picture("locked")
    desk.see(lambda: desk.times(message_id) == {BOB: 1})
    desk.front(desk.window)
    desk.press("space")
    desk.see(lambda: desk.window._locking.is_open)
    desk.see(desk.window._form.folders.isVisible)
    desk.picture("unlocked")
