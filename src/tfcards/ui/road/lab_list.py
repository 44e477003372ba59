"""The labs as a list: section by section, how each stands, what it takes. Opens nothing itself."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from tfcards.core.unlock import Unlock
from tfcards.sessions.road import Node, Roadmap, Section, Standing
from tfcards.ui.look.icons import pixmap
from tfcards.ui.look.pieces import Card, button, chip, clear, column, label, line, row, scrolled
from tfcards.ui.look.theme import Space, Theme
from tfcards.ui.road.states import ACTIONS, LOOKS
from tfcards.ui.workbench.header import CHIP_HEIGHT

WIDTH = 980
_DISC = 40
_ICON = 20
_ACTION_WIDTH = 148
_FACT_WIDTH = 76


class LabList(QWidget):
    """Every lab. `chosen` carries a lab's id, `review_requested` the guids that are missing."""

    chosen = Signal(str)
    review_requested = Signal(tuple)

    def __init__(self) -> None:
        super().__init__()
        self._sections = column(spacing=Space.MEDIUM)
        self.buttons: dict[str, QPushButton] = {}
        inner = column(spacing=0)
        inner.addLayout(self._sections)
        inner.addStretch(1)
        middle = QWidget()
        middle.setMaximumWidth(WIDTH)
        middle.setLayout(inner)
        outer = row()
        outer.setContentsMargins(0, 0, Space.MEDIUM, Space.WIDE)
        outer.addWidget(middle, 1)
        outer.addStretch(0)
        content = QWidget()
        content.setLayout(outer)
        layout = column(spacing=0)
        layout.addWidget(scrolled(content))
        self.setLayout(layout)

    def show_road(self, road: Roadmap, theme: Theme, damaged: Sequence[str] = ()) -> None:
        """Shows these labs instead of what was there, and why others could not be read."""
        clear(self._sections)
        self.buttons = {}
        for section in road.sections:
            if section.nodes:
                self._add_section(section, theme)
        if damaged:
            self._sections.addWidget(label("Could not be read", "heading"))
            self._sections.addWidget(damaged_card(damaged))

    def _add_section(self, section: Section, theme: Theme) -> None:
        top = row(spacing=Space.MEDIUM)
        top.addWidget(label(section.heading, "heading"))
        top.addStretch(1)
        top.addWidget(label(section.memory, "caption"))
        self._sections.addLayout(top)
        card = Card(margin=Space.SMALL, spacing=0)
        for number, node in enumerate(section.nodes):
            if number:
                card.body.addWidget(line())
            card.body.addWidget(self._lab(node, theme))
        self._sections.addWidget(card)
        self._sections.addSpacing(Space.SMALL)

    def _lab(self, node: Node, theme: Theme) -> QWidget:
        layout = row(spacing=Space.LARGE)
        layout.setContentsMargins(Space.MEDIUM, Space.MEDIUM, Space.MEDIUM, Space.MEDIUM)
        layout.addWidget(_disc(node.standing, theme), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(_words(node), 1)
        facts = label(node.level if node.row is None else f"{node.row.lab.minutes} min", "caption")
        facts.setFixedWidth(_FACT_WIDTH)
        facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(facts)
        action = self._button(node) or QWidget()
        action.setFixedWidth(_ACTION_WIDTH)
        layout.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)
        holder = QWidget()
        holder.setLayout(layout)
        return holder

    def _button(self, node: Node) -> QPushButton | None:
        """The one thing to do next for this lab, if there is one."""
        if node.standing in ACTIONS:
            text, kind = ACTIONS[node.standing]
            made = button(text, kind)
            made.clicked.connect(lambda: self.chosen.emit(node.id))
        elif node.row is not None and node.missing:
            missing = node.row.unlock.missing
            made = button("Review cards", "", "review")
            made.clicked.connect(lambda: self.review_requested.emit(missing))
        else:
            return None
        made.setAccessibleName(f"{made.text().strip()}: {node.title}")
        self.buttons[node.id] = made
        return made


def damaged_card(damaged: Sequence[str]) -> Card:
    """Why some labs could not be read, one sentence each."""
    card = Card(margin=Space.MEDIUM, spacing=Space.SMALL)
    for sentence in damaged:
        card.body.addWidget(label(sentence, "bad", wraps=True))
    return card


def _words(node: Node) -> QVBoxLayout:
    standing = node.row
    title = row(spacing=Space.SMALL)
    title.addWidget(label(node.title, "strong"))
    look = LOOKS[node.standing]
    best = "" if standing is None or standing.best is None else f" · best {standing.best:.0%}"
    state = chip(f"{look.word}{best}", look.tone)
    state.setMinimumHeight(CHIP_HEIGHT)
    title.addWidget(state)
    title.addStretch(1)
    words = column(spacing=Space.HAIR)
    words.addLayout(title)
    words.addWidget(label(node.summary, "muted", wraps=True))
    if standing is None:
        return words
    words.addWidget(label(standing.reason, "caption", wraps=True))
    if node.missing:
        words.addSpacing(Space.HAIR)
        words.addWidget(_progress(standing.unlock))
    return words


def _disc(standing: Standing, theme: Theme) -> QLabel:
    """The standing as an icon on a round tint."""
    look = LOOKS[standing]
    made = QLabel()
    made.setFixedSize(_DISC, _DISC)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setPixmap(pixmap(look.icon, _ICON, getattr(theme, look.ink)))
    made.setToolTip(look.word)
    made.setAccessibleName(look.word)
    ground = getattr(theme, look.ground)
    made.setStyleSheet(f"background: {ground}; border-radius: {_DISC // 2}px;")
    return made


def _progress(unlock: Unlock) -> QProgressBar:
    made = QProgressBar()
    made.setTextVisible(False)
    made.setMaximumWidth(320)
    made.setRange(0, max(1, unlock.needed))
    made.setValue(min(unlock.known, unlock.needed))
    made.setAccessibleName(f"{unlock.known} of {unlock.needed} cards known")
    return made
