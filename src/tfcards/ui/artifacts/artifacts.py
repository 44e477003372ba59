"""What a run left: the list of it, a view of the chosen one, TensorBoard. Reads no file itself."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSplitter, QWidget

from tfcards.labs.left.produced import Produced
from tfcards.sessions.left import Left
from tfcards.ui.artifacts.reader import ArtifactReader
from tfcards.ui.artifacts.tensorboard_bar import TensorBoardBar
from tfcards.ui.artifacts.words import icon_name, kind_words, name_words
from tfcards.ui.background import Background
from tfcards.ui.look.icons import icon
from tfcards.ui.look.pieces import column, label
from tfcards.ui.look.theme import Space, Theme

LOOK_MS = 3000
LIST_WIDTH = 240  # px, the least
NONE_YET = (
    "Files that your code writes appear here. "
    "Once there are logs among them (tf.summary or the Keras callback), TensorBoard shows them."
)


class LabArtifacts(QWidget):
    """Files of the run on screen, or the last one; `find` looks for them, off the GUI thread."""

    told = Signal(str)
    changed = Signal()

    def __init__(self, find: Callable[[], Left], theme: Theme) -> None:
        super().__init__()
        self._find = find
        self._left = Left(None, (), None, None)
        self._read: Produced | None = None  # as it was when it was last read
        self._is_looking = self._is_stale = False
        self._background = Background(self._fail, self)
        self.list = QListWidget()
        self.list.setAccessibleName("Files of the run")
        self.list.setIconSize(QSize(18, 18))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._read_chosen)
        self.empty = label(NONE_YET, "muted", wraps=True)
        self.board = TensorBoardBar()
        self.reader = ArtifactReader(theme)
        self.reader.told.connect(self.told)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self.refresh)
        self._lay_out()
        self._draw()

    @property
    def count(self) -> int:
        """How many things the run left."""
        return len(self._left.files)

    def refresh(self) -> None:
        """Look for files again."""
        self._is_stale = self._is_looking  # a look that has begun may miss the latest
        if not self._is_looking:
            self._is_looking = True
            self._background.run(self._find, self._take)

    def watch(self, *, is_on: bool) -> None:
        """Look again and again while a run is on, and once more when it has ended."""
        if is_on:
            self._look.start()
        else:
            self._look.stop()
        self.refresh()

    def close_all(self) -> None:
        """Stop what was started here: the learner leaves."""
        self._look.stop()
        self.reader.close_all()
        self.board.server.stop()
        self._background.wait()

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self.reader.set_theme(theme)

    # ---- inside

    def _take(self, left: Left) -> None:
        self._is_looking = False
        if left != self._left:
            self._left = left
            self._draw()
        if not self._look.isActive() and self._chosen() != self._read:
            self._read_chosen()
        self.changed.emit()
        if self._is_stale:
            self.refresh()

    def _draw(self) -> None:
        """The list anew; what was chosen stays chosen."""
        before = self._chosen()
        scrolled = self.list.verticalScrollBar().value()
        self.list.blockSignals(True)
        self.list.clear()
        for one in self._left.files:
            self.list.addItem(_item(one))
        kept = [n for n, one in enumerate(self._left.files) if before and one.path == before.path]
        self.list.setCurrentRow(kept[0] if kept else -1)
        self.list.blockSignals(False)
        self.list.verticalScrollBar().setValue(scrolled)
        self.list.setVisible(bool(self._left.files))
        self.empty.setVisible(not self._left.files)
        self.board.offer(self._left.log_folder, self._left.logs)
        if not kept:
            self._read = None
            self.reader.forget()

    def _chosen(self) -> Produced | None:
        row = self.list.currentRow()
        return self.list.item(row).data(Qt.ItemDataRole.UserRole) if row >= 0 else None

    def _read_chosen(self) -> None:
        self._read = self._chosen()
        if self._read is not None and self._left.work is not None:
            self.reader.read(self._left.work, self._read)

    def _fail(self, error: Exception) -> None:
        self._is_looking = False
        raise error

    def _lay_out(self) -> None:
        side = QWidget()
        down = column(spacing=Space.SMALL)
        down.setContentsMargins(Space.SMALL, Space.SMALL, 0, Space.SMALL)
        down.addWidget(self.list, 1)
        down.addWidget(self.empty, 1, Qt.AlignmentFlag.AlignTop)
        down.addWidget(self.board)
        side.setLayout(down)
        side.setMinimumWidth(LIST_WIDTH)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(side)
        across.addWidget(self.reader)
        across.setStretchFactor(1, 1)
        across.setSizes([LIST_WIDTH, 2 * LIST_WIDTH])
        across.setChildrenCollapsible(False)
        layout = column(spacing=0)
        layout.addWidget(across)
        self.setLayout(layout)


def _item(one: Produced) -> QListWidgetItem:
    item = QListWidgetItem(icon(icon_name(one)), f"{name_words(one)}\n{kind_words(one)}")
    item.setData(Qt.ItemDataRole.UserRole, one)
    item.setToolTip(name_words(one))
    return item
