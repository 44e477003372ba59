"""What a run printed, line by line, as a terminal shows it; of a long line only its ends. No Qt."""

import re

Entry = tuple[str, str]  # a stream, and a text that ends with its line or before

FRAMEWORK = "framework"  # streams besides stdout and stderr: the framework's own,
LANE = "lane"  # a worker's number before its line,
RUN = "run"  # and what the lab did to the program
MOST_ENTRIES = 10_000
MOST_LINES = 5000  # of one text: what is more has scrolled away at once
MOST_RETURNS = 500  # of one text to its line's beginning: what was written before is not looked at
LONGEST = 2400  # characters of a line that is shown whole
HEAD, TAIL = 2000, 200  # characters that are shown of a longer one

_ERASE_LINE = re.compile(r"\x1b\[2K")
_ERASE_END = re.compile(r"\x1b\[0?K")
_SPECIAL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
# Colours, links and what else is meant for a terminal; bells, backspaces and other characters that
# are not seen; Unicode's own line ends, which the console would take for lines of their own.
_UNSEEN = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?|" + _SPECIAL.pattern
)


class Printed:
    """Lines that ended, oldest first, and those that still grow or are written over.

    Each worker and stream writes a line of its own; one that has not ended stands below all that
    have, wherever it began, so that a progress bar stays in its place.
    """

    def __init__(self) -> None:
        self.lines: list[Entry] = []
        self._open: dict[tuple[str | None, str], _Line] = {}

    @property
    def open(self) -> list[Entry]:
        """The lines that have not ended yet; each but the last has a line end all the same."""
        rows = [
            _row(worker, stream, line.shown, "\n")
            for (worker, stream), line in self._open.items()
            if line.shown
        ]
        if rows:
            stream, text = rows[-1][-1]
            rows[-1][-1] = stream, text.removesuffix("\n")
        return [entry for row in rows for entry in row]

    def add(self, stream: str, text: str, worker: str | None = None) -> list[Entry]:
        """Take in what was printed; answers the last of the lines that ended with it."""
        first, *lines = text.rsplit("\n", MOST_LINES)
        if len(lines) < MOST_LINES:
            lines.insert(0, first)
        else:  # with the line that was open
            self._open.pop((worker, stream), None)
        *ended, rest = lines
        fresh = self._ended() if stream == RUN else []  # it was stopped within its lines
        is_plain = _SPECIAL.search(text) is None
        for part in ended:
            line = self._open.pop((worker, stream), None)
            if line is None and is_plain and len(part) <= LONGEST:
                fresh += _row(worker, stream, part, "\n")
                continue
            line = line or _Line()
            line.write(part)
            fresh += _row(worker, stream, line.shown, "\n")
        if rest:
            self._open.setdefault((worker, stream), _Line()).write(rest)
        self._keep(fresh)
        return fresh

    def end(self) -> list[Entry]:
        """Ends every line, because nobody goes on with it; answers those lines."""
        ended = self._ended()
        self._keep(ended)
        return ended

    def _ended(self) -> list[Entry]:
        ended = self.open
        self._open.clear()
        if ended:
            stream, text = ended.pop()
            ended.append((stream, f"{text}\n"))
        return ended

    def _keep(self, entries: list[Entry]) -> None:
        self.lines += entries
        del self.lines[:-MOST_ENTRIES]


class _Line:
    """A line that is being printed, and the place in it where the next character goes."""

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self._left_out = 0  # characters, from the middle

    @property
    def shown(self) -> str:
        """The line as it stands."""
        if not self._left_out:
            return self._text
        notice = f" … {self._left_out:,} characters left out … "
        return self._text[:HEAD] + notice + self._text[-TAIL:]

    def write(self, text: str) -> None:
        """Print some text; a carriage return in it leads back to the line's first character."""
        first, *others = text.rsplit("\r", MOST_RETURNS)
        pieces = [_seen(piece) for piece in (first.rpartition("\r")[2], *others)]
        written, is_erasing = pieces[0]
        before = self._text[: self._at] + written
        over = [(self._text, False), (before, is_erasing)]
        if len(pieces) > 1 and self._left_out:
            over, self._left_out = [], 0
        self._at = len(pieces[-1][0]) if len(pieces) > 1 else len(before)
        self._text = _overlaid([*over, *pieces[1:]])
        self._fold()

    def _fold(self) -> None:
        """Keeps the ends of a line that is too long."""
        if len(self._text) > (HEAD + TAIL if self._left_out else LONGEST):
            self._left_out += len(self._text) - HEAD - TAIL
            self._text = self._text[:HEAD] + self._text[-TAIL:]
            self._at = len(self._text)


def _overlaid(pieces: list[tuple[str, bool]]) -> str:
    """Pieces that were written one over the other: of each, what sticks out of the later ones."""
    line = ""
    for seen, is_erasing in reversed(pieces):
        if len(seen) > len(line):
            line += seen[len(line) :]
        if is_erasing:
            break
    return line


def _seen(piece: str) -> tuple[str, bool]:
    """What can be seen of a piece, and whether it erases what was there before."""
    *erased, last = _ERASE_LINE.split(piece)
    is_erasing = bool(erased) or _ERASE_END.search(last) is not None
    return _UNSEEN.sub("", last), is_erasing


def _row(worker: str | None, stream: str, text: str, end: str) -> list[Entry]:
    """A line, with its worker's number before it where there are several."""
    if worker is None:
        return [(stream, text + end)]
    mark = f"{worker} │ "
    if stream == FRAMEWORK:  # shown and hidden as a whole
        return [(stream, mark + text + end)]
    return [(LANE, mark), (stream, text + end)]
