"""The navigation rail at the window's left edge. What the rooms hold is not its business."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton

from tfcards.ui.look.icons import icon
from tfcards.ui.look.pieces import column, label
from tfcards.ui.look.theme import Space
from tfcards.ui.rooms import Room

WIDTH = 204


class Rail(QFrame):
    """One button per room; `chosen` carries the room."""

    chosen = Signal(Room)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        self._buttons: dict[Room, QToolButton] = {}
        self._group = QButtonGroup(self)
        layout = column(spacing=Space.HAIR)
        layout.setContentsMargins(Space.MEDIUM, Space.LARGE, Space.MEDIUM, Space.MEDIUM)
        brand = label("tfcards")
        brand.setObjectName("brand")
        brand.setContentsMargins(Space.MEDIUM, 0, 0, Space.MEDIUM)
        layout.addWidget(brand)
        for number, room in enumerate(Room, start=1):
            if room is Room.SETTINGS:
                layout.addStretch(1)
            layout.addWidget(self._button(room, number))
        self.setLayout(layout)
        self.show_room(Room.TODAY)

    def show_room(self, room: Room) -> None:
        """Mark `room` as the one that is up."""
        self._buttons[room].setChecked(True)

    def _button(self, room: Room, number: int) -> QToolButton:
        made = QToolButton()
        made.setText(f"  {room.words}")
        made.setAccessibleName(room.words)
        made.setToolTip(f"{room.words} (Ctrl+{number})")
        made.setIcon(icon(room.value))
        made.setIconSize(QSize(20, 20))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setCheckable(True)
        made.clicked.connect(lambda: self.chosen.emit(room))
        self._group.addButton(made)
        self._buttons[room] = made
        return made
