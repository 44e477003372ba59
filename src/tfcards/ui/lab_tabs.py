"""The tabs below the code. The page brings up what matters, until the learner has chosen one."""

from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QTabWidget, QWidget
from typing_extensions import override

from tfcards.ui.icons import icon

NARROW = 720


class LabTabs(QTabWidget):
    """What runs show and leave. `is_chosen` says that the learner picked a tab since the start."""

    def __init__(self) -> None:
        super().__init__()
        self.is_chosen = False
        self._names: dict[QWidget, str] = {}
        self._icons: dict[QWidget, QIcon] = {}
        self.setDocumentMode(True)
        self.setAccessibleName("Results")
        self.tabBar().setAccessibleName("Results")
        self.tabBar().tabBarClicked.connect(self._note_choice)

    def add(self, part: QWidget, icon_name: str, name: str) -> None:
        """Adds a tab."""
        self._names[part] = name
        self._icons[part] = icon(icon_name)
        self.addTab(part, self._icons[part], name)

    def show_count(self, part: QWidget, count: int | str) -> None:
        """Says in a tab's name how much it holds; nothing for 0."""
        name = self._names[part]
        self.setTabText(self.indexOf(part), f"{name} {count}" if count else name)

    def bring_up(self, part: QWidget) -> None:
        """Shows a tab, unless the learner has chosen one."""
        if not self.is_chosen:
            self.setCurrentWidget(part)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the names do without icons."""
        is_wide = event.size().width() >= NARROW
        for part, picture in self._icons.items():
            self.setTabIcon(self.indexOf(part), picture if is_wide else QIcon())
        super().resizeEvent(event)

    def _note_choice(self) -> None:
        self.is_chosen = True
