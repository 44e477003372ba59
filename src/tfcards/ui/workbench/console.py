"""What the learner's program printed, as it comes; the framework's own messages folded away."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QCheckBox, QFrame, QPlainTextEdit, QWidget

from tfcards.sessions.printed import FRAMEWORK, LANE, RUN, Entry
from tfcards.ui.look.pieces import column, row
from tfcards.ui.look.theme import MONO_FONT, Space, Step, Theme

MOST_LINES = 5000
BATCH = 16_000  # characters at most that one turn of the window takes in
ENTRY = 50  # as many characters an entry costs on top of its own


class LabConsole(QWidget):
    """A growing text; it follows the end as long as the learner has not scrolled up."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._entries: list[Entry] = []
        self._last: Entry | None = None
        self._open: list[Entry] = []
        self._open_shown: list[Entry] = []
        self._open_size = 0  # in Qt's characters, at the end of the text
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._append_next)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setMaximumBlockCount(MOST_LINES)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setPlaceholderText("What your code prints appears here.")
        self.text.setAccessibleName("Console")
        self.framework = QCheckBox("Framework messages")
        self.framework.toggled.connect(self._redraw)
        self.framework.hide()
        foot = row()
        foot.setContentsMargins(Space.SMALL, 0, Space.SMALL, Space.HAIR)
        foot.addWidget(self.framework)
        foot.addStretch(1)
        layout = column(spacing=0)
        layout.addWidget(self.text, 1)
        layout.addLayout(foot)
        self.setLayout(layout)
        self.set_theme(theme)

    def show_entries(self, entries: Sequence[Entry], open_lines: Sequence[Entry] = ()) -> None:
        """Appends what is new; `entries` may have lost its oldest, or be a new run's.

        Much at once is taken in over several turns of the window. `open_lines` come after all of
        them, in place of those that were shown before.
        """
        self._open = list(open_lines)
        if self._last is not None and len(self._new(entries)) == len(entries):
            self._clear()
        self._entries = list(entries)
        self._append_next()

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        self.text.setStyleSheet(
            f"QPlainTextEdit {{ border: none; padding: 4px 8px; background: {theme.surface};"
            f" font-family: '{MONO_FONT}'; font-size: {theme.px(Step.SMALL)}px; }}"
        )
        self._redraw()

    def _new(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """What comes after the last entry shown: entries are the very objects shown before."""
        for back, entry in enumerate(reversed(entries)):
            if entry is self._last:
                return entries[len(entries) - back :]
        return entries

    def _clear(self) -> None:
        self._entries, self._last = [], None
        self._next.stop()
        self._empty()
        self.framework.hide()

    def _redraw(self) -> None:
        self._empty()
        self._last = None
        self._append_next()

    def _empty(self) -> None:
        self.text.clear()
        self._open_shown, self._open_size = [], 0

    def _append_next(self) -> None:
        """As much of what is not shown yet as a turn of the window has room for."""
        fresh = self._new(self._entries)
        taken = _batch(fresh)
        is_all = len(taken) == len(fresh)
        below = self._open if is_all else []
        if taken or below != self._open_shown:
            self._append(taken, below)
        if taken:
            self._last = taken[-1]
        if not is_all:
            self._next.start()

    def _append(self, entries: Sequence[Entry], below: list[Entry]) -> None:
        bar = self.text.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 4
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        end = cursor.position()
        cursor.setPosition(end - self._open_size, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self._insert(cursor, entries)
        start = cursor.position()
        self._insert(cursor, below)
        self._open_shown, self._open_size = below, cursor.position() - start
        cursor.endEditBlock()
        count = sum(text.count("\n") for stream, text in self._entries if stream == FRAMEWORK)
        self.framework.setVisible(count > 0)
        self.framework.setText(f"Framework messages ({count})")
        if follows:
            bar.setValue(bar.maximum())

    def _insert(self, cursor: QTextCursor, entries: Sequence[Entry]) -> None:
        for stream, text in entries:
            if stream != FRAMEWORK or self.framework.isChecked():
                cursor.insertText(text, self._format(stream))

    def _format(self, stream: str) -> QTextCharFormat:
        theme = self._theme
        inks = {"stdout": theme.text, FRAMEWORK: theme.muted, LANE: theme.muted, RUN: theme.accent}
        form = QTextCharFormat()
        form.setForeground(QColor(inks.get(stream, theme.hard)))
        return form


def _batch(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The first of them, one at least, that together cost no more than a turn may."""
    cost = 0
    for count, (_, text) in enumerate(entries, start=1):
        cost += ENTRY + len(text)
        if cost >= BATCH:
            return entries[:count]
    return entries
