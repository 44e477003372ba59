"""Below a card: its code being run off the GUI thread, and what came of it. Judges nothing.

One run at a time; a run that nobody waits for any more is cancelled.
"""

from functools import partial
from time import monotonic

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from tfcards.core.model import Note
from tfcards.errors import TfcardsError
from tfcards.labs.snippets import SnippetResult, SnippetTask
from tfcards.sessions.card_code import CardCode, headline, report
from tfcards.ui.appearance import Appearance
from tfcards.ui.background import Background
from tfcards.ui.pieces import button, column, label, row
from tfcards.ui.theme import Space, Theme

TICK_MS = 200
LEAST_LINES, MOST_LINES = 2, 9  # shown at once; the rest is scrolled to


class CodeRun(QFrame):
    """Progress, output, warnings and errors of a card's code, with a way to give up."""

    finished = Signal()

    def __init__(self, code: CardCode, appearance: Appearance) -> None:
        super().__init__()
        self._code = code
        self._note: Note | None = None
        self._task: SnippetTask | None = None
        self._began = 0.0
        self._background = Background(self._fail, self)
        self.status = label("", "caption", wraps=True)
        self.output = QPlainTextEdit()
        self.output.setReadOnly(True)
        self.output.setAccessibleName("Output of the card's code")
        self.cancel_button = button("Cancel")
        self.cancel_button.clicked.connect(self.cancel)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._show_time)
        across = row()
        across.addWidget(self.status, 1)
        across.addWidget(self.cancel_button)
        layout = column(spacing=Space.HAIR)
        layout.addLayout(across)
        layout.addWidget(self.output)
        self.setLayout(layout)
        appearance.changed.connect(self._wear)
        self._wear(appearance.theme)
        self.forget()

    @property
    def is_running(self) -> bool:
        """Whether code is being run."""
        return self._task is not None and not self._task.is_cancelled

    def runs_tensorflow(self, note: Note) -> bool:
        """Whether running the note's code takes TensorFlow."""
        return self._code.runs_tensorflow(note)

    def run(self, note: Note) -> bool:
        """Run the note's code; False when it has none, or is being run already."""
        task = None if self.is_running else self._code.task(note)
        if task is None:
            return False
        self._note, self._task, self._began = note, task, monotonic()
        self.output.clear()
        self.output.hide()
        self.cancel_button.show()
        self._show_time()
        self.show()
        self._tick.start()
        self._background.run(partial(_outcome, task), partial(self._end, task))
        return True

    def show_verified(self, note: Note) -> None:
        """Say when the note's code was last run, unless something of it is shown already."""
        sentence = "" if self.is_running else self._code.verified(note)
        if sentence:
            self.status.setText(sentence)
            self.show()

    def cancel(self) -> None:
        """Give up on the run; what it has printed is not shown."""
        if self._task is not None:
            self.status.setText("Cancelling …")
            self._tick.stop()
            self._task.cancel()

    def forget(self) -> None:
        """Another card is up: show nothing, wait for nothing."""
        self.cancel()
        self._note = None
        self.output.hide()
        self.cancel_button.hide()
        self.hide()

    # ---- inside

    def _end(self, task: SnippetTask, outcome: SnippetResult | str) -> None:
        if task is not self._task:  # another run has taken its place
            return
        self._stop()
        if task.is_cancelled or self._note is None:
            self.status.setText("Cancelled")
        elif isinstance(outcome, str):
            self.status.setText(outcome)
        else:
            self._code.keep(self._note, outcome)
            self.status.setText(headline(outcome))
            self.output.setPlainText(report(outcome))
            self._fit()
            self.output.show()
        self.finished.emit()

    def _fail(self, error: Exception) -> None:
        """A bug, shown where it was met and handed on."""
        self._stop()
        self.status.setText(str(error))
        raise error

    def _stop(self) -> None:
        self._task = None
        self._tick.stop()
        self.cancel_button.hide()

    def _show_time(self) -> None:
        self.status.setText(f"Running the card's code … {monotonic() - self._began:.0f} s")

    def _wear(self, theme: Theme) -> None:
        self.output.setFont(theme.font(mono=True))
        self._fit()

    def _fit(self) -> None:
        """As high as its text, within bounds, so that the card keeps its room."""
        lines = min(max(self.output.blockCount(), LEAST_LINES), MOST_LINES)
        frame = 2 * Space.LARGE
        self.output.setFixedHeight(self.output.fontMetrics().lineSpacing() * lines + frame)


def _outcome(task: SnippetTask) -> SnippetResult | str:
    """What came of it, or why it could not be run; off the GUI thread."""
    try:
        return task.run()
    except TfcardsError as error:
        return str(error)
