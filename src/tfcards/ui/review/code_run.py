"""Below a card: its code, or what was typed, being run off the GUI thread, and what came of it.

It judges nothing. One run at a time; a run that nobody waits for any more is cancelled.
"""

from functools import partial
from time import monotonic

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit
from typing_extensions import override

from tfcards.core.model import Note
from tfcards.errors import TfcardsError
from tfcards.labs.card_code.snippets import SnippetResult, SnippetTask
from tfcards.labs.card_code.typed_code import TypedResult, TypedTask
from tfcards.sessions.card_code import CardCode, headline, report
from tfcards.sessions.typed_code import takes_code, typed_headline, typed_report
from tfcards.ui.background import Background
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.pieces import button, column, label, row
from tfcards.ui.look.theme import Space, Theme

TICK_MS = 200
LEAST_LINES, MOST_LINES = 2, 9  # shown at once; the rest is scrolled to


class CodeRun(QFrame):
    """Progress, output, warnings and errors of code that is run, with a way to give up.

    `tried` tells the typed code that was judged, and how (a TypedResult).
    """

    finished = Signal()
    tried = Signal(str, object)
    asked = Signal()

    def __init__(self, code: CardCode, appearance: Appearance) -> None:
        super().__init__()
        self._code = code
        self._note: Note | None = None
        self._typed = ""
        self._task: SnippetTask | TypedTask | None = None
        self._began = 0.0
        self._has_outcome = self._is_offered = False
        self._background = Background(self._fail, self)
        self.status = label("", "caption", wraps=True)
        self.output = _Output()
        self.output.setReadOnly(True)
        self.output.setAccessibleName("Output of the card's code")
        self.cancel_button = button("Cancel")
        self.cancel_button.clicked.connect(self.cancel)
        self.run_button = button("Run against the assertions", icon_name="play", hint="R")
        self.run_button.clicked.connect(self.asked)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._show_time)
        across = row()
        across.addWidget(self.status, 1)
        across.addWidget(self.cancel_button)
        across.addWidget(self.run_button)
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

    def runs_tensorflow(self, note: Note, typed: str = "") -> bool:
        """Whether running the note's code, with what was typed for it, takes TensorFlow."""
        return self._code.runs_tensorflow(note, typed)

    def offer(self) -> None:
        """Offer to run what was typed; R does the same."""
        self._is_offered = True
        self.run_button.setVisible(not self.is_running)
        self.show()

    def run(self, note: Note, typed: str = "") -> bool:
        """Run what was typed, else the note's code; False if there is none, or one runs already."""
        if self.is_running:
            return False
        task = self._code.typed_task(note, typed) or self._code.task(note)
        if task is None:
            return False
        self._note, self._typed, self._task = note, typed, task
        self._began = monotonic()
        self._has_outcome = False
        self.output.clear()
        self.output.hide()
        self.run_button.hide()
        self.cancel_button.show()
        self._show_time()
        self.show()
        self._tick.start()
        self._background.run(partial(_outcome, task), partial(self._end, task))
        return True

    def show_verified(self, note: Note) -> None:
        """Say when the note's code was last run, unless something of it is shown already."""
        is_taken = self.is_running or self._has_outcome
        sentence = "" if is_taken else self._code.verified(note)
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
        self._has_outcome = self._is_offered = False
        self.status.clear()
        self.output.hide()
        self.cancel_button.hide()
        self.run_button.hide()
        self.hide()

    # ---- inside

    def _end(
        self, task: SnippetTask | TypedTask, outcome: SnippetResult | TypedResult | str
    ) -> None:
        if task is not self._task:  # another run has taken its place
            return
        self._stop()
        if self._note is None:
            pass  # it was of a card that is no longer up
        elif task.is_cancelled:
            self.status.setText("Cancelled")
        elif isinstance(outcome, str):
            self.status.setText(outcome)
        elif isinstance(outcome, TypedResult):
            self._show(typed_headline(outcome), typed_report(outcome))
            self.tried.emit(self._typed, outcome)
        else:
            self._code.keep(self._note, outcome)
            whose = "The reference" if takes_code(self._note) else "It"
            self._show(headline(outcome, whose), report(outcome))
        self.finished.emit()

    def _show(self, line: str, text: str) -> None:
        self._has_outcome = True
        self.status.setText(line)
        self.output.setPlainText(text)
        self.output.fit()
        self.output.setVisible(bool(text))

    def _fail(self, error: Exception) -> None:
        """A bug, shown where it was met and handed on."""
        self._stop()
        self.status.setText(str(error))
        raise error

    def _stop(self) -> None:
        self._task = None
        self._tick.stop()
        self.cancel_button.hide()
        self.run_button.setVisible(self._is_offered)

    def _show_time(self) -> None:
        whose = "your" if isinstance(self._task, TypedTask) else "the card's"
        self.status.setText(f"Running {whose} code … {monotonic() - self._began:.0f} s")

    def _wear(self, theme: Theme) -> None:
        self.output.setFont(theme.font(mono=True))
        self.output.fit()


class _Output(QPlainTextEdit):
    """As high as its text, within bounds; less where the card needs the room."""

    def fit(self) -> None:
        """Ask for the height that its text takes now."""
        self.setMinimumHeight(self._height(LEAST_LINES))
        self.setMaximumHeight(self.sizeHint().height())
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        lines = min(max(self.blockCount(), LEAST_LINES), MOST_LINES)
        return QSize(super().sizeHint().width(), self._height(lines))

    def _height(self, lines: int) -> int:
        return self.fontMetrics().lineSpacing() * lines + 2 * Space.LARGE


def _outcome(task: SnippetTask | TypedTask) -> SnippetResult | TypedResult | str:
    """What came of it, or why it could not be run; off the GUI thread."""
    try:
        return task.run()
    except TfcardsError as error:
        return str(error)
