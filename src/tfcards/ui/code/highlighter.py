"""Python highlighting that knows, line by line, inside which string it is. It knows no colours."""

from collections.abc import Iterator, Mapping
from functools import cache

from pygments.lexer import ExtendedRegexLexer, LexerContext
from pygments.lexers.python import PythonLexer
from pygments.styles import get_style_by_name
from pygments.token import Punctuation, String, _TokenType
from PySide6.QtCore import QTimer
from PySide6.QtGui import (
    QColor,
    QFont,
    QSyntaxHighlighter,
    QTextBlock,
    QTextBlockUserData,
    QTextCharFormat,
    QTextDocument,
)
from typing_extensions import override

_LINES_A_TURN = 150
_OPENING = "([{"
_CLOSING = ")]}"


class _LineLexer(ExtendedRegexLexer, PythonLexer):
    """Pygments' Python lexer, able to start in the middle of a string and to say where it ended."""


class Brackets(QTextBlockUserData):
    """The brackets of one line that are code, not string or comment: (column, character)."""

    def __init__(self, found: tuple[tuple[int, str], ...]) -> None:
        super().__init__()
        self.found = found


class CodeHighlighter(QSyntaxHighlighter):
    """Colours a document as Python; a changed line relexes only as many lines as change with it.

    Opening a string at the top of a long file changes every line below: that is done in turns
    of the event loop, so that no key press waits for it.
    """

    def __init__(self, document: QTextDocument, style: str) -> None:
        super().__init__(document)
        self._lexer = _LineLexer(stripnl=False, ensurenl=False)
        self._stacks: list[tuple[str, ...]] = [("root",)]
        self._numbers: dict[tuple[str, ...], int] = {("root",): 0}
        self._formats = _formats(style)
        self._left = _LINES_A_TURN
        self._waiting: int | None = None
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._go_on)

    def set_style(self, style: str) -> None:
        """Recolours with another Pygments style."""
        self._formats = _formats(style)
        self._left = self.document().blockCount()
        self.rehighlight()

    @override
    def highlightBlock(self, text: str) -> None:
        self._turn.start(0)
        if self._left <= 0:
            number = self.currentBlock().blockNumber()
            self._waiting = number if self._waiting is None else min(number, self._waiting)
            return  # the unchanged state tells Qt to stop here; `_go_on` takes over
        self._left -= 1
        before = self.previousBlockState()
        stack = self._stacks[before] if before >= 0 else ("root",)
        context = LexerContext(text + "\n", 0, list(stack))
        brackets: list[tuple[int, str]] = []
        for start, token, value in self._lexer.get_tokens_unprocessed(context=context):
            if Punctuation in token.split():
                brackets += [(start + i, c) for i, c in enumerate(value) if c in "()[]{}"]
            self._colour(start, token, value)
        self.setCurrentBlockUserData(Brackets(tuple(brackets)))
        self.setCurrentBlockState(self._number(tuple(context.stack)))

    def _go_on(self) -> None:
        """Begins a new turn where the last one had to stop."""
        self._left = _LINES_A_TURN
        block = self.document().findBlockByNumber(-1 if self._waiting is None else self._waiting)
        self._waiting = None
        if block.isValid():
            self.rehighlightBlock(block)

    def _colour(self, start: int, token: _TokenType, value: str) -> None:
        if not value.strip():
            return
        found = self._formats.get(String if token is String.Doc else token)
        if found is not None:
            self.setFormat(start, len(value), found)

    def _number(self, stack: tuple[str, ...]) -> int:
        """A small whole number for a stack of lexer states: all that Qt keeps per line."""
        if stack not in self._numbers:
            self._numbers[stack] = len(self._stacks)
            self._stacks.append(stack)
        return self._numbers[stack]


def matching_bracket(block: QTextBlock, column: int) -> tuple[int, int] | None:
    """Document positions of the bracket at `column` and of its partner; None without either."""
    here = next((c for at, c in _brackets(block) if at == column), None)
    if here is None:
        return None
    forward = here in _OPENING
    pair = (_OPENING, _CLOSING) if forward else (_CLOSING, _OPENING)
    depth = 0
    for position, character in _walk(block, column, forward=forward):
        depth += (character in pair[0]) - (character in pair[1])
        if depth == 0:
            same_kind = pair[0].index(here) == pair[1].index(character)
            return (block.position() + column, position) if same_kind else None
    return None


def _walk(block: QTextBlock, column: int, *, forward: bool) -> Iterator[tuple[int, str]]:
    """Brackets from one place on, in reading order or against it, with document positions."""
    found = [(at, c) for at, c in _brackets(block) if (at >= column if forward else at <= column)]
    while block.isValid():
        for at, character in found if forward else reversed(found):
            yield block.position() + at, character
        block = block.next() if forward else block.previous()
        found = _brackets(block)


def _brackets(block: QTextBlock) -> list[tuple[int, str]]:
    data = block.userData() if block.isValid() else None
    return list(data.found) if isinstance(data, Brackets) else []


@cache
def _formats(style: str) -> Mapping[_TokenType, QTextCharFormat]:
    formats = {}
    for token, look in get_style_by_name(style):
        text = QTextCharFormat()
        if look["color"]:
            text.setForeground(QColor(f"#{look['color']}"))
        if look["bold"]:
            text.setFontWeight(QFont.Weight.DemiBold)
        text.setFontItalic(look["italic"])
        formats[token] = text
    return formats
