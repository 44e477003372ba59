"""One thing that a run left, being read off the GUI thread, and then shown. Finds no files."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import QDialog, QFileDialog, QStackedWidget, QWidget

from tfcards.errors import TfcardsError
from tfcards.labs.left.contents import Contents, ContentsTask
from tfcards.labs.left.produced import Kind, Produced, save_copy
from tfcards.ui.artifacts.picture import load_picture
from tfcards.ui.artifacts.view import ArtifactView, Shown
from tfcards.ui.artifacts.words import kind_words, name_words
from tfcards.ui.background import Background
from tfcards.ui.look.pieces import button, column, label, row
from tfcards.ui.look.theme import Space, Theme

TICK_MS = 200
FOLDERS = {Kind.SAVED_MODEL, Kind.LOG}  # what consists of several files
NO_VIEWER = "There is no view for this kind of file. Save a copy and open it elsewhere."


class ArtifactReader(QWidget):
    """Name and buttons above, what is in it below; a reading that takes long can be given up."""

    told = Signal(str)
    finished = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._work = Path()
        self._one: Produced | None = None
        self._task: ContentsTask | None = None
        self._began = 0.0
        self._background = Background(self._fail, self)
        self.name = label("", "strong")
        self.kind = label("", "caption")
        self.enlarge = button("", "quiet", "enlarge", hint="Show it in a window of its own")
        self.folder = button("", "quiet", "folder", hint="Show in folder")
        self.copy = button("", "quiet", "save", hint="Save a copy")
        self.status = label("", "muted", wraps=True)
        self.status.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.cancel_button = button("Cancel")
        self.cancel_button.hide()
        self.view = ArtifactView(theme)
        self._stack = QStackedWidget()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._show_time)
        self._lay_out()
        self.enlarge.clicked.connect(self._enlarge)
        self.folder.clicked.connect(self._show_folder)
        self.copy.clicked.connect(self._choose_copy)
        self.cancel_button.clicked.connect(self.cancel)
        self.forget()

    @property
    def is_reading(self) -> bool:
        """Whether something is being read."""
        return self._tick.isActive()

    def read(self, work: Path, one: Produced) -> None:
        """Read one thing of a run's folder, in the place of what is shown or being read."""
        self.cancel()
        self._work, self._one = work, one
        self.name.setText(name_words(one))
        self.kind.setText(kind_words(one))
        self._offer(is_there=True)
        self.view.show_nothing()
        if one.kind is Kind.OTHER:
            self._say(NO_VIEWER)
            self.finished.emit()
            return
        self._began = monotonic()
        self._tick.start()
        self._show_time()
        self.cancel_button.show()
        if one.kind is Kind.PICTURE:
            reading: Callable[[], Shown] = partial(load_picture, work, one)
        else:
            self._task = ContentsTask(work, one)
            reading = self._task.run
        self._background.run(partial(_outcome, reading), partial(self._end, one))

    def cancel(self) -> None:
        """Give up on what is being read."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        if self._tick.isActive():
            self._one = None
            self._stop()
            self._say("Cancelled")

    def close_all(self) -> None:
        """Give up, and return when nothing is being read any more: the learner leaves."""
        self.cancel()
        self._background.wait()

    def forget(self) -> None:
        """Nothing is chosen."""
        self.cancel()
        self._one = None
        self.view.show_nothing()
        self.name.setText("")
        self.kind.setText("")
        self._offer(is_there=False)
        self._say("Choose what to look at.")

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        self.view.set_theme(theme)

    # ---- inside

    def _end(self, one: Produced, outcome: Shown | str) -> None:
        if one is not self._one:  # something else was chosen meanwhile
            return
        self._stop()
        if isinstance(outcome, str):
            self._say(outcome)
        else:
            self.view.show_one(outcome, name_words(one))
            self._stack.setCurrentWidget(self.view)
            self.enlarge.setEnabled(True)
        self.finished.emit()

    def _fail(self, error: Exception) -> None:
        """A bug, shown where it was met and handed on."""
        self._stop()
        self._say(str(error))
        raise error

    def _stop(self) -> None:
        self._task = None
        self._tick.stop()
        self.cancel_button.hide()

    def _say(self, sentence: str) -> None:
        self.status.setText(sentence)
        self.enlarge.setEnabled(False)
        self._stack.setCurrentIndex(0)

    def _show_time(self) -> None:
        self._say(f"Reading … {monotonic() - self._began:.0f} s")

    def _offer(self, *, is_there: bool) -> None:
        for each in (self.enlarge, self.folder, self.copy):
            each.setVisible(is_there)

    def _show_folder(self) -> None:
        if self._one is not None:
            path = self._work / self._one.path
            folder = path if self._one.kind in FOLDERS else path.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _choose_copy(self) -> None:
        if self._one is None:
            return
        name = Path(self._one.path).name or "logs"
        target, _ = QFileDialog.getSaveFileName(self, "Save a copy", name)
        if target:
            self.save_copy(Path(target))

    def save_copy(self, target: Path) -> None:
        """Copy what is chosen, off the GUI thread, and tell when it is done."""
        if self._one is None:
            return
        copying = partial(_outcome, partial(_copied, self._work, self._one, target))
        self._background.run(copying, self.told.emit)

    def _enlarge(self) -> None:
        if self.view.shown is not None:
            ArtifactWindow(*self.view.shown, self._theme, self).show()

    def _lay_out(self) -> None:
        words = column(spacing=0)
        words.addWidget(self.name)
        words.addWidget(self.kind)
        top = row(spacing=Space.HAIR)
        top.addLayout(words, 1)
        for each in (self.enlarge, self.folder, self.copy):
            top.addWidget(each)
        waiting = QWidget()
        inner = column(spacing=Space.SMALL)
        inner.addStretch(1)
        inner.addWidget(self.status)
        inner.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(1)
        waiting.setLayout(inner)
        self._stack.addWidget(waiting)
        self._stack.addWidget(self.view)
        layout = column(spacing=Space.HAIR)
        layout.setContentsMargins(Space.MEDIUM, Space.SMALL, Space.SMALL, Space.SMALL)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)
        self.setLayout(layout)


class ArtifactWindow(QDialog):
    """The same view with more room; the workbench can be used beside it."""

    def __init__(self, shown: Shown, name: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(name)
        self.resize(960, 680)
        self.view = ArtifactView(theme)
        self.view.show_one(shown, name)
        layout = column(margin=Space.LARGE)
        layout.addWidget(self.view)
        self.setLayout(layout)


def _outcome(work: Callable[[], Contents | QImage | str]) -> Contents | QImage | str:
    """What came of it, or why nothing did; off the GUI thread."""
    try:
        return work()
    except TfcardsError as error:
        return str(error)


def _copied(work: Path, one: Produced, target: Path) -> str:
    save_copy(work, one, target)
    return f"Saved as {target}."
