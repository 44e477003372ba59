"""The learner's files in the editor: tabs, saving by itself, error marks. Knows no runs."""

from collections.abc import Mapping

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTabWidget

from tfcards.sessions.lab import LabSession
from tfcards.ui.code_editor import CodeEditor
from tfcards.ui.icons import icon
from tfcards.ui.theme import Theme

SAVE_MS = 800
GIVEN = "data.py"


class LabFiles(QTabWidget):
    """One editor for each file of the lab. What is typed is saved a moment later."""

    def __init__(self, session: LabSession, theme: Theme) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self._session = session
        self._saved: dict[str, str] = {}
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
        self._add_given(theme)
        self.load()

    def load(self) -> None:
        """Shows the files as they lie on disk; text that is not saved yet goes."""
        for name, editor in self.editors.items():
            text = self._session.text(name)
            if text != editor.toPlainText():
                editor.set_text(text)
            self._saved[name] = text
        self._timer.stop()

    def save(self) -> None:
        """Writes what was typed here; takes over what another program wrote meanwhile."""
        self._timer.stop()
        for name, editor in self.editors.items():
            text = editor.toPlainText()
            if text != self._saved[name]:
                self._session.save(name, text)
                self._saved[name] = text
            elif (on_disk := self._session.text(name)) != text:
                editor.set_text(on_disk)
                self._saved[name] = on_disk

    def _add_given(self, theme: Theme) -> None:
        """The lab's own data.py, to read but not to change."""
        path = self._session.lab.folder / GIVEN
        if GIVEN not in self.editors and path.is_file():
            self._given = CodeEditor(theme)
            self._given.setReadOnly(True)
            self._given.setAccessibleName(f"{GIVEN}, to read only")
            self._given.set_text(path.read_text(encoding="utf-8"))
            self.addTab(self._given, icon("lock"), GIVEN)
            self.setTabToolTip(self.count() - 1, "Comes with the lab; it cannot be changed")

    def mark_errors(self, errors: Mapping[str, Mapping[int, str]]) -> None:
        """Marks lines of each file; files without any lose their marks."""
        for name, editor in self.editors.items():
            editor.mark_errors(errors.get(name, {}))

    def current(self) -> CodeEditor:
        """The learner's file in front, or the first one."""
        editors = list(self.editors.values())
        return editors[self.currentIndex()] if self.currentIndex() < len(editors) else editors[0]

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        for editor in self.editors.values():
            editor.set_theme(theme)
        if self._given is not None:
            self._given.set_theme(theme)
