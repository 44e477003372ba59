"""The windows behind the Help menu: keyboard, machine, about. They tell and change nothing."""

import platform

import PySide6
from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from tfcards import __version__
from tfcards.ui.look.pieces import button, column, key_cap, label, row
from tfcards.ui.look.theme import Space

SHORTCUTS = {
    "Reviewing": (
        ("Space or Enter", "show the answer, then rate as suggested"),
        ("1 2 3 4", "rate Again, Hard, Good, Easy"),
        ("Ctrl+Enter", "while typing: show the answer; for code, run it"),
        ("Ctrl+Shift+Enter", "while typing code: show the answer"),
        ("Esc", "leave the box for typing"),
        ("R", "run what you typed, or the turned card's code"),
        ("E", "edit the card's note"),
        ("B", "bury the card until tomorrow"),
        ("@", "suspend the card"),
        ("F", "flag or unflag the card"),
        ("U or Ctrl+Z", "undo"),
        ("Ctrl+Shift+Z", "redo"),
    ),
    "Labs": (
        ("← ↑ ↓ →", "go along the map"),
        ("Enter", "open the lab, or review the cards it lacks"),
        ("/", "filter the labs"),
    ),
    "At a lab": (
        ("Ctrl+Enter", "run and check"),
        ("Ctrl+S", "save, and run if “Run on save” is on"),
        ("Esc", "stop the run, after a question"),
        ("Ctrl+F", "search in the file"),
        ("Ctrl+H", "search and replace"),
        ("F8 and Shift+F8", "next and previous line with an error"),
        ("Ctrl+/", "comment lines"),
        ("Ctrl+M", "Tab leaves the editor instead of indenting"),
        ("F7 and Shift+F7", "next and previous difference from the solution"),
        ("+ - 0", "enlarge, shrink or fit a picture"),
    ),
    "Everywhere": (
        ("Ctrl+1 … Ctrl+7", "go to a page"),
        ("Ctrl+R", "study what is due"),
        ("F11", "full screen"),
        ("?", "this list"),
        ("Ctrl+Q", "quit"),
    ),
}


class TellingDialog(QDialog):
    """A titled dialog that is read and closed."""

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        close = button("Close", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        actions = row()
        actions.addStretch(1)
        actions.addWidget(close)
        layout = column(margin=Space.WIDE, spacing=Space.LARGE)
        layout.addWidget(label(title, "title"))
        layout.addWidget(content)
        layout.addLayout(actions)
        self.setLayout(layout)
        close.setFocus()


def shortcuts_dialog(parent: QWidget) -> QDialog:
    """Every key and what it does."""
    content = QWidget()
    grid = QGridLayout(content)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(Space.WIDE)
    grid.setVerticalSpacing(Space.SMALL)
    lines = [0, 0]  # how far the left and the right half are filled
    for group, keys in SHORTCUTS.items():
        half = 0 if group == next(iter(SHORTCUTS)) else 1
        line, left = lines[half], 2 * half
        grid.addWidget(label(group, "strong"), line, left, 1, 2)
        for offset, (key, meaning) in enumerate(keys, start=line + 1):
            grid.addWidget(key_cap(key), offset, left, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(label(meaning), offset, left + 1)
        lines[half] += len(keys) + 1
    return TellingDialog("Keyboard shortcuts", content, parent)


def doctor_dialog(parent: QWidget, data_folder: str) -> QDialog:
    """What the window itself knows of the machine, and where to learn the rest."""
    text = label(
        f"tfcards {__version__}\n"
        f"Python {platform.python_version()} on {platform.platform(terse=True)}\n"
        f"PySide6 {PySide6.__version__}, Qt {qVersion()}\n"
        f"Data folder: {data_folder}\n\n"
        "For TensorFlow, TensorBoard, disk, and which labs can run here, type\n"
        "tfcards doctor\nin a terminal.",
        wraps=True,
    )
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    text.setMinimumWidth(440)
    return TellingDialog("What this machine has", text, parent)


def about_dialog(parent: QWidget) -> QDialog:
    """What tfcards is, and whose work came along."""
    text = label(
        f"tfcards {__version__}\n\n"
        "TensorFlow interview cards, scheduled with FSRS, and labs that run and grade real "
        "training. Everything stays on this machine.\n\n"
        "Fonts: Inter and JetBrains Mono (SIL Open Font License 1.1). Icons: Lucide (ISC). "
        "Scheduling: fsrs (MIT). Window: Qt for Python (LGPL 3).",
        wraps=True,
    )
    text.setMinimumWidth(440)
    return TellingDialog("About tfcards", text, parent)
