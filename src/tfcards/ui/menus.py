"""The menu bar: names, keys and order of what the window can do. How it is done is the window's."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from tfcards.ui.look.appearance import Mode
from tfcards.ui.rooms import Room


class Doer(Protocol):
    """What the menus ask for."""

    def go(self, room: Room) -> None: ...  # noqa: D102 - a protocol: told where it is met
    def study(self, deck_id: int | None) -> None: ...  # noqa: D102 - a protocol: told where it is met
    def undo(self) -> None: ...  # noqa: D102 - a protocol: told where it is met
    def redo(self) -> None: ...  # noqa: D102 - a protocol: told where it is met
    def show_shortcuts(self) -> None: ...  # noqa: D102 - a protocol: told where it is met
    def show_doctor(self) -> None: ...  # noqa: D102 - a protocol: told where it is met
    def show_about(self) -> None: ...  # noqa: D102 - a protocol: told where it is met
    def toggle_full_screen(self) -> None: ...  # noqa: D102 - a protocol: told where it is met
    def choose_mode(self, mode: Mode) -> None: ...  # noqa: D102 - a protocol: told where it is met
    def quit(self) -> None: ...  # noqa: D102 - a protocol: told where it is met


class Menus:
    """Fills the menu bar and keeps the entries whose words change."""

    def __init__(self, bar: QMenuBar, doer: Doer, mode: Mode) -> None:
        self._bar = bar
        file = bar.addMenu("&File")
        _add(file, "&Quit", doer.quit, "Ctrl+Q").setMenuRole(QAction.MenuRole.QuitRole)
        edit = bar.addMenu("&Edit")
        self.undo = _add(edit, "&Undo", doer.undo, "Ctrl+Z")
        self.redo = _add(edit, "&Redo", doer.redo, "Ctrl+Shift+Z")
        review = bar.addMenu("&Review")
        self.study = _add(review, "&Study what is due", lambda: doer.study(None), "Ctrl+R")
        self._add_view(bar.addMenu("&View"), doer, mode)
        help_menu = bar.addMenu("&Help")
        _add(help_menu, "&Keyboard shortcuts", doer.show_shortcuts, "?", "F1")
        _add(help_menu, "&What this machine has", doer.show_doctor)
        about = _add(help_menu, "&About tfcards", doer.show_about)
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def _add_view(self, menu: QMenu, doer: Doer, mode: Mode) -> None:
        for number, room in enumerate(Room, start=1):
            _add(menu, room.words, partial(doer.go, room), f"Ctrl+{number}")
        menu.addSeparator()
        themes = menu.addMenu("&Theme")
        group = QActionGroup(themes)
        self._modes: dict[Mode, QAction] = {}
        for each in Mode:
            action = _add(themes, _MODE_NAMES[each], partial(doer.choose_mode, each))
            action.setCheckable(True)
            action.setChecked(each is mode)
            group.addAction(action)
            self._modes[each] = action
        _add(menu, "&Full screen", doer.toggle_full_screen, "F11")

    def show_mode(self, mode: Mode) -> None:
        """Check the entry of the theme in use."""
        self._modes[mode].setChecked(True)

    def show_steps(self, undo: str | None, redo: str | None) -> None:
        """Say what Undo and Redo would do; None disables."""
        for action, word, step in ((self.undo, "&Undo", undo), (self.redo, "&Redo", redo)):
            action.setText(f"{word} {step[:1].lower()}{step[1:]}" if step else word)
            action.setEnabled(step is not None)


_MODE_NAMES = {Mode.SYSTEM: "As the &system", Mode.LIGHT: "&Light", Mode.DARK: "&Dark"}


def _add(menu: QMenu, text: str, act: Callable[[], None], *keys: str) -> QAction:
    action = QAction(text, menu)
    action.setShortcuts([QKeySequence(key) for key in keys])
    action.triggered.connect(lambda _=False: act())
    menu.addAction(action)
    return action
