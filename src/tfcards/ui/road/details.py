"""What the map tells of the lab or stage the learner is at, and the one thing to do next there."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from tfcards.core.mastery import Mastery
from tfcards.sessions.road import Node, Section, Standing
from tfcards.ui.look.icons import pixmap
from tfcards.ui.look.pieces import Card, button, chip, clear, column, label, line, row, scrolled
from tfcards.ui.look.theme import Space, Theme
from tfcards.ui.road.states import ACTIONS, LOOKS
from tfcards.ui.workbench.header import CHIP_HEIGHT

_ICON = 16


class LabDetails(Card):
    """A card that is filled anew for each lab or stage.

    `chosen` carries the id of a lab to open, `review_requested` the guids of cards, `study_asked` a
    deck's id.
    """

    chosen = Signal(str)
    review_requested = Signal(tuple)
    study_asked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(margin=Space.SMALL, spacing=Space.SMALL)
        self._theme = theme
        self._told: tuple[Node | Section | None, Theme] = (None, theme)
        self.action: QPushButton | None = None
        self._words = column(spacing=Space.SMALL)
        self._words.setContentsMargins(Space.SMALL, Space.SMALL, Space.SMALL, Space.SMALL)
        inner = QWidget()
        filling = column(spacing=0)
        filling.addLayout(self._words)
        filling.addStretch(1)
        inner.setLayout(filling)
        self._area = scrolled(inner)
        self.body.addWidget(self._area)

    def tell(self, what: Node | Section | None, theme: Theme) -> None:
        """Tell of a lab or stage, or of nothing; what is told already stays as it is."""
        if (what, theme) == self._told:
            return
        self._told, self._theme = (what, theme), theme
        clear(self._words)
        self.action = None
        self._area.verticalScrollBar().setValue(0)
        match what:
            case Node():
                self._tell_lab(what)
            case Section():
                self._tell_section(what)
            case None:
                pass

    def _tell_section(self, section: Section) -> None:
        """What a stage is for, and how much of it is remembered."""
        self._say(section.heading, "heading")
        if section.about:
            self._say(section.about, "muted")
        if section.mastery is not None:
            self._show_mastery(section.mastery)
        if section.deck_id is not None:
            study = self._act("Study these cards", "primary", "review", section.heading)
            study.clicked.connect(lambda: self.study_asked.emit(section.deck_id))

    def _tell_lab(self, node: Node) -> None:
        """What a lab is, how it stands, what is missing, its tasks."""
        self._words.addLayout(_top(node))
        self._say(node.title, "heading")
        self._say(node.summary, "muted")
        if node.row is None:
            if not node.level:
                self._say("Until then, the cards of its stage can be learned.", "caption")
            return
        if node.standing is Standing.LOCKED:
            self._show_missing(node)
        else:
            is_on = node.standing is Standing.RUNNING
            self._say("A run is on." if is_on else node.row.reason, "caption")
        self._show_action(node)
        self._show_tasks(node)

    # ---- parts

    def _say(self, text: str, role: str) -> QLabel:
        made = label(text, role, wraps=True)
        self._words.addWidget(made)
        return made

    def _head(self, text: str) -> None:
        self._words.addSpacing(Space.HAIR)
        self._words.addWidget(line())
        self._say(text, "strong")

    def _pair(self, left: str, right: str) -> None:
        """A fact and its number on one line."""
        across = row(spacing=Space.MEDIUM)
        across.addWidget(label(left, "muted", wraps=True), 1)
        number = label(right, "strong")
        across.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
        self._words.addLayout(across)

    def _show_mastery(self, held: Mastery) -> None:
        self._head("Memory")
        self._words.addWidget(_bar(held.recalled, held.total, "cards recalled"))
        self._pair("Cards you would recall now", f"{held.recalled} of {held.total}")
        self._pair("Cards seen", f"{held.seen} of {held.total}")

    def _show_missing(self, node: Node) -> None:
        assert node.row is not None
        unlock = node.row.unlock
        self._head("To open it")
        if node.missing:
            self._words.addWidget(_bar(unlock.known, unlock.needed, "cards known"))
        self._say(node.row.reason, "caption")
        for name, cards in node.missing:
            self._pair(name, f"{cards} card" if cards == 1 else f"{cards} cards")

    def _show_tasks(self, node: Node) -> None:
        done = sum(task.is_done for task in node.tasks)
        self._head(f"Tasks: {done} of {len(node.tasks)} done" if done else "Tasks")
        for task in node.tasks:
            name, ink = ("check", "good") if task.is_done else ("waiting", "muted")
            picture = QLabel()
            picture.setPixmap(pixmap(name, _ICON, getattr(self._theme, ink)))
            words = label(task.title, wraps=True)
            words.setAccessibleName(f"{task.title}: {'done' if task.is_done else 'not done'}")
            across = row(spacing=Space.SMALL)
            across.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
            across.addWidget(words, 1)
            self._words.addLayout(across)

    def _show_action(self, node: Node) -> None:
        assert node.row is not None
        if node.standing in ACTIONS:
            text, kind = ACTIONS[node.standing]
            self._act(text, kind, "", node.title).clicked.connect(lambda: self.chosen.emit(node.id))
        elif node.missing:
            guids = node.row.unlock.missing
            review = self._act("Review cards", "primary", "review", node.title)
            review.clicked.connect(lambda: self.review_requested.emit(guids))

    def _act(self, text: str, kind: str, icon_name: str, about: str) -> QPushButton:
        made = button(text, kind, icon_name)
        made.setAccessibleName(f"{text}: {about}")
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._words.addSpacing(Space.HAIR)
        self._words.addWidget(made)
        self.action = made
        return made


def _top(node: Node) -> QHBoxLayout:
    """The standing, and beside it the level, the best attempt, how long the lab takes."""
    look = LOOKS[node.standing]
    word = chip(look.word, look.tone)
    word.setMinimumHeight(CHIP_HEIGHT)
    minutes = "" if node.row is None else f"about {node.row.lab.minutes} min"
    best = "" if node.row is None or node.row.best is None else f"best {node.row.best:.0%}"
    told = label(" · ".join(filter(None, (node.level, best, minutes))), "caption", wraps=True)
    across = row(spacing=Space.SMALL)
    across.addWidget(word)
    across.addWidget(told, 1)
    return across


def _bar(value: int, of: int, what: str) -> QProgressBar:
    made = QProgressBar()
    made.setTextVisible(False)
    made.setRange(0, max(1, of))
    made.setValue(min(value, of))
    made.setAccessibleName(f"{value} of {of} {what}")
    return made
