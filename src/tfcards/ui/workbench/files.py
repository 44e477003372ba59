"""The learner's files in the editor: tabs, saving by itself, error marks. Knows no runs."""

import re
from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor
from typing_extensions import override

from tfcards.sessions.lab import LabSession
from tfcards.ui.asking import prefers_first
from tfcards.ui.code.editor import CodeEditor
from tfcards.ui.look.icons import icon
from tfcards.ui.look.theme import Theme
from tfcards.ui.workbench.later_tabs import LaterTabs

SAVE_MS = 800
GIVEN = "data.py"
_TASK = re.compile(r"\s*#.*\bTODO\(")  # in a comment: what the file says of itself is no task
_SHOWN = {0x0D: "\n", 0x2028: "\n", 0x2029: "\n", 0xA0: " "}


class LabFiles(LaterTabs):
    """One editor for each file of the lab. What is typed is saved a moment later.

    `kept` says that a text which gave way to another program's lies in a copy, `room_changed` how
    many pixels there are beside the tabs.
    """

    kept = Signal()
    room_changed = Signal(int)

    def __init__(self, session: LabSession, theme: Theme) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self._session = session
        self._theme = theme
        self._saved: dict[str, str] = {}
        self._is_asking = False
        self.editors: dict[str, CodeEditor] = {}
        self._given: CodeEditor | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self.save)
        for name in session.lab.files:
            editor = CodeEditor(theme)
            editor.setAccessibleName(f"Code editor, {name}")
            editor.textChanged.connect(self._timer.start)
            self.editors[name] = editor
            self.addTab(editor, icon("file"), name)
        self._add_given()
        self.load()
        if session.lab.is_variant:
            self._go_to_the_task()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.room_changed.emit(event.size().width() - self.tabBar().sizeHint().width())
        super().resizeEvent(event)

    def load(self) -> None:
        """Shows the files as they lie on disk; text that is not saved yet goes."""
        for name, editor in self.editors.items():
            text = self._session.text(name)
            if text != editor.toPlainText():
                editor.set_text(text)
            self._saved[name] = _as_shown(text)
        self._timer.stop()

    def save(self) -> None:
        """Writes what was typed here; takes over what another program wrote meanwhile."""
        if self._is_asking:  # what is on disk may still be wanted
            self._timer.start()
            return
        self._timer.stop()
        self.follow()
        for name, editor in self.editors.items():
            text = editor.toPlainText()
            if text != self._saved[name] or not (self._session.work / name).exists():
                self._write(name, text)

    def follow(self) -> bool:
        """Shows what another program wrote; says whether there was anything.

        Where the learner typed here at the same time they are asked, and the other text is kept.
        """
        if self._is_asking:
            return False
        taken = [self._follow(name) for name in self.editors]
        return any(taken)

    def _follow(self, name: str) -> bool:
        on_disk, typed = self._on_disk(name), self.editors[name].toPlainText()
        if on_disk is None or on_disk == self._saved[name]:
            return False
        if typed in (self._saved[name], on_disk) or not self._keeps_typed(name):
            self._take(name)
            return True
        self._session.history.keep({})
        self.kept.emit()
        self._write(name, self.editors[name].toPlainText())
        return False

    def _write(self, name: str, text: str) -> None:
        path = self._session.work / name
        if path.exists() and self._on_disk(name) is None:  # no text that could be shown here
            self._session.history.keep({})
            self.kept.emit()
        self._session.save(name, text)
        self._saved[name] = text

    def _on_disk(self, name: str) -> str | None:
        text = self._session.on_disk(name)
        return None if text is None else _as_shown(text)

    def _keeps_typed(self, name: str) -> bool:
        """Asks which text stays; the typed one is kept in a copy before it gives way."""
        self._is_asking = True
        try:
            keeps = prefers_first(
                self,
                f"{name} was changed by another program while you typed here.",
                "Whichever gives way is kept in a copy: see Attempts.",
                "Keep what I typed",
                "Take the file",
            )
        finally:
            self._is_asking = False
        if not keeps:
            typed = {name: self.editors[name].toPlainText()}
            self._session.history.keep(typed)
            self.kept.emit()
        return keeps

    def _take(self, name: str) -> None:
        """Shows the file's text where the learner was looking; Ctrl+Z brings the former back."""
        editor, text = self.editors[name], self._on_disk(name)
        if text is None:
            return
        self._saved[name] = text
        if text == editor.toPlainText():
            return
        line, top = editor.textCursor().blockNumber(), editor.verticalScrollBar().value()
        cursor = QTextCursor(editor.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        line = min(line, editor.blockCount() - 1)
        editor.setTextCursor(QTextCursor(editor.document().findBlockByNumber(line)))
        editor.verticalScrollBar().setValue(top)

    def _go_to_the_task(self) -> None:
        """Where one task is open again, shows what is to be written."""
        for number, editor in enumerate(self.editors.values()):
            lines = editor.toPlainText().splitlines()
            marked = [at for at, line in enumerate(lines, start=1) if _TASK.match(line)]
            if marked:
                self.setCurrentIndex(number)
                editor.go_to(marked[0])
                return

    def _add_given(self) -> None:
        """The lab's own data.py, to read but not to change."""
        if GIVEN not in self.editors and (self._session.lab.folder / GIVEN).is_file():
            self.put_off(self._made_given, icon("lock"), GIVEN)
            self.setTabToolTip(self.count() - 1, "Comes with the lab; it cannot be changed")

    def _made_given(self) -> CodeEditor:
        self._given = CodeEditor(self._theme)
        self._given.setReadOnly(True)
        self._given.setAccessibleName(f"{GIVEN}, to read only")
        self._given.set_text((self._session.lab.folder / GIVEN).read_text(encoding="utf-8"))
        return self._given

    def mark_errors(self, errors: Mapping[str, Mapping[int, str]]) -> None:
        """Marks lines of each file; files without any lose their marks."""
        for name, editor in self.editors.items():
            editor.mark_errors(errors.get(name, {}))

    def show_errors(self) -> None:
        """Scrolls to the first marked line, of the file in front if it has one."""
        for name in (self.current_name(), *self.editors):
            marked = self.editors[name].errors
            if marked:
                self.setCurrentWidget(self.editors[name])
                self.editors[name].show_line(min(marked))
                return

    def step_errors(self, by: int) -> None:
        """Puts the cursor on the next (1) or previous (-1) marked line, from file to file."""
        names = list(self.editors)
        places = [(at, line) for at, name in enumerate(names) for line in self.editors[name].errors]
        if not places:
            return
        here = (names.index(self.current_name()), self.current().textCursor().blockNumber() + 1)
        places.sort(reverse=by < 0)
        beyond = [place for place in places if (place > here if by > 0 else place < here)]
        at, line = (beyond or places)[0]
        self.go_to(names[at], line)

    def go_to(self, name: str, line: int) -> None:
        """Puts the cursor on a line (counted from 1) of one of the files; no other is gone to."""
        if name not in self.editors:
            return
        self.setCurrentWidget(self.editors[name])
        self.editors[name].go_to(line)
        self.editors[name].setFocus()

    def current(self) -> CodeEditor:
        """The learner's file in front, or the first one."""
        return self.editors[self.current_name()]

    def current_name(self) -> str:
        """The name of that file."""
        names = list(self.editors)
        return names[self.currentIndex()] if self.currentIndex() < len(names) else names[0]

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        for editor in self.editors.values():
            editor.set_theme(theme)
        if self._given is not None:
            self._given.set_theme(theme)


def _as_shown(text: str) -> str:
    """A file's text as Qt gives it back: its line ends and hard spaces are Qt's own."""
    return text.replace("\r\n", "\n").translate(_SHOWN)
