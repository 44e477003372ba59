"""Grounds behind code: a whole line, or some letters. What is marked is the editor's choice."""

from PySide6.QtGui import (
    QColor,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QTextEdit


def line_mark(block: QTextBlock, colour: str) -> QTextEdit.ExtraSelection:
    """The whole width of a line."""
    form = QTextCharFormat()
    form.setBackground(QColor(colour))
    form.setProperty(QTextFormat.Property.FullWidthSelection, True)
    return _selection(QTextCursor(block), form)


def text_mark(
    document: QTextDocument, start: int, end: int, colour: str
) -> QTextEdit.ExtraSelection:
    """What stands between two positions of the document."""
    form = QTextCharFormat()
    form.setBackground(QColor(colour))
    cursor = QTextCursor(document)
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return _selection(cursor, form)


def _selection(cursor: QTextCursor, form: QTextCharFormat) -> QTextEdit.ExtraSelection:
    selection = QTextEdit.ExtraSelection()
    selection.cursor = cursor
    selection.format = form
    return selection
