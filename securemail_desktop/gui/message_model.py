"""The rows of a folder as a list model that holds only the pages which were looked at: a folder of 100,000 messages costs no more than a small one.

The order is the store's. New mail is worked in row by row, so that selection and scroll position stay on their messages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from securemail_desktop.gui import message_words, words
from securemail_desktop.session.mail_view import Listing, MessageView

Index = QModelIndex | QPersistentModelIndex
MESSAGE_ROLE = Qt.ItemDataRole.UserRole + 3
PAGE, PAGES_KEPT = 100, 50


class MessageModel(QAbstractListModel):
    """`wanted` names the offset of a page that is needed, each page once until the next change."""

    wanted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._rows: dict[int, MessageView] = {}
        self._total = 0
        self._asked: set[int] = set()
        self.role = ""
        self.places: Mapping[int, tuple[str, str]] = {}  # name and role of each folder where rows are of several

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Return the number of messages in the folder, known or not yet."""
        return 0 if parent.isValid() else self._total

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what the view and screen readers ask for; ask for the page where it is not here."""
        row = index.row()
        self._ask(row // PAGE)
        view = self._rows.get(row)
        if role == MESSAGE_ROLE:
            return view
        if role == Qt.ItemDataRole.DisplayRole:
            return message_words.subject(view) if view else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return words.tooltip("\n".join(said for _, said in message_words.signs(view))) if view else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(view) if view else "Loading."
        return None

    def place_of(self, view: MessageView) -> tuple[str, str]:
        """Return the name of a message's folder, empty where all are of one, and its role."""
        return self.places.get(view.folder, ("", self.role))

    def _spoken(self, view: MessageView) -> str:
        place, role = self.place_of(view)
        return message_words.spoken(view, role, datetime.now(UTC), place)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let messages be dragged."""
        known = super().flags(index)
        return known | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else known

    def message(self, row: int) -> MessageView | None:
        """Return a row's message, None where it is not known or outside."""
        return self._rows.get(row)

    def known(self, first: int, last: int) -> list[MessageView]:
        """Return the messages of these rows that are here, in their order."""
        rows = range(first, last + 1) if last - first < len(self._rows) else sorted(row for row in self._rows if first <= row <= last)
        return [self._rows[row] for row in rows if row in self._rows]

    def row_of(self, message: int) -> int:
        """Return where a message is, -1 where that is not known."""
        return next((row for row, view in self._rows.items() if view.id == message), -1)

    def start(self, role: str, listing: Listing | None = None) -> None:
        """Begin anew with the first page of a folder of this role."""
        self.beginResetModel()
        self.role = role
        self._total = listing.total if listing else 0
        self._rows = dict(enumerate(listing.rows)) if listing else {}
        self._asked = {0}
        self.endResetModel()

    def take(self, offset: int, listing: Listing) -> None:
        """Take a page; where the folder has changed meanwhile, the first page is asked for and worked in."""
        if offset == 0:
            self._work_in(listing)
        elif listing.total != self._total:
            self._asked.clear()
            self.wanted.emit(0)
        else:
            self._put(offset, listing.rows)

    def set_flags(self, messages: Iterable[int], *, seen: bool | None = None, flagged: bool | None = None) -> None:
        """Show flags that were just set."""
        for row in self._rows_of(messages):
            view = self._rows[row]
            changed = replace(view, seen=view.seen if seen is None else seen, flagged=view.flagged if flagged is None else flagged)
            self._put(row, (changed,))

    def reveal(self, view: MessageView) -> None:
        """Show what was found inside of a message when it was opened: its subject, files, a signature."""
        row = self.row_of(view.id)
        shown = replace(self._rows[row], subject=view.subject, marks=view.marks) if row >= 0 else view
        if row >= 0 and self._rows[row] != shown:
            self._put(row, (shown,))

    def remove(self, messages: Iterable[int]) -> None:
        """Take messages out that were just moved or deleted."""
        rows = self._rows_of(messages)
        if len(rows) > PAGE:  # row by row would take seconds: the rest is read anew
            self.start(self.role)
            self.wanted.emit(0)
            return
        for row in reversed(rows):
            self._take_out(row)

    def _rows_of(self, messages: Iterable[int]) -> list[int]:
        wanted = frozenset(messages)
        return sorted(row for row, view in self._rows.items() if view.id in wanted)

    def _ask(self, page: int) -> None:
        if page not in self._asked:
            self._asked.add(page)
            self.wanted.emit(page * PAGE)

    def _put(self, first: int, views: tuple[MessageView, ...]) -> None:
        if not views:
            return
        self._rows.update(enumerate(views, first))
        self._forget_far_from(first)
        self.dataChanged.emit(self.index(first), self.index(min(first + len(views), self._total) - 1))

    def _work_in(self, listing: Listing) -> None:
        """Turn the known top of the list into the new one by insertions and removals up to the last message that both have."""
        old, new = self._top(), [view.id for view in listing.rows]
        both = set(old) & set(new)
        kept = [number for number in old if number in both]
        if not kept or kept != [number for number in new if number in both]:
            self.start(self.role, listing)
            return
        last_old, last_new = old.index(kept[-1]), new.index(kept[-1])
        for row in reversed(range(last_old + 1)):
            if old[row] not in both:
                self._take_out(row)
        for row in range(last_new + 1):
            if new[row] not in both:
                self._let_in(row, listing.rows[row])
        self._settle(listing)

    def _settle(self, listing: Listing) -> None:
        missing = listing.total - self._total
        if missing > 0:
            self.beginInsertRows(QModelIndex(), self._total, listing.total - 1)
        elif missing < 0:
            self.beginRemoveRows(QModelIndex(), listing.total, self._total - 1)
        self._total = listing.total
        self._rows = {row: view for row, view in self._rows.items() if row < listing.total}
        if missing > 0:
            self.endInsertRows()
        elif missing < 0:
            self.endRemoveRows()
        self._asked = {0}
        self._put(0, listing.rows)

    def _top(self) -> list[int]:
        """Return the ids of the first rows, as far as they are known without a gap."""
        rows = range(min(PAGE, self._total))
        gap = next((row for row in rows if row not in self._rows), len(rows))
        return [self._rows[row].id for row in range(gap)]

    def _take_out(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        self._rows = {r - (r > row): view for r, view in self._rows.items() if r != row}
        self._total -= 1
        self._asked.clear()
        self.endRemoveRows()

    def _let_in(self, row: int, view: MessageView) -> None:
        self.beginInsertRows(QModelIndex(), row, row)
        self._rows = {r + (r >= row): known for r, known in self._rows.items()}
        self._rows[row] = view
        self._total += 1
        self._asked.clear()
        self.endInsertRows()

    def _forget_far_from(self, row: int) -> None:
        if len(self._rows) > PAGE * PAGES_KEPT:
            near = sorted(self._rows, key=lambda known: abs(known - row))[: PAGE * PAGES_KEPT // 2]
            self._asked = {known // PAGE for known in near}
            self._rows = {known: self._rows[known] for known in near}
