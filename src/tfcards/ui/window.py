"""The main window: rail, pages made at the first visit, menus, messages. No page content.

It shows itself before the collection is open; nothing imported here may import the store.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget
from typing_extensions import override

from tfcards.ui.context import Context
from tfcards.ui.help import about_dialog, doctor_dialog, shortcuts_dialog
from tfcards.ui.look.appearance import Appearance, Mode
from tfcards.ui.look.pieces import row
from tfcards.ui.menus import Menus
from tfcards.ui.page import Page
from tfcards.ui.problem import ProblemDialog
from tfcards.ui.rail import Rail
from tfcards.ui.rooms import Room, make_page
from tfcards.ui.skeleton import Skeleton
from tfcards.ui.toast import Toast

if TYPE_CHECKING:  # importing it takes longer than showing the window
    from tfcards.sessions.review import Scope

FIRST_SIZE = (1180, 800)
SMALLEST_SIZE = (760, 560)


class MainWindow(QMainWindow):
    """The whole app on screen. Pages appear once `open_collection` was called."""

    def __init__(self, settings: QSettings, appearance: Appearance) -> None:
        super().__init__()
        self.setWindowTitle("tfcards")
        self.setMinimumSize(*SMALLEST_SIZE)
        self._settings = settings
        self._appearance = appearance
        self._context: Context | None = None
        self._pages: dict[Room, Page] = {}
        self._room = Room.TODAY
        self.rail = Rail()
        self.rail.chosen.connect(self.go)
        self._stack = QStackedWidget()
        self._stack.addWidget(Skeleton())
        middle = QWidget()
        middle.setObjectName("page")
        layout = row(spacing=0)
        layout.addWidget(self.rail)
        layout.addWidget(self._stack, 1)
        middle.setLayout(layout)
        self.setCentralWidget(middle)
        self.toast = Toast(middle, appearance)
        self.menus = Menus(self.menuBar(), self, appearance.mode)
        self.menus.show_steps(None, None)
        self._stack.setFocus()
        self._restore_geometry()

    # ---- pages

    @property
    def is_open(self) -> bool:
        """Whether a collection is shown."""
        return self._context is not None

    @property
    def room(self) -> Room:
        """The room that is up."""
        return self._room

    def open_collection(self, context: Context) -> None:
        """Fill the window: from now on it shows this collection."""
        self._context = context
        self.go(self._room)

    def page(self, room: Room) -> Page:
        """The page of a room, built at the first visit. The collection must be open."""
        assert self._context is not None
        if room not in self._pages:
            page = make_page(room, self._context, self._appearance)
            page.study_asked.connect(self.study)
            page.room_asked.connect(lambda name: self.go(Room(name)))
            page.lab_asked.connect(self.open_lab)
            page.told.connect(self.toast.say)
            page.changed.connect(self.show_steps)
            self._pages[room] = page
            self._stack.addWidget(page)
        return self._pages[room]

    def go(self, room: Room) -> None:
        """Bring up a room; before the collection is open, the one to start in."""
        self.rail.show_room(room)
        if self._context is None:
            self._room = room
            return
        if self._room in self._pages and self._room is not room:
            self._pages[self._room].leave()
        self._room = room
        page = self.page(room)
        self._stack.setCurrentWidget(page)
        page.setFocus()
        page.enter()  # which may put the focus where it is typed
        self.show_steps()

    def refresh(self) -> None:
        """Show what changed in the collection from outside the page that is up."""
        if self._context is not None:
            self.page(self._room).catch_up()
            self.show_steps()

    def study(self, scope: "Scope") -> None:
        """Review what is due in a deck, in all of them (None), or chosen cards."""
        if self._context is None:
            return
        from tfcards.ui.review.page import ReviewPage  # noqa: PLC0415  # brings the store along

        page = self.page(Room.REVIEW)
        if isinstance(page, ReviewPage):
            page.start(scope)
        self.go(Room.REVIEW)

    def open_lab(self, lab_id: str) -> None:
        """Bring up a lab in the Labs room."""
        from tfcards.ui.labs_page import LabsPage  # noqa: PLC0415  # brings the store along

        self.go(Room.LABS)
        page = self.page(Room.LABS)
        if isinstance(page, LabsPage):
            page.open_lab(lab_id)

    # ---- undo

    def undo(self) -> None:
        """Take back the last step, whatever page it was made on."""
        if self._context is None:
            return
        if not self.page(self._room).undo():
            self._say_step("Undone", self._context.collection.undo())

    def redo(self) -> None:
        """Do the step that was taken back again."""
        if self._context is None:
            return
        if not self.page(self._room).redo():
            self._say_step("Redone", self._context.collection.redo())

    def _say_step(self, word: str, step: str | None) -> None:
        self.toast.say(f"{word}: {step}" if step else f"Nothing to {word[:4].lower()}.")
        self.page(self._room).enter()
        self.show_steps()

    def show_steps(self) -> None:
        """Tell the Edit menu what Undo and Redo would do."""
        if self._context is not None:
            collection = self._context.collection
            self.menus.show_steps(collection.undo_label, collection.redo_label)

    # ---- messages

    def show_problem(self, error: BaseException) -> ProblemDialog:
        """Show an error: the learner's kind as it stands, any other as a bug with its details."""
        dialog = ProblemDialog(error, self)
        dialog.open()
        return dialog

    def show_shortcuts(self) -> None:
        """Open the list of keys."""
        shortcuts_dialog(self).open()

    def show_doctor(self) -> None:
        """Open what the window knows of the machine."""
        folder = "not open yet" if self._context is None else str(self._context.data_folder)
        doctor_dialog(self, folder).open()

    def show_about(self) -> None:
        """Open the words about the app."""
        about_dialog(self).open()

    # ---- the window itself

    def choose_mode(self, mode: Mode) -> None:
        """Change the theme from the menu."""
        self._appearance.choose_mode(mode)
        self.menus.show_mode(mode)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or give it back."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def bring_forward(self) -> None:
        """Come to the front: somebody started tfcards again."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def quit(self) -> None:
        """Close the window, and with it the app."""
        self.close()

    def _restore_geometry(self) -> None:
        stored = self._settings.value("window/geometry")
        if isinstance(stored, QByteArray) and self.restoreGeometry(stored):
            return
        screen = QGuiApplication.primaryScreen().availableSize()
        self.resize(min(FIRST_SIZE[0], screen.width()), min(FIRST_SIZE[1], screen.height()))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember where the window was; let pages finish what they hold."""
        self._settings.setValue("window/geometry", self.saveGeometry())
        for page in self._pages.values():
            page.leave()
        super().closeEvent(event)
