"""The workbench's parts on cards, with borders between them that stay where they were put."""

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFrame, QSplitter, QWidget

from tfcards.ui.pieces import column
from tfcards.ui.theme import Space

SIZES = "labs/sizes"
FIRST_SIZES = {"across": (360, 640), "down": (420, 280)}


def framed(content: QWidget) -> QFrame:
    """A part of the workbench on a card."""
    frame = QFrame()
    frame.setProperty("kind", "card")
    layout = column(margin=1, spacing=0)
    layout.addWidget(content)
    frame.setLayout(layout)
    return frame


def remember_sizes(splitter: QSplitter, name: str, settings: QSettings) -> None:
    """Restores a splitter as the learner left it, in any lab; both parts give way to the window."""
    for part in range(splitter.count()):
        splitter.setStretchFactor(part, 1)
    key = f"{SIZES}/{name}"
    stored = str(settings.value(key, ""))
    sizes = [int(part) for part in stored.split("x") if part.isdecimal()]
    splitter.setSizes(sizes if len(sizes) == 2 else list(FIRST_SIZES[name]))
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(Space.SMALL)
    splitter.setStyleSheet("QSplitter::handle { background: transparent; margin: 0; }")
    splitter.splitterMoved.connect(
        lambda: settings.setValue(key, "x".join(map(str, splitter.sizes())))
    )
