"""What every page of the window is and may ask of it. No page's content lives here."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """One room of the window. It asks by signals; the window decides.

    `study_asked` carries a deck id, None for all decks, or chosen cards; `room_asked` a room's
    value, `lab_asked` a lab's id, `told` a short sentence for a toast; `changed` says that an
    undoable step was taken.
    """

    study_asked = Signal(object)
    room_asked = Signal(str)
    lab_asked = Signal(str)
    told = Signal(str)
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")

    def enter(self) -> None:
        """Read everything anew; called whenever the page comes up or the collection changed."""

    def catch_up(self) -> None:
        """The collection changed from outside while the page is up."""
        self.enter()

    def leave(self) -> None:
        """Let go of what only matters while the page is up."""

    def undo(self) -> bool:
        """Take back the last step in the page's own way; False leaves it to the window."""
        return False

    def redo(self) -> bool:
        """Do the undone step again in the page's own way; False leaves it to the window."""
        return False
