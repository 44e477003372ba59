"""The tabs below the code. The page brings up what matters, until the learner has chosen one."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from tfcards.ui.look.icons import icon
from tfcards.ui.workbench.later_tabs import LaterTabs

NARROW = 720
_Part = TypeVar("_Part", bound=QWidget)


class LabTabs(LaterTabs):
    """What runs show and leave. `is_chosen` says that the learner picked a tab since the start."""

    def __init__(self) -> None:
        super().__init__()
        self.is_chosen = False
        self._names: list[str] = []
        self._icons: list[QIcon] = []
        self.setDocumentMode(True)
        self.setAccessibleName("Results")
        self.tabBar().setAccessibleName("Results")
        self.tabBar().tabBarClicked.connect(self._note_choice)

    def add(self, part: QWidget, icon_name: str, name: str) -> None:
        """Adds a tab."""
        self.addTab(part, self._picture(icon_name, name), name)

    def add_later(
        self, make: Callable[[], _Part], icon_name: str, name: str
    ) -> Callable[[], _Part]:
        """Adds a tab whose part is put off; the answer gives it."""
        return self.put_off(make, self._picture(icon_name, name), name)

    def show_count(self, name: str, count: int | str) -> None:
        """Says beside a tab's name how much it holds; nothing for 0."""
        self.setTabText(self._names.index(name), f"{name} {count}" if count else name)

    def bring_up(self, part: QWidget) -> None:
        """Shows a tab, unless the learner has chosen one."""
        if not self.is_chosen:
            self.setCurrentWidget(part)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the names do without icons."""
        is_wide = event.size().width() >= NARROW
        for at, picture in enumerate(self._icons):
            self.setTabIcon(at, picture if is_wide else QIcon())
        super().resizeEvent(event)

    def _picture(self, icon_name: str, name: str) -> QIcon:
        self._names.append(name)
        self._icons.append(icon(icon_name))
        return self._icons[-1]

    def _note_choice(self) -> None:
        self.is_chosen = True
