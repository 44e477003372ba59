"""Today's view of labs that are open or close to it. Whether one opens is decided elsewhere."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from tfcards.sessions.labs import LabRow, LabState
from tfcards.ui.look.pieces import Card, button, chip, clear, label, row
from tfcards.ui.look.theme import Space

STATES = {
    LabState.LOCKED: ("Locked", "none"),
    LabState.OPEN: ("Open", "good"),
    LabState.BEGUN: ("Begun", "accent"),
    LabState.PASSED: ("Passed", "good"),
    LabState.DUE: ("Due again", "accent"),
    LabState.UNAVAILABLE: ("Cannot run here", "none"),
}
_ACTIONS = {LabState.BEGUN: "Continue", LabState.DUE: "Do it again"}


class LabCards(QWidget):
    """Up to three labs side by side."""

    def __init__(self, open_lab: Callable[[str], None]) -> None:
        super().__init__()
        self._open_lab = open_lab
        self._layout = row(spacing=Space.SMALL)
        self.setLayout(self._layout)

    def show_labs(self, labs: tuple[LabRow, ...]) -> None:
        """Show these labs instead of what was there."""
        clear(self._layout)
        for lab in labs:
            self._layout.addWidget(self._card(lab), 1)
        self.setVisible(bool(labs))

    def _card(self, lab: LabRow) -> Card:
        card = Card(margin=Space.LARGE, spacing=Space.SMALL)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        word, tone = STATES[lab.state]
        top = row()
        top.addWidget(label(f"Stage {lab.lab.stage}", "caption"))
        top.addStretch(1)
        top.addWidget(chip(word, tone))
        card.body.addLayout(top)
        card.body.addWidget(label(lab.lab.title, "strong", wraps=True))
        reason = label(lab.reason, "caption", wraps=True)
        reason.setAlignment(Qt.AlignmentFlag.AlignTop)
        card.body.addWidget(reason, 1)
        if lab.state is LabState.LOCKED:
            card.body.addWidget(_progress(lab))
        else:
            card.body.addWidget(self._open_button(lab))
        return card

    def _open_button(self, lab: LabRow) -> QWidget:
        made = button(_ACTIONS.get(lab.state, "Open lab"), "", "labs")
        made.setAccessibleName(f"{made.text()}: {lab.lab.title}")
        made.clicked.connect(lambda: self._open_lab(lab.lab.id))
        return made


def _progress(lab: LabRow) -> QProgressBar:
    made = QProgressBar()
    made.setTextVisible(False)
    made.setRange(0, max(1, lab.unlock.needed))
    made.setValue(min(lab.unlock.known, lab.unlock.needed))
    made.setAccessibleName(f"{lab.unlock.known} of {lab.unlock.needed} cards known")
    return made
