"""The roadmap of labs: stage by stage, how each stands, what it takes. Unlocks nothing itself."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QWidget

from tfcards.sessions.labs import LabRow, LabState
from tfcards.ui.icons import pixmap
from tfcards.ui.lab_header import CHIP_HEIGHT
from tfcards.ui.pieces import Card, button, chip, clear, column, label, line, row, scrolled
from tfcards.ui.theme import Space, Theme

WIDTH = 980
_DISC = 40
_ICON = 20
_ACTION_WIDTH = 148
_LOOKS = {
    "locked": ("lock", "muted", "sunken"),
    "open": ("play", "accent", "accent_soft"),
    "begun": ("edit", "accent", "accent_soft"),
    "passed": ("check", "good", "good_soft"),
    "due": ("review", "accent", "accent_soft"),
    "unavailable": ("warning", "hard", "hard_soft"),
}
_ACTIONS = {
    LabState.OPEN: ("Open lab", "primary"),
    LabState.BEGUN: ("Continue", "primary"),
    LabState.PASSED: ("Open again", ""),
    LabState.DUE: ("Do it again", "primary"),
}
_PASSED = (LabState.PASSED, LabState.DUE)
_READY = (LabState.OPEN, LabState.BEGUN, LabState.DUE)


class LabList(QWidget):
    """Every lab. `chosen` carries a lab's id, `review_requested` the guids that are missing."""

    chosen = Signal(str)
    review_requested = Signal(tuple)

    def __init__(self) -> None:
        super().__init__()
        self._summary = label("", "muted")
        self._stages = column(spacing=Space.MEDIUM)
        self.buttons: dict[str, QPushButton] = {}
        inner = column(spacing=Space.MEDIUM)
        inner.addWidget(label("Labs", "title"))
        inner.addWidget(self._summary)
        inner.addLayout(self._stages)
        inner.addStretch(1)
        middle = QWidget()
        middle.setMaximumWidth(WIDTH)
        middle.setLayout(inner)
        outer = row()
        outer.setContentsMargins(Space.PAGE, Space.WIDE, Space.PAGE, Space.WIDE)
        outer.addWidget(middle, 1)
        content = QWidget()
        content.setLayout(outer)
        layout = column(spacing=0)
        layout.addWidget(scrolled(content))
        self.setLayout(layout)

    def show_labs(self, rows: Sequence[LabRow], theme: Theme, damaged: Sequence[str] = ()) -> None:
        """Shows these labs instead of what was there, and why others could not be read."""
        clear(self._stages)
        self.buttons = {}
        passed = sum(each.state in _PASSED for each in rows)
        ready = sum(each.state in _READY for each in rows)
        self._summary.setText(f"{passed} of {len(rows)} passed · {ready} ready to work on")
        for stage, labs in groupby(rows, key=lambda each: each.lab.stage):
            self._stages.addWidget(label(f"Stage {stage}", "heading"))
            card = Card(margin=Space.SMALL, spacing=0)
            for number, each in enumerate(labs):
                if number:
                    card.body.addWidget(line())
                card.body.addWidget(self._lab(each, theme))
            self._stages.addWidget(card)
        if damaged:
            self._stages.addWidget(label("Could not be read", "heading"))
            card = Card(margin=Space.MEDIUM, spacing=Space.SMALL)
            for sentence in damaged:
                card.body.addWidget(label(sentence, "bad", wraps=True))
            self._stages.addWidget(card)

    def _lab(self, standing: LabRow, theme: Theme) -> QWidget:
        lab = standing.lab
        title = row(spacing=Space.SMALL)
        title.addWidget(label(lab.title, "strong"))
        if standing.best is not None and standing.state not in _PASSED:
            best = chip(f"best {standing.best:.0%}", "accent")
            best.setMinimumHeight(CHIP_HEIGHT)
            title.addWidget(best)
        title.addStretch(1)
        words = column(spacing=Space.HAIR)
        words.addLayout(title)
        words.addWidget(label(lab.summary, "muted", wraps=True))
        words.addWidget(label(standing.reason, "caption", wraps=True))
        unlock = standing.unlock
        if standing.state is LabState.LOCKED and unlock.known < unlock.needed:
            words.addSpacing(Space.HAIR)
            words.addWidget(_progress(standing))
        layout = row(spacing=Space.LARGE)
        layout.setContentsMargins(Space.MEDIUM, Space.MEDIUM, Space.MEDIUM, Space.MEDIUM)
        layout.addWidget(_disc(standing.state, theme), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        layout.addWidget(label(f"{lab.minutes} min", "caption"))
        action = self._button(standing) or QWidget()
        action.setFixedWidth(_ACTION_WIDTH)
        layout.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)
        holder = QWidget()
        holder.setLayout(layout)
        return holder

    def _button(self, standing: LabRow) -> QPushButton | None:
        """The one thing to do next for this lab, if there is one."""
        lab, missing = standing.lab, standing.unlock.missing
        if standing.state in _ACTIONS:
            text, kind = _ACTIONS[standing.state]
            made = button(text, kind)
            made.clicked.connect(lambda: self.chosen.emit(lab.id))
        elif standing.state is LabState.LOCKED and missing:
            made = button("Review cards", "", "review")
            made.clicked.connect(lambda: self.review_requested.emit(missing))
        else:
            return None
        made.setAccessibleName(f"{made.text()}: {lab.title}")
        self.buttons[lab.id] = made
        return made


def _disc(state: LabState, theme: Theme) -> QLabel:
    """The state as an icon on a round tint."""
    name, ink, ground = _LOOKS[state.value]
    made = QLabel()
    made.setFixedSize(_DISC, _DISC)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setPixmap(pixmap(name, _ICON, getattr(theme, ink)))
    made.setToolTip(state.value.capitalize())
    made.setAccessibleName(state.value.capitalize())
    made.setStyleSheet(f"background: {getattr(theme, ground)}; border-radius: {_DISC // 2}px;")
    return made


def _progress(standing: LabRow) -> QProgressBar:
    unlock = standing.unlock
    made = QProgressBar()
    made.setTextVisible(False)
    made.setMaximumWidth(320)
    made.setRange(0, max(1, unlock.needed))
    made.setValue(min(unlock.known, unlock.needed))
    made.setAccessibleName(f"{unlock.known} of {unlock.needed} cards known")
    return made
