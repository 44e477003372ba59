"""The list of a lab's checks as they come in; each opens to what was seen. It judges nothing."""

from collections.abc import Callable, Sequence
from itertools import islice

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Signal
from PySide6.QtWidgets import QWidget

from tfcards.sessions.lab_run import CheckRow
from tfcards.ui.in_turns import InTurns
from tfcards.ui.look.pieces import column, scrolled
from tfcards.ui.look.theme import Space, Theme
from tfcards.ui.workbench.check_view import CheckView

_AT_ONCE = 4  # rows: they are laid out together, in a few milliseconds


class LabChecks(QWidget):
    """Every check of a lab. `cards_requested` carries the guids of the cards a check concerns.

    `card_title` says what a learner reads for a card. `place_asked` carries a file and a line that
    a message names; with `has_places`, messages lead there. Rows are made in `turns`: many at once
    would hold the window up.
    """

    cards_requested = Signal(tuple)
    place_asked = Signal(str, int)

    def __init__(
        self,
        theme: Theme,
        card_title: Callable[[str], str],
        *,
        has_places: bool = True,
        turns: InTurns | None = None,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._card_title = card_title
        self._has_places = has_places
        self._checks: dict[str, CheckRow] = {}
        self._rows: dict[str, CheckView] = {}
        self._opened = ""  # the check whose row is open, or will be once it is made
        self._is_to_scroll = False
        self._turns = turns or InTurns(self)
        self._list = column(margin=Space.SMALL, spacing=0)
        self._list.addStretch(1)
        self._content = QWidget()
        self._content.setLayout(self._list)
        outer = column(spacing=0)
        self._area = scrolled(self._content)
        outer.addWidget(self._area)
        self.setLayout(outer)

    def show_checks(self, checks: Sequence[CheckRow]) -> None:
        """Shows these checks and no others, new ones a moment later; open rows stay open."""
        self._checks = {check.id: check for check in checks}
        for gone in [name for name in self._rows if name not in self._checks]:
            self._remove(gone)
        for name, each in self._rows.items():
            each.show_check(self._checks[name])
        self._turns.do(self._make_next)

    def open_first_failure(self) -> None:
        """Opens the first check that did not hold, and no other; scrolls to it, or to the top."""
        failed = (each.id for each in self._checks.values() if each.status in ("failed", "error"))
        self._opened = next(failed, "")
        for name, each in self._rows.items():
            each.set_open(is_open=name == self._opened)
        self._is_to_scroll = True
        self._turns.do(self._make_next)

    def row(self, check_id: str) -> "CheckView":
        """One check's row."""
        self._turns.finish(self._make_next)
        return self._rows[check_id]

    def _make_next(self) -> bool:
        """Makes a few of the rows that are missing; False when all are there."""
        missing = (check for name, check in self._checks.items() if name not in self._rows)
        made = [self._make_row(check) for check in islice(missing, _AT_ONCE)]
        if made:
            # else the next painting finds rows without a height
            QCoreApplication.sendPostedEvents(self._content, QEvent.Type.LayoutRequest.value)
        elif self._is_to_scroll:
            self._is_to_scroll = False
            # once the row has the height of what it opened to
            QTimer.singleShot(0, self, self._show_opened)
        return bool(made)

    def _make_row(self, check: CheckRow) -> "CheckView":
        made = CheckView(check, self._card_title, self._theme, has_places=self._has_places)
        made.cards_requested.connect(self.cards_requested)
        made.place_asked.connect(self.place_asked)
        made.set_open(is_open=check.id == self._opened)
        self._rows[check.id] = made
        self._list.insertWidget(self._list.count() - 1, made)
        made.show()
        return made

    def _show_opened(self) -> None:
        at = self._rows.get(self._opened)
        self._area.verticalScrollBar().setValue(at.y() if at is not None else 0)

    def _remove(self, check_id: str) -> None:
        row = self._rows.pop(check_id)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        for each in self._rows.values():
            each.set_theme(theme)
