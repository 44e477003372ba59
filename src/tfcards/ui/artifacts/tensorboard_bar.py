"""The line below a run's files: TensorBoard started and stopped, and where it answers."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from tfcards.errors import TfcardsError
from tfcards.labs.left.produced import Produced, log_folder
from tfcards.ui.artifacts.tensorboard import State, TensorBoard
from tfcards.ui.look.pieces import button, column, label, row
from tfcards.ui.look.theme import Space

OPEN = "Open the logs in TensorBoard"
NO_LOGS = "TensorBoard can be opened once a run writes logs (tf.summary or the Keras callback)."


class TensorBoardBar(QWidget):
    """One button that opens TensorBoard in the browser, and one that stops it."""

    def __init__(self) -> None:
        super().__init__()
        self._work: Path | None = None
        self._logs: Produced | None = None
        self.server = TensorBoard(self)
        self.server.changed.connect(self._draw)
        self.server.answered.connect(self._browse)
        self.open = button("TensorBoard", "", "external")
        self.stop = button("", "quiet", "stop", hint="Stop TensorBoard")
        self.status = label("", "caption", wraps=True)
        self.status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open.clicked.connect(self._open)
        self.stop.clicked.connect(self.server.stop)
        buttons = row(spacing=Space.HAIR)
        buttons.addWidget(self.open)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        layout = column(spacing=Space.HAIR)
        layout.addLayout(buttons)
        layout.addWidget(self.status)
        self.setLayout(layout)
        self._draw()

    def offer(self, work: Path | None, logs: Produced | None) -> None:
        """Offer to show these logs, or none; a server that runs goes on with its own."""
        self._work, self._logs = work, logs
        self._draw()

    def _open(self) -> None:
        """Start the server; one that runs is shown once more."""
        if self.server.state is State.RUNNING:
            self._browse(self.server.url)
        elif self._work is not None and self._logs is not None:
            try:
                folder = log_folder(self._work, self._logs)
            except TfcardsError as error:
                self.status.setText(str(error))
                self.status.show()
                return
            self.server.start(folder, self._work.parent / "home")

    def _browse(self, url: str) -> None:
        if not QDesktopServices.openUrl(QUrl(url)):
            self.status.setText(f"No browser could be started here. Open {url} in one.")

    def _draw(self) -> None:
        state = self.server.state
        words = {
            State.STOPPED: self.server.problem,
            State.STARTING: "Starting …",
            State.RUNNING: f"Running at {self.server.url}",
        }
        self.status.setText(words[state])
        self.status.setVisible(bool(words[state]))
        self.stop.setVisible(state is not State.STOPPED)
        is_possible = state is State.RUNNING or self._logs is not None
        self.open.setEnabled(is_possible and state is not State.STARTING)
        self.open.setToolTip(OPEN if is_possible else NO_LOGS)
        self.open.setAccessibleDescription("" if is_possible else NO_LOGS)
