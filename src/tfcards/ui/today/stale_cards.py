"""Today's word on cards verified on another TensorFlow: run them again, see what broke. Only shows.

Reading and running happen off the GUI thread; what came of a run is saved on it, one by one.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from tfcards.core.wording import cards_text
from tfcards.errors import TfcardsError
from tfcards.sessions.suspects import Suspects, suspects
from tfcards.ui.background import Background
from tfcards.ui.context import Context
from tfcards.ui.help import TellingDialog
from tfcards.ui.look.icons import Ink
from tfcards.ui.look.pieces import Card, Picture, button, column, label, row, scrolled
from tfcards.ui.look.theme import Space

if TYPE_CHECKING:  # importing it takes longer than showing the page
    from tfcards.core.model import Note
    from tfcards.labs.card_code.snippets import SnippetResult
    from tfcards.sessions.card_code import CardCode
    from tfcards.sessions.rerun import Broken, Findings, Rerun


class StaleCards(Card):
    """Hidden as a rule; after an upgrade of TensorFlow it offers to run the cards' code again.

    `told` is what a run came to, for whoever is on another page by then; `finished` comes after it.
    """

    told = Signal(str)
    finished = Signal()
    _came = Signal(object, object)

    def __init__(self, context: Context) -> None:
        super().__init__(margin=Space.LARGE, spacing=Space.SMALL)
        self._context = context
        self._background = Background(self._fail, self)
        self._findings: Findings | None = None
        self._running: Rerun | None = None
        self._code: CardCode | None = None
        self._done = self._wrong = 0
        self.title = label("", "strong", wraps=True)
        self.detail = label("", "caption", wraps=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Cards whose code has been run again")
        self.again = button("Run them again", "", "redo")
        self.show_broken = button("Show broken cards", "", "warning")
        self.stop = button("Cancel", "", "stop")
        self._lay_out()
        self.again.clicked.connect(self.run)
        self.show_broken.clicked.connect(self.list_broken)
        self.stop.clicked.connect(self.cancel)
        self._came.connect(self._keep)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.cancel)
        self.hide()

    @property
    def is_running(self) -> bool:
        """Whether code is being run."""
        return self._running is not None

    def look(self) -> None:
        """See whether there is something to say; shows it once it is known."""
        if self.is_running:
            return
        found = suspects(self._context.collection)
        if found:
            self._background.run(partial(_read, found), self._show)
        else:
            self._findings = None
            self.hide()

    def run(self) -> None:
        """Run the code of all stale cards, as long as nobody cancels."""
        from tfcards.sessions.card_code import CardCode  # noqa: PLC0415  # loaded by `_read`
        from tfcards.sessions.rerun import Rerun  # noqa: PLC0415 - loaded when first needed

        if self.is_running or self._findings is None or not self._findings.stale:
            return
        self._context.make_ready()
        self._code = CardCode(self._context.collection, self._context.clock)
        self._running, self._done, self._wrong = Rerun(self._findings.stale), 0, 0
        self.progress.setRange(0, self._running.total)
        self._show_running()
        self._background.run(partial(_work, self._running, self._came.emit), self._end)

    def cancel(self) -> None:
        """Give up on what has not been run yet; what has been stays known."""
        if self._running is not None:
            self.title.setText("Cancelling …")
            self._running.cancel()

    def list_broken(self) -> None:
        """Open the list of cards whose code does not do what they say."""
        if self._findings is not None and self._findings.broken:
            broken_dialog(self._findings.broken, self.window()).open()

    # ---- inside

    def _show(self, findings: "Findings") -> None:
        if self.is_running:
            return
        self._findings = findings
        stale, broken = len(findings.stale), len(findings.broken)
        self.title.setText(_headline(stale, broken, findings.release))
        self.detail.setText(
            "Running their code again takes a while in the background; go on studying meanwhile."
            if stale
            else "Mend the card with E in review, or report it to whoever wrote the deck."
        )
        self.again.setVisible(stale > 0)
        self.show_broken.setVisible(broken > 0)
        self._show_progress(shown=False)
        self.setVisible(stale + broken > 0)

    def _show_running(self) -> None:
        total = self._running.total if self._running is not None else 0
        self.title.setText(f"Running the code of {cards_text(total)} again")
        wrong = f"{cards_text(self._wrong)} not as said" if self._wrong else "all as said so far"
        self.detail.setText(f"{self._done} of {total} done, {wrong}.")
        self.progress.setValue(self._done)
        self.again.hide()
        self.show_broken.hide()
        self._show_progress(shown=True)

    def _show_progress(self, *, shown: bool) -> None:
        self.progress.setVisible(shown)
        self.stop.setVisible(shown)

    def _keep(self, note: "Note", result: "SnippetResult") -> None:
        if self._running is None or self._running.is_cancelled or self._code is None:
            return
        self._code.keep(note, result)
        self._done += 1
        self._wrong += not result.ok
        self._show_running()

    def _end(self, problem: str) -> None:
        """Every card was run, or it was cancelled, or it could not be done."""
        was_whole = self._running is not None and not self._running.is_cancelled
        self._running = None
        self._show_progress(shown=False)
        if problem:
            self.title.setText("The code could not be run")
            self.detail.setText(problem)
            self.again.show()
        elif was_whole and not self._wrong and self._findings is not None:
            version = self._findings.release
            self.title.setText(f"{cards_text(self._done)} verified on TensorFlow {version}")
            self.detail.setText("Their code still does what they say.")
        else:
            self.look()
        if was_whole and not problem:
            wrong = f"{self._wrong} not as said, see Today" if self._wrong else "all as said"
            self.told.emit(f"Code of {cards_text(self._done)} run again: {wrong}.")
        self.finished.emit()

    def _fail(self, error: Exception) -> None:
        """A bug, shown where it was met and handed on."""
        self._running = None
        self._show_progress(shown=False)
        self.title.setText(str(error))
        raise error

    def _lay_out(self) -> None:
        words = column(spacing=Space.HAIR)
        words.addWidget(self.title)
        words.addWidget(self.detail)
        words.addWidget(self.progress)
        across = row(spacing=Space.MEDIUM)
        across.addWidget(Picture("clock", 24, Ink.ACCENT))
        across.addLayout(words, 1)
        for each in (self.show_broken, self.again, self.stop):
            across.addWidget(each)
        self.body.addLayout(across)


def broken_dialog(broken: "tuple[Broken, ...]", parent: QWidget | None = None) -> TellingDialog:
    """The cards whose code does not do what they say, each with what was wrong."""
    content = QWidget()
    lines = column(spacing=Space.SMALL)
    for one in broken:
        lines.addWidget(label(one.question, "strong", wraps=True))
        problem = label(f"{one.guid}: {one.problem}", "caption", wraps=True)
        problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        lines.addWidget(problem)
    lines.addStretch(1)
    content.setLayout(lines)
    area = scrolled(content)
    area.setMinimumSize(560, 320)
    return TellingDialog("Cards whose code does something else", area, parent)


def _headline(stale: int, broken: int, release: str) -> str:
    if stale:
        were = "was" if stale == 1 else "were"
        return f"{cards_text(stale)} {were} verified on another TensorFlow than {release}"
    return f"The code of {cards_text(broken)} does not do what the card says"


def _read(found: Suspects) -> "Findings":
    """Load what reads code, and read it; off the GUI thread."""
    from tfcards.sessions.rerun import findings  # noqa: PLC0415  # slower than showing the page

    return findings(found)


def _work(rerun: "Rerun", came: "Callable[[Note, SnippetResult], None]") -> str:
    """Run all; why it could not be done, if so. Off the GUI thread."""
    try:
        for note, result in rerun.results():
            came(note, result)
    except TfcardsError as error:
        return str(error)
    return ""
