"""A dialog to change one note: its fields and tags. Saving is up to whoever opened it."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QWidget

from tfcards.core.model import Kind, Note
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.pieces import button, column, key_cap, label, row, scrolled
from tfcards.ui.look.theme import Space, Step

TALL_FIELDS = {"Question": 5, "Answer": 7}  # lines; the others get fewer
SHORT = 3


class NoteEditor(QDialog):
    """Edits a copy; `saved` carries the fields and the tags."""

    saved = Signal(dict, tuple)

    def __init__(self, note: Note, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Edit note")
        self.resize(720, 680)
        self._appearance = appearance
        self._note = note
        self.fields = {name: self._field(name, text) for name, text in _shown(note).items()}
        self.tags = QLineEdit(" ".join(note.tags))
        self.tags.setAccessibleName("Tags, separated by spaces")
        self._save = button("Save", "primary", hint="Save (Ctrl+S)")
        self._save.clicked.connect(self._finish)
        cancel = button("Cancel")
        cancel.clicked.connect(self.reject)
        for keys in ("Ctrl+S", "Ctrl+Return"):
            QShortcut(QKeySequence(keys), self, self._finish)
        actions = row()
        actions.addWidget(key_cap("Ctrl+S"))
        actions.addWidget(label("saves", "caption"))
        actions.addStretch(1)
        actions.addWidget(cancel)
        actions.addWidget(self._save)
        layout = column(margin=Space.WIDE, spacing=Space.LARGE)
        layout.addWidget(scrolled(self._form()), 1)
        layout.addLayout(actions)
        self.setLayout(layout)
        next(iter(self.fields.values())).setFocus()

    def _form(self) -> QWidget:
        form = QWidget()
        inner = column(spacing=Space.HAIR)
        inner.setContentsMargins(0, 0, Space.MEDIUM, 0)
        for name, field in self.fields.items():
            inner.addWidget(label(name, "strong"))
            inner.addWidget(field)
            inner.addSpacing(Space.SMALL)
        inner.addWidget(label("Tags", "strong"))
        inner.addWidget(self.tags)
        inner.addStretch(1)
        form.setLayout(inner)
        return form

    def _field(self, name: str, text: str) -> QPlainTextEdit:
        field = QPlainTextEdit(text)
        field.setAccessibleName(name)
        field.setFont(self._appearance.theme.font(Step.SMALL, mono=True))
        field.setTabChangesFocus(True)
        lines = TALL_FIELDS.get(name, SHORT)
        height = (lines + 1) * field.fontMetrics().lineSpacing() + Space.LARGE
        field.setMinimumHeight(height)
        field.setSizeIncrement(QSize(0, 1))
        return field

    def _finish(self) -> None:
        typed = {name: field.toPlainText() for name, field in self.fields.items()}
        self.saved.emit({**self._note.fields, **typed}, tuple(self.tags.text().split()))
        self.accept()


def _shown(note: Note) -> dict[str, str]:
    """The fields worth showing: assertions only where code is to be written."""
    keeps_all = note.type.kind in (Kind.CODE, Kind.TEMPLATE)
    return {
        name: text
        for name, text in note.fields.items()
        if keeps_all or text or name != "Assertions"
    }
