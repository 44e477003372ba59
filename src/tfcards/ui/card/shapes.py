"""Finds where a laid-out document wants rounded grounds: code, inline code. Draws nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import (
    QFontMetricsF,
    QTextBlock,
    QTextCharFormat,
    QTextDocument,
    QTextFrame,
    QTextTable,
)

PADDING = 2.5  # px beside inline code: more would touch the words around it


@dataclass(frozen=True, slots=True)
class Shape:
    """A rounded ground in document px; a block is framed, an inline one is a pill."""

    box: QRectF
    is_block: bool


def shapes(document: QTextDocument, mono_font: str) -> list[Shape]:
    """Every ground of the document, blocks before pills."""
    tables = list(_code_tables(document.rootFrame(), mono_font))
    framed = [Shape(_box(document, table), True) for table in tables]
    pills = [Shape(box, False) for box in _pills(document, tables, mono_font)]
    return framed + pills


def _code_tables(frame: QTextFrame, mono_font: str) -> Iterator[QTextTable]:
    for child in frame.childFrames():
        if isinstance(child, QTextTable) and _holds_code(child, mono_font):
            yield child
        else:
            yield from _code_tables(child, mono_font)


def _holds_code(table: QTextTable, mono_font: str) -> bool:
    """One cell with code: with lines that stay whole, or else code from the first letter on."""
    if table.rows() != 1 or table.columns() != 1:
        return False
    first = table.cellAt(0, 0).firstCursorPosition().block()
    if first.blockFormat().nonBreakableLines():
        return True
    fragments = first.begin()
    return not fragments.atEnd() and _is_code(fragments.fragment().charFormat(), mono_font)


def _is_code(look: QTextCharFormat, mono_font: str) -> bool:
    return look.fontFixedPitch() or mono_font in (look.fontFamilies() or [])


def _box(document: QTextDocument, table: QTextTable) -> QRectF:
    # Qt adds the first cell's position to a table's rectangle: take the padding off again
    look = table.format().toTableFormat()
    box = document.documentLayout().frameBoundingRect(table)
    padding = look.cellPadding()
    box.translate(-padding, -padding - look.topMargin())
    return box.adjusted(0.5, look.topMargin() + 0.5, -0.5, -look.bottomMargin() - 0.5)


def _pills(
    document: QTextDocument, tables: Sequence[QTextTable], mono_font: str
) -> Iterator[QRectF]:
    framed = [(table.firstPosition(), table.lastPosition()) for table in tables]
    block = document.begin()
    while block.isValid():
        is_framed = any(first <= block.position() <= last for first, last in framed)
        if not is_framed and not block.blockFormat().nonBreakableLines():
            yield from _block_pills(document, block, mono_font)
        block = block.next()


def _block_pills(document: QTextDocument, block: QTextBlock, mono_font: str) -> Iterator[QRectF]:
    corner = document.documentLayout().blockBoundingRect(block).topLeft()
    fragments = block.begin()
    while not fragments.atEnd():
        fragment = fragments.fragment()
        look = fragment.charFormat()
        if _is_code(look, mono_font):
            start = fragment.position() - block.position()
            metrics = QFontMetricsF(look.font())
            for box in _line_boxes(block, start, start + fragment.length(), metrics):
                yield box.translated(corner)
        fragments += 1


def _line_boxes(
    block: QTextBlock, start: int, end: int, metrics: QFontMetricsF
) -> Iterator[QRectF]:
    layout = block.layout()
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first = max(start, line.textStart())
        last = min(end, line.textStart() + line.textLength())
        if first < last:
            left, right = _x(line.cursorToX(first)), _x(line.cursorToX(last))
            top = line.y() + line.ascent() - metrics.ascent()
            yield QRectF(left - PADDING, top - 1, right - left + 2 * PADDING, metrics.height() + 2)


def _x(answer: object) -> float:
    """PySide answers `cursorToX` with the x and the cursor position it stands at."""
    return float(answer[0]) if isinstance(answer, tuple) else float(str(answer))
