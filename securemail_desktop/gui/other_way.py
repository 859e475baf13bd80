"""They can't open it: a sent message goes once more to one of its recipients by another way, which is remembered for him.

It decides nothing: what was used is marked as of no use for him, and the draft is reviewed like any other, so nothing goes by less than policy asks.
"""

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from securemail_desktop.encryption.method import LEVELS, Level
from securemail_desktop.gui import words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.mail_page import MailPage
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.sheet import Choice, Chosen, Question, Sheet
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft
from securemail_desktop.session.mail_view import Reading

_MOST = 12
_NOBODY = "This message names nobody else: a hidden recipient gets it once more when you forward it to him."
_OTHER = "{} is no longer written to in the way that was used. Look at the message: it says whether there is another."
_OLDER = "{} gets the form that every mail program opens from now on. Look at the message and send it."
_NOT_SEALED = "What goes to {} now is not sealed, so nothing has to be opened: ask what they see."


class OtherWay(QObject):
    """Asks who cannot open the message, marks what was used, and makes the draft."""

    def __init__(self, session: SessionPort, page: MailPage, look: Look, background: Background, host: QWidget) -> None:
        """Wait for the page's wish; the question stands over the whole `host`."""
        super().__init__(host)
        self._session, self._page, self._background = session, page, background
        self._sheet = Sheet(host, look)
        self._sheet.chosen.connect(self._chosen)
        self._message = -1
        self._people: dict[str, Address] = {}
        page.other_way_wanted.connect(self._ask)

    def _ask(self, reading: Reading) -> None:
        own = {account.address.key for account in self._session.accounts}
        people = {address.key: address for address in (*reading.to, *reading.cc) if address.key not in own}
        self._message, self._people = reading.view.id, people
        if not people:
            self._page.told.emit(_NOBODY, Tone.CAUTION, None)
            return
        choices = tuple(
            Choice(words.button(words.visible(a.spec)), key, safe=True, strong=False) for key, a in list(people.items())[:_MOST]
        )
        text = (
            "The message is made ready once more for the one you choose, by another way than this one, and that is remembered for them. You see it"
            " before it goes."
        )
        self._sheet.ask(Question("Who can’t open it?", text, choices, "Never mind", "question", Tone.CALM))

    def _chosen(self, chosen: Chosen) -> None:
        address = self._people.get(chosen.value)
        if address is not None:
            self._background.run(self, partial(self._prepare, self._message, address), self._made, self._fail, "account")

    def _prepare(self, message: int, address: Address) -> tuple[Draft, str]:
        draft = self._session.mail.again(message, address)
        outlook = self._session.review(draft).outlooks[0]
        if outlook.capability is None or LEVELS[outlook.method] is not Level.MESSAGE:
            return draft, _NOT_SEALED
        other = self._session.keys.cannot_open(f"{outlook.method.value}:{outlook.capability.key}")
        return draft, _OTHER if other else _OLDER

    def _made(self, made: tuple[Draft, str]) -> None:
        draft, text = made
        self._page.told.emit(text.format(words.visible(draft.recipients[0].address.spec)), Tone.CALM, None)
        self._page.draft_made.emit(draft)

    def _fail(self, error: Exception) -> None:
        self._page.told.emit(words.failure(error), Tone.DANGER, None)
