"""One check in the list: how it stands, and below, when open, what was seen. It judges nothing."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget
from typing_extensions import override

from tfcards.sessions.lab_run import CheckRow
from tfcards.ui.look.icons import icon, pixmap
from tfcards.ui.look.pieces import button, column, label, line, row
from tfcards.ui.look.theme import MONO_FONT, Space, Theme
from tfcards.ui.workbench.words import card_count, inline_code, linked_places, points

_ICON = 20
_LOOKS = {
    "waiting": ("waiting", "muted", "Waiting"),
    "running": ("waiting", "accent", "Running"),
    "passed": ("passed", "good", "Passed"),
    "failed": ("failed", "again", "Failed"),
    "skipped": ("remove", "muted", "Skipped"),
    "error": ("warning", "hard", "Could not be checked"),
}


class CheckView(QFrame):
    """One check: status, title, points; below, when open, what was observed and asked."""

    cards_requested = Signal(tuple)
    place_asked = Signal(str, int)

    def __init__(
        self,
        check: CheckRow,
        card_title: Callable[[str], str],
        theme: Theme,
        *,
        has_places: bool,
    ) -> None:
        super().__init__()
        self.check = check
        self._theme = theme
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON, _ICON)
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.RichText)
        self._title.setWordWrap(True)
        self._points = label("", "caption")
        self.opener = QToolButton()
        self.opener.setCheckable(True)
        self.opener.setIcon(icon("right"))
        self.opener.setIconSize(QSize(16, 16))
        self.opener.toggled.connect(self._show_details)
        self._card_title = card_title
        self._has_places = has_places
        self._details: _Details | None = None  # made when first opened: most never are
        self._head = QWidget()
        self._head.setLayout(self._head_layout())
        self._head.setCursor(Qt.CursorShape.PointingHandCursor)
        self._head.installEventFilter(self)
        self._layout = column(spacing=0)
        self._layout.addWidget(self._head)
        self._layout.addWidget(line())
        self.setLayout(self._layout)
        self._draw()

    def show_check(self, check: CheckRow) -> None:
        """Shows the check as it stands now."""
        if check != self.check:
            self.check = check
            self._draw()

    def set_open(self, *, is_open: bool) -> None:
        """Shows or hides the details."""
        self.opener.setChecked(is_open)

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        self._draw()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click anywhere on the head opens and closes."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            self.opener.toggle()
            return True
        return False

    def _head_layout(self) -> QHBoxLayout:
        layout = row(spacing=Space.SMALL)
        layout.setContentsMargins(Space.SMALL, 2, Space.HAIR, 2)
        layout.addWidget(self._icon)
        layout.addWidget(self._title, 1)
        layout.addWidget(self._points)
        layout.addWidget(self.opener)
        return layout

    def _draw(self) -> None:
        check = self.check
        name, ink, word = _LOOKS.get(check.status, _LOOKS["error"])
        self._icon.setPixmap(pixmap(name, _ICON, getattr(self._theme, ink)))
        self._icon.setToolTip(word)
        self._title.setText(inline_code(check.title, self._theme))
        total = f"{points(check.points)} pt"
        is_done = check.status in ("passed", "failed", "error")
        self._points.setText(f"{points(check.score)} / {total}" if is_done else total)
        self.opener.setAccessibleName(f"{check.title}: {word}")
        if self._details is not None:
            self._details.show_check(check, self._theme)

    def _show_details(self, is_open: bool) -> None:
        self.opener.setIcon(icon("down" if is_open else "right"))
        if self._details is None and is_open:
            self._details = self._made_details()
        if self._details is not None:
            self._details.setVisible(is_open)

    def _made_details(self) -> "_Details":
        titles = [self._card_title(card) for card in self.check.cards]
        made = _Details(titles, has_places=self._has_places)
        made.place_asked.connect(self.place_asked)
        made.cards.clicked.connect(lambda: self.cards_requested.emit(self.check.cards))
        made.show_check(self.check, self._theme)
        self._layout.insertWidget(1, made)
        self.setTabOrder(self.opener, made.cards)
        return made


class _Details(QWidget):
    """Message, observed against asked and against the reference solution, and the cards."""

    place_asked = Signal(str, int)

    def __init__(self, titles: Sequence[str], *, has_places: bool) -> None:
        super().__init__()
        self._has_places = has_places
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.RichText)
        self._message.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        self._message.linkActivated.connect(self._ask)
        self._numbers = QLabel()
        self._numbers.setWordWrap(True)
        self._numbers.setTextFormat(Qt.TextFormat.RichText)
        self._numbers.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._card_titles = titles
        self._titles = label("", "caption", wraps=True)
        self._titles.setTextFormat(Qt.TextFormat.RichText)
        self.cards = button(f"Review {card_count(len(titles))} on this", "quiet", "review")
        self.cards.setMinimumHeight(30)
        if not titles:
            self._titles.hide()
            self.cards.hide()
        layout = column(spacing=Space.HAIR)
        layout.setContentsMargins(2 * Space.SMALL + _ICON, 0, Space.LARGE, Space.SMALL)
        layout.addWidget(self._message)
        layout.addWidget(self._numbers)
        layout.addWidget(self._titles)
        layout.addWidget(self.cards, 0, Qt.AlignmentFlag.AlignLeft)
        self.setLayout(layout)

    def show_check(self, check: CheckRow, theme: Theme) -> None:
        message = inline_code(check.message or _UNTOLD[check.status], theme)
        self._message.setText(linked_places(message) if self._has_places else message)
        self._numbers.setVisible(bool(check.observed or check.limit))
        self._numbers.setText(_numbers(check, theme))
        titles = (inline_code(title, theme) for title in self._card_titles)
        self._titles.setText("<br>".join(f"• {title}" for title in titles))

    def _ask(self, link: str) -> None:
        name, _, line = link.rpartition(":")
        self.place_asked.emit(name, int(line))


_UNTOLD = {
    "waiting": "Press Run to have this checked.",
    "running": "Being checked.",
    "passed": "This holds.",
    "failed": "This does not hold. What is tried stays hidden; the task tells what is asked.",
    "skipped": "Not checked, because something it builds on does not hold yet.",
    "error": "The check itself broke off. That is not your fault, and costs nothing.",
}


def _numbers(check: CheckRow, theme: Theme) -> str:
    """A small table: what was seen, what was asked, what the lab's solution reaches."""
    lines = []
    shown_as = {
        "Observed": check.observed,
        "Asked": check.limit,
        "Reference solution": check.reference,
    }
    for name, value in shown_as.items():
        if value:
            shown = inline_code(value, theme)
            lines.append(
                f'<tr><td style="color:{theme.muted}; padding-right:12px">{name}</td>'
                f"<td style=\"font-family:'{MONO_FONT}'\">{shown}</td></tr>"
            )
    return f"<table>{''.join(lines)}</table>"
