"""One account, set up or changed: its servers are found, shown, tried, and kept only when they work.

    ENTERING -> LOOKING -> READY -> TRYING -> (saved)

Cancel and every error lead back to what was typed. The window stays alive meanwhile; an answer that comes after Cancel is dropped.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from securemail_desktop.accounts.offer import Proposal
from securemail_desktop.accounts.settings import Account, Server
from securemail_desktop.gui import account_words, words
from securemail_desktop.gui.account_form import AccountForm
from securemail_desktop.gui.accounts_port import AccountsPort
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.errors import AddressError

LANE = "setup"
Result = TypeVar("Result")


class Step(StrEnum):
    """How far the set-up is."""

    ENTERING = "entering"
    LOOKING = "looking"
    READY = "ready"
    TRYING = "trying"


class AccountPage(QWidget):
    """`saved` follows when the account is kept; `cancelled` where there is nothing under way to cancel."""

    saved = Signal()
    cancelled = Signal()

    def __init__(self, setup: AccountsPort, look: Look, background: Background, parent: QWidget, former: Account | None = None) -> None:
        """Show empty fields, or those of an account to be changed."""
        super().__init__(parent)
        self._setup, self._background, self._former = setup, background, former
        self.leavable = False  # whether there is a way back without an account
        self._proposal = Proposal()
        self._step, self._asked = Step.ENTERING, 0
        self._proposed_for = ""  # the domain that the shown servers were found for
        self.form = AccountForm(self)
        self.form.set_up(look)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)
        self._connect()
        self.begin()

    @property
    def step(self) -> Step:
        """Return how far the set-up is."""
        return self._step

    def begin(self) -> None:
        """Show the fields as they are at the beginning."""
        form, former = self.form, self._former
        title, about = account_words.heading(former, self._setup.notice)
        form.title.setText(words.visible(title))
        form.about.setText(words.visible(about))
        form.name.setText(former.address.name if former else "")
        form.address.setText(former.address.spec if former else "")
        for field in (form.name, form.address):
            field.setCursorPosition(0)
        form.address.setReadOnly(former is not None)
        form.password.setPlaceholderText("Unchanged" if former else "")
        form.reading.show_server(former.mailbox if former else None)
        form.sending.show_server(former.submission if former else None)
        form.authority.show_file(former.submission.ca_file if former else "")
        form.settings.setChecked(former is not None)
        self.forget()

    def forget(self) -> None:
        """Drop the password and whatever is under way: the window locks or closes."""
        self._asked += 1
        if self._step in {Step.LOOKING, Step.TRYING}:
            self._setup.interrupt()
        self.form.password.clear()
        self._tell("")
        self._proposed_for, self._proposal = "", Proposal()
        self._show_found()
        self._enter(Step.ENTERING)

    def _connect(self) -> None:
        form = self.form
        form.go.clicked.connect(self.proceed)
        form.cancel.clicked.connect(self.cancel)
        for field in (
            form.name,
            form.address,
            form.password,
            form.authority.path,
            *form.reading.findChildren(QLineEdit),
            *form.sending.findChildren(QLineEdit),
        ):
            field.returnPressed.connect(self.proceed)
        form.address.textEdited.connect(self._drop_proposal)
        for fields in (form.reading, form.sending):
            fields.edited.connect(self._show_found)
        form.known.toggled.connect(lambda _: self._offer())

    def proceed(self) -> None:
        """Look for the servers, or try those that are known."""
        if not self.form.go.isEnabled():
            return
        problem, field = self._problem()
        self._tell(problem)
        if problem:
            field.setFocus()
        elif self._is_whole():
            self._try()
        else:
            self._look_up()

    def cancel(self) -> None:
        """End what is under way; where nothing is, the person wants to leave."""
        if self._step not in {Step.LOOKING, Step.TRYING}:
            self.cancelled.emit()
            return
        self._asked += 1
        self._setup.interrupt()
        self._enter(Step.READY if self._step is Step.TRYING else Step.ENTERING)
        self._tell("Cancelled: nothing was kept.", calm=True)

    def _is_whole(self) -> bool:
        """Tell whether the servers are known; who changes an account without a mailbox needs none."""
        sends_only = self._former is not None and self._former.mailbox is None
        return bool(self.form.sending.host.text().strip()) and (sends_only or bool(self.form.reading.host.text().strip()))

    def _problem(self) -> tuple[str, QLineEdit]:
        form = self.form
        try:
            self._address()
        except AddressError:
            return "This is no mail address: it looks like name@clinic.example.", form.address
        if not form.password.text() and self._former is None:
            return "Enter the password of your mailbox.", form.password
        for fields in (form.reading, form.sending):
            if problem := fields.problem():
                form.settings.setChecked(True)
                return problem, fields.host
        if problem := form.authority.problem():
            form.settings.setChecked(True)
            return problem, form.authority.path
        return "", form.address

    def _address(self) -> Address:
        return replace(parse_address(self.form.address.text().strip()), name=" ".join(self.form.name.text().split()))

    def _look_up(self) -> None:
        address = self._address()
        self._enter(Step.LOOKING, f"Asking {address.display_domain} for its mail servers…")
        self._run(partial(self._setup.find, address), partial(self._take, address))

    def _take(self, address: Address, proposal: Proposal) -> None:
        form = self.form
        for fields, found in ((form.reading, proposal.mailbox), (form.sending, proposal.submission)):
            if found is not None and not fields.host.text().strip():
                fields.show_server(found.server)
        self._proposed_for, self._proposal = address.domain, proposal
        self._show_found()
        whole = proposal.mailbox is not None and proposal.submission is not None
        self._enter(Step.READY if whole else Step.ENTERING)
        if whole:
            (form.go if form.known.isHidden() else form.known).setFocus()
        else:
            form.settings.setChecked(True)
            self._tell(account_words.not_found(proposal, address.display_domain))
            (form.sending if proposal.mailbox else form.reading).host.setFocus()

    def _show_found(self) -> None:
        """Say what was found of what stands in the fields; a host outside the domain must be known to the person."""
        form, domain = self.form, words.visible(self._proposed_for)
        pairs = ((self._proposal.mailbox, form.reading), (self._proposal.submission, form.sending))
        found = [each for each, fields in pairs if each is not None and each.server.host == fields.host.text().strip().lower()]
        lines = [account_words.found(each, domain, reading=each is self._proposal.mailbox) for each in found]
        strange = sorted({each.server.host for each in found if each.outside})
        lines += [account_words.outside(host, domain) for host in strange]
        form.found.setText("\n".join(lines))
        form.found.setVisible(bool(lines))
        form.known.setChecked(form.known.isChecked() and bool(strange))
        form.known.setVisible(bool(strange))
        self._offer()

    def _drop_proposal(self) -> None:
        """Forget servers that were found for another domain."""
        if self._proposed_for and self._former is None and not self.form.address.text().strip().lower().endswith(f"@{self._proposed_for}"):
            self._proposed_for, self._proposal = "", Proposal()
            self.form.reading.show_server(None)
            self.form.sending.show_server(None)
            self._show_found()
            self._enter(Step.ENTERING)

    def _try(self) -> None:
        form, address = self.form, self._address()
        reading, sending = (self._vouched_for(fields.server(address.spec)) for fields in (form.reading, form.sending))
        assert sending is not None
        account = Account(self._former.name if self._former else address.spec, address, sending, reading)
        password = form.password.text() or None
        self._enter(Step.TRYING, f"Signing in to {words.listed(account_words.hosts(account))}…")
        self._run(partial(self._setup.check, account, password), partial(self._tried, account, password))

    def _vouched_for(self, server: Server | None) -> Server | None:
        """Return the server with the authority that stands in the field; one that was kept stays as long as nobody changes it."""
        authority = self.form.authority
        return replace(server, ca_file=authority.file()) if server is not None and authority.path.isModified() else server

    def _tried(self, account: Account, password: str | None, troubles: tuple[str, ...]) -> None:
        if troubles:
            self._enter(Step.READY)
            self._tell("\n".join(troubles))
            self.form.password.setFocus()
            self.form.password.selectAll()
        elif self._former is None:
            self._run(partial(self._setup.add, account, password or ""), lambda _: self._keep())
        else:
            self._run(partial(self._setup.change, account, password), lambda _: self._keep())

    def _keep(self) -> None:
        self._enter(Step.READY)
        self.forget()
        self.saved.emit()

    def _run(self, work: Callable[[], Result], done: Callable[[Result], None]) -> None:
        self._asked += 1
        asked = self._asked

        def if_wanted(act: Callable[[Result], None], outcome: Result) -> None:
            if asked == self._asked:
                act(outcome)

        self._background.run(self, work, partial(if_wanted, done), partial(self._failed, asked), LANE)

    def _failed(self, asked: int, error: Exception) -> None:
        if asked == self._asked:
            self._enter(Step.READY if self._step is Step.TRYING else Step.ENTERING)
            self._tell(f"Nothing was kept. {words.failure(error)}")

    def _enter(self, step: Step, doing: str = "") -> None:
        form, self._step = self.form, step
        busy = step in {Step.LOOKING, Step.TRYING}
        for field in (form.name, form.address, form.password, form.servers, form.known):
            field.setEnabled(not busy)
        form.bar.setVisible(busy)
        form.doing.setText(words.visible(doing))
        form.doing.setVisible(busy)
        form.cancel.setVisible(busy or self.leavable)
        if busy:
            form.cancel.setFocus()
            _announce(form.doing)
        self._offer()

    def _offer(self) -> None:
        form = self.form
        form.go.setText("Sign &in and save" if self._is_whole() else "C&ontinue")
        form.go.setAccessibleName(form.go.text().replace("&", ""))
        strange = not form.known.isHidden() and not form.known.isChecked()
        form.go.setEnabled(self._step not in {Step.LOOKING, Step.TRYING} and not strange)

    def _tell(self, text: str, *, calm: bool = False) -> None:
        label = self.form.problem
        label.setObjectName("" if calm else "fieldProblem")
        label.style().unpolish(label)
        label.style().polish(label)
        label.setText(words.visible(text))
        label.setVisible(bool(text))
        if text:
            _announce(label)


def _announce(label: QLabel) -> None:
    label.setAccessibleName(label.text())
    QAccessible.updateAccessibility(QAccessibleEvent(label, QAccessible.Event.Alert))
