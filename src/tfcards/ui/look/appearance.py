"""How the window looks right now: the learner's choice, the system's scheme, bundled fonts."""

from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication

import tfcards.ui
from tfcards.ui.look.stylesheet import stylesheet
from tfcards.ui.look.theme import DARK, DEFAULT_TEXT_SIZE, LIGHT, Theme, palette

TEXT_SIZES = range(12, 25)


class Mode(StrEnum):
    """Which theme the learner asked for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Appearance(QObject):
    """The theme in use; `changed` carries the new one after the application wears it."""

    changed = Signal(Theme)

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._theme = self._wanted()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    @property
    def theme(self) -> Theme:
        """The theme the application wears."""
        return self._theme

    @property
    def mode(self) -> Mode:
        """The learner's choice of theme."""
        stored = str(self._settings.value("appearance/mode", Mode.SYSTEM.value))
        return Mode(stored) if stored in list(Mode) else Mode.SYSTEM

    @property
    def text_size(self) -> int:
        """The size of card text in px."""
        stored = str(self._settings.value("appearance/text_size", DEFAULT_TEXT_SIZE))
        size = int(stored) if stored.isdecimal() else DEFAULT_TEXT_SIZE
        return min(max(size, TEXT_SIZES.start), TEXT_SIZES.stop - 1)

    @property
    def reduces_motion(self) -> bool:
        """Whether things appear at once instead of fading in."""
        return str(self._settings.value("appearance/reduces_motion", "false")) == "true"

    def choose_mode(self, mode: Mode) -> None:
        """Wear the system's theme, or always the light or the dark one."""
        self._settings.setValue("appearance/mode", mode.value)
        self._refresh()

    def choose_text_size(self, size: int) -> None:
        """Draw card text at `size` px and everything else in proportion."""
        self._settings.setValue("appearance/text_size", size)
        self._refresh()

    def choose_motion(self, *, reduced: bool) -> None:
        """Switch fading off (or on again)."""
        self._settings.setValue("appearance/reduces_motion", "true" if reduced else "false")

    def wear(self) -> None:
        """Dress the application in the current theme."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setStyle("Fusion")
            application.setFont(self._theme.font())
            application.setPalette(palette(self._theme))
            application.setStyleSheet(stylesheet(self._theme))
        self.changed.emit(self._theme)

    def _wanted(self) -> Theme:
        is_dark = self.mode is Mode.DARK or (
            self.mode is Mode.SYSTEM
            and QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        )
        return (DARK if is_dark else LIGHT).with_text_size(self.text_size)

    def _follow_system(self) -> None:
        self._refresh()

    def _refresh(self) -> None:
        wanted = self._wanted()
        if wanted != self._theme:
            self._theme = wanted
            self.wear()


def load_fonts() -> None:
    """Make the bundled fonts known to Qt; call once, after the application exists."""
    folder = Path(str(files(tfcards.ui))) / "fonts"
    for path in sorted(folder.iterdir()):
        if path.suffix in {".otf", ".ttf"}:
            QFontDatabase.addApplicationFont(str(path))
