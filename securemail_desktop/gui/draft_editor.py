"""The draft of the compose window: widgets to `Draft` and back, recipients moved between fields."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from securemail_desktop.accounts.settings import Account
from securemail_desktop.gui.attaching import Attaching
from securemail_desktop.gui.attachment_model import AttachmentModel
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_form import ComposeForm
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.recipient_field import RecipientField
from securemail_desktop.message.address import Address, format_address, parse_address
from securemail_desktop.message.draft import AddressField, Draft, Recipient
from securemail_desktop.message.signature import signed_anew

_REPLACE = "replace:"


class DraftEditor(QObject):
    """`changed` after each change by the author or by a repair."""

    changed = Signal()

    def __init__(
        self,
        form: ComposeForm,
        look: Look,
        background: Background,
        accounts: tuple[Account, ...],
        signature_of: Callable[[Address], str],
        parent: QObject,
    ) -> None:
        """Edit in the form's widgets; `signature_of` returns the signature of an own address."""
        super().__init__(parent)
        self._form, self._accounts = form, accounts
        self._draft: Draft | None = None
        self._pristine: Draft | None = None
        self._signature_of, self._signature = signature_of, ""
        self.files = AttachmentModel(look, self)
        self.fields = {AddressField.TO: form.to, AddressField.CC: form.cc, AddressField.BCC: form.bcc}
        for name, field in self.fields.items():
            field.set_up(name, look)
            field.changed.connect(self.changed)
        form.attachments.setModel(self.files)
        form.fromBox.addItems([format_address(account.address) for account in accounts])
        form.fromBox.currentIndexChanged.connect(self._sign_anew)
        form.fromBox.currentIndexChanged.connect(self.changed)
        form.subject.textChanged.connect(self.changed)
        form.body.textChanged.connect(self.changed)
        self.attaching = Attaching(self.files, form.attachments, background, self)
        self.attaching.changed.connect(self.changed)
        form.body.files.connect(self.attaching.attach)
        form.body.pictures.connect(self.attaching.attach_picture)

    def load(self, draft: Draft) -> None:
        """Show a draft."""
        self._draft = draft
        for name, field in self.fields.items():
            field.set_addresses(tuple(r.address for r in draft.recipients if r.field == name))
        self.show_field(AddressField.CC, shown=any(r.field == AddressField.CC for r in draft.recipients))
        self.show_field(AddressField.BCC, shown=any(r.field == AddressField.BCC for r in draft.recipients))
        keys = [account.address.key for account in self._accounts]
        self._form.fromBox.setCurrentIndex(keys.index(draft.sender.key) if draft.sender.key in keys else -1)
        self._form.subject.setText(draft.subject)
        self._form.body.setPlainText(draft.text)
        self._signature = self._signature_of(draft.sender)
        self.files.reset(draft.attachments)
        self._pristine = self.draft()

    def _sign_anew(self, index: int) -> None:
        """Put the signature of the address that is written from now in place of the former one's, where that stands as it was."""
        if self._draft is None or index < 0:
            return
        signature = self._signature_of(self._accounts[index].address)
        text = self._form.body.toPlainText()
        new = signed_anew(text, self._signature, signature)
        self._signature = signature
        if new != text:
            place = self._form.body.textCursor().position()
            self._form.body.setPlainText(new)
            cursor = self._form.body.textCursor()
            cursor.setPosition(min(place, self._form.body.document().characterCount() - 1))
            self._form.body.setTextCursor(cursor)

    def draft(self) -> Draft:
        """Return the draft as it stands in the widgets; the HTML of a changed text is dropped, for it would say something else."""
        assert self._draft is not None
        text = self._form.body.toPlainText()
        index = self._form.fromBox.currentIndex()
        return replace(
            self._draft,
            sender=self._accounts[index].address if index >= 0 else self._draft.sender,
            recipients=tuple(r for field in self.fields.values() for r in field.recipients()),
            subject=self._form.subject.text(),
            text=text,
            html=self._draft.html if text == self._draft.text else "",
            attachments=self.files.attachments,
        )

    def is_changed(self) -> bool:
        """Tell whether there is anything that closing would lose."""
        waiting = any(field.line.text().strip() for field in self.fields.values())
        return waiting or self.attaching.is_reading() or self.draft() != self._pristine

    def is_empty(self) -> bool:
        """Tell whether there is nothing of the author's in the draft."""
        form = self._form
        typed = any(field.line.text().strip() or field.recipients() for field in self.fields.values())
        filled = form.subject.text().strip() or form.body.toPlainText().strip() or self.files.attachments
        return not (typed or filled or self.attaching.is_reading())

    def to_keep(self) -> Draft:
        """Return the draft with what stands in the address lines, as far as it is an address already."""
        draft = self.draft()
        typed = tuple(Recipient(a, name) for name, field in self.fields.items() for a in field.typed())
        return replace(draft, recipients=(*draft.recipients, *typed))

    def commit(self) -> RecipientField | None:
        """Take over what stands in the address lines; return the field whose text is no address."""
        return next((field for field in self.fields.values() if not field.commit()), None)

    def show_field(self, name: AddressField, *, shown: bool) -> None:
        """Show or hide Cc or Bcc, with its label and the button that shows it."""
        form = self._form
        label, button = {AddressField.CC: (form.ccLabel, form.showCc)}.get(name, (form.bccLabel, form.showBcc))
        self.fields[name].setVisible(shown)
        label.setVisible(shown)
        button.setVisible(not shown)

    def apply(self, choice: str, key: str) -> bool:
        """Carry out `remove`, `replace:ADDRESS` or `bcc` (everyone) on the recipient (`Address.key`); return False for other choices."""
        if choice == "remove":
            self._map(lambda a: None if a.key == key else a)
        elif choice.startswith(_REPLACE):
            meant = parse_address(choice.removeprefix(_REPLACE))
            self._map(lambda a: meant if a.key == key else a)
        elif choice == "bcc":
            self._hide()
        else:
            return False
        return True

    def _map(self, change: Callable[[Address], Address | None]) -> None:
        for field in self.fields.values():
            before = tuple(r.address for r in field.recipients())
            after = tuple(new for address in before if (new := change(address)) is not None)
            if after != before:
                field.set_addresses(after)

    def _hide(self) -> None:
        everyone = tuple({r.address.key: r.address for field in self.fields.values() for r in field.recipients()}.values())
        self._map(lambda _: None)
        self.show_field(AddressField.BCC, shown=True)
        self.fields[AddressField.BCC].set_addresses(everyone)
