"""The workbench's parts on cards, with borders between them that stay where they were put."""

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFrame, QSplitter, QWidget

from tfcards.ui.look.pieces import column
from tfcards.ui.look.theme import Space

SIZES = "labs/sizes"
FIRST_SIZES = {"across": (360, 640), "down": (420, 280)}


def gap_splitter(orientation: Qt.Orientation, parent: QWidget) -> QSplitter:
    """A splitter whose border is but a gap."""
    made = QSplitter(orientation, parent)
    made.setProperty(
        "kind", "gap"
    )  # no sheet of its own, with which all in it would be dressed anew
    made.setHandleWidth(Space.SMALL)
    made.setChildrenCollapsible(False)
    return made


def frame(content: QWidget, splitter: QSplitter) -> None:
    """Puts a part of the workbench on a card of the splitter.

    From the outside in: Qt dresses a part anew at each move, so one is all it should make.
    """
    card = QFrame(splitter)
    card.setProperty("kind", "card")
    layout = column(margin=1, spacing=0)
    card.setLayout(layout)
    layout.addWidget(content)


def remember_sizes(splitter: QSplitter, name: str, settings: QSettings) -> None:
    """Restores a splitter as the learner left it, in any lab; both parts give way to the window."""
    for part in range(splitter.count()):
        splitter.setStretchFactor(part, 1)
    key = f"{SIZES}/{name}"
    stored = str(settings.value(key, ""))
    sizes = [int(part) for part in stored.split("x") if part.isdecimal()]
    splitter.setSizes(sizes if len(sizes) == 2 else list(FIRST_SIZES[name]))
    splitter.splitterMoved.connect(
        lambda: settings.setValue(key, "x".join(map(str, splitter.sizes())))
    )
