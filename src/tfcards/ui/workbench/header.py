"""The top of the workbench: which lab, how it stands, and the buttons. Decides nothing."""

from time import monotonic

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QProgressBar, QSizePolicy, QWidget
from typing_extensions import override

from tfcards.sessions.lab import LabSession
from tfcards.sessions.labs import LabState
from tfcards.ui.look.elided import Elided
from tfcards.ui.look.icons import icon
from tfcards.ui.look.pieces import button, chip, column, label, row
from tfcards.ui.look.theme import Space
from tfcards.ui.workbench.isolation import IsolationLabel
from tfcards.ui.workbench.usage import LabUsage
from tfcards.ui.workbench.words import PHASES

NARROW = 960  # px, below which the header says less
CHIP_HEIGHT = 22  # less makes the theme's round ends square
STATE_WORDS = {LabState.DUE: "Due again"}
GIVE_UP = "Give up and show the solution"
_TONES = {"passed": "good", "begun": "accent", "open": "accent", "due": "accent"}


class LabHeader(QFrame):
    """Title and facts on the left, Run or Stop on the right, the phase below while running."""

    back_asked = Signal()
    run_asked = Signal()
    stop_asked = Signal()
    reset_asked = Signal()
    solution_asked = Signal()

    def __init__(self, session: LabSession) -> None:
        super().__init__()
        self._session = session
        lab = session.lab
        self._began = 0.0
        self.back = button("", "quiet", "left", hint="All labs")
        self.title = label(lab.title, "title")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.facts = Elided(f"Stage {lab.stage} · about {lab.minutes} min", "muted")
        self.facts.setToolTip(self.facts.text())
        self.state = chip("")
        self.state.setMinimumHeight(CHIP_HEIGHT)
        self.isolation = IsolationLabel()
        self.phase = label("", "muted")
        self.usage = LabUsage()
        self.reset = button("Start over", "quiet", "reset", hint="Start over from the starter")
        self.solution = button("Solution", "quiet", "compare")
        self.run = button("Run", "primary", "play", hint="Run and check (Ctrl+Enter)")
        self.stop = button("Stop", "danger", "stop", hint="Stop this run (Esc)")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self._clock = QTimer(self)
        self._clock.setInterval(500)
        self._clock.timeout.connect(self._show_phase)
        pairs = (
            (self.back, self.back_asked),
            (self.run, self.run_asked),
            (self.stop, self.stop_asked),
            (self.reset, self.reset_asked),
            (self.solution, self.solution_asked),
        )
        for each, signal in pairs:
            each.clicked.connect(signal)
        self._lay_out()
        self.show_idle()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.usage.set_narrow(is_narrow=event.size().width() < NARROW)

    def show_running(self) -> None:
        """A run has begun."""
        self._began = monotonic()
        self._set_running(is_running=True)
        self._clock.start()
        self._show_phase()

    def show_idle(self) -> None:
        """No run is on; how the lab stands by now is read anew."""
        standing = self._session.row
        self._clock.stop()
        self._set_running(is_running=False)
        self.phase.setText("")
        self.usage.hide()
        words = STATE_WORDS.get(standing.state, standing.state.value.capitalize())
        is_open = self._session.solution.is_open
        meaning = "Compare with the solution" if is_open else GIVE_UP
        self.solution.setIcon(icon("compare" if is_open else "lock"))
        self.solution.setToolTip(meaning)
        self.solution.setAccessibleName(meaning)
        best = standing.best
        self.state.setText(words if best is None else f"{words} · best {best:.0%}")
        self.state.setProperty("tone", _TONES.get(standing.state.value, "none"))
        self.state.style().unpolish(self.state)
        self.state.style().polish(self.state)

    def _set_running(self, *, is_running: bool) -> None:
        here, there = (self.run, self.stop) if is_running else (self.stop, self.run)
        had_keys = here.hasFocus()
        here.hide()
        there.show()
        if had_keys:
            there.setFocus()
        self.stop.setEnabled(True)
        self.reset.setEnabled(not is_running)
        self.solution.setEnabled(not is_running)
        self.bar.setVisible(is_running)

    def show_stopping(self) -> None:
        """The learner asked to stop; it may take some seconds."""
        self.stop.setEnabled(False)
        self.phase.setText("Stopping …")
        self._clock.stop()

    def _show_phase(self) -> None:
        words = self._show_progress() or PHASES.get(self._session.phase, "Finishing")
        self.phase.setText(f"{words} … {monotonic() - self._began:.0f} s")
        self.usage.show_usage(self._session.usage, self._session.peak_mb)

    def _show_progress(self) -> str:
        """The bar and a training's epochs in words: none, and a bar that tells no share, else."""
        if self._session.epoch is None:
            self.bar.setRange(0, 0)
            self.bar.setAccessibleName("Running")
            return ""
        done, total = self._session.epoch
        words = f"Epoch {min(done + 1, total):,} of {total:,}"
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setAccessibleName(words)
        return words

    def _lay_out(self) -> None:
        words = column(spacing=0)
        words.addWidget(self.title)
        facts = row(spacing=Space.SMALL)
        facts.addWidget(self.facts)
        facts.addWidget(self.state)
        facts.addWidget(self.isolation)
        facts.addStretch(1)
        words.addLayout(facts)
        running = column(spacing=Space.HAIR)
        running.addStretch(1)
        running.addWidget(self.phase, 0, Qt.AlignmentFlag.AlignRight)
        running.addWidget(self.usage)
        running.addStretch(1)
        top = row(spacing=Space.SMALL)
        top.addWidget(self.back)
        top.addLayout(words, 1)
        top.addLayout(running)
        top.addWidget(self.solution)
        top.addWidget(self.reset)
        top.addWidget(self.run)
        top.addWidget(self.stop)
        holder = QWidget()
        holder.setFixedHeight(6)
        thin = row(spacing=0)
        thin.addWidget(self.bar)
        holder.setLayout(thin)
        layout = column(spacing=Space.SMALL)
        layout.addLayout(top)
        layout.addWidget(holder)
        self.setLayout(layout)
