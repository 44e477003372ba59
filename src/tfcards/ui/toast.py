"""Short messages that come and go at the window's bottom. What they say is decided elsewhere."""

from PySide6.QtCore import QEvent, QObject, QPropertyAnimation, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QLabel, QWidget
from typing_extensions import override

from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.pieces import row
from tfcards.ui.look.theme import Duration, Space

SHOWN_FOR = 3500  # ms


class Toast(QFrame):
    """One message at a time over `parent`, read aloud too; never takes the focus or the mouse."""

    def __init__(self, parent: QWidget, appearance: Appearance) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._appearance = appearance
        self._around = parent
        self.message = QLabel()
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        layout = row()
        layout.setContentsMargins(Space.LARGE, Space.SMALL + 2, Space.LARGE, Space.SMALL + 2)
        layout.addWidget(self.message)
        self.setLayout(layout)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def say(self, text: str) -> None:
        """Show `text` for a few seconds, instead of what was there."""
        self.message.setText(text)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start(SHOWN_FOR)
        if not self._appearance.reduces_motion:
            self._fade_in()

    def _fade_in(self) -> None:
        effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", self)
        fade.setDuration(Duration.FADE)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        fade.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)

    def _place(self) -> None:
        around = self._around
        left = (around.width() - self.width()) // 2
        self.move(left, around.height() - self.height() - Space.WIDE)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False
