"""The learner's own editor beside ours: opening it, following its saves, running on them."""

from pathlib import Path

from PySide6.QtCore import QProcess, QSettings, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QWidget

from tfcards.errors import TfcardsError, UnavailableError
from tfcards.sessions.lab import LabSession
from tfcards.ui.look.pieces import button, row
from tfcards.ui.look.theme import Space
from tfcards.ui.problem import ProblemDialog
from tfcards.ui.workbench.file_watch import FileWatch
from tfcards.ui.workbench.files import LabFiles

_ON_SAVE = "labs/run_on_save"


class LabExternal(QWidget):
    """Beside the file tabs. `run_asked` says that a file was saved and a run is wanted for it."""

    run_asked = Signal()

    def __init__(self, session: LabSession, files: LabFiles, settings: QSettings) -> None:
        super().__init__()
        self._session = session
        self._files = files
        self._settings = settings
        self.on_save = QCheckBox("Run on save")
        self.on_save.setToolTip("Run whenever your own editor saves, or you press Ctrl+S here")
        self.on_save.setChecked(str(settings.value(_ON_SAVE, "false")) == "true")
        self.on_save.toggled.connect(self._remember)
        self.open = button("Open in my editor", "quiet", "external")
        self._words = self.open.text()
        self.open.setToolTip(
            "Open in my editor: what is saved there shows here at once; choose it under Settings"
        )
        self.open.clicked.connect(self._open)
        self.watch = FileWatch([session.work / name for name in session.lab.files], self)
        self.watch.changed.connect(self._follow)
        layout = row(spacing=Space.HAIR)
        layout.setContentsMargins(0, 0, Space.HAIR, 0)
        layout.addWidget(self.on_save)
        layout.addWidget(self.open)
        self.setLayout(layout)
        files.room_changed.connect(self._fit)

    def _fit(self, room: int) -> None:
        """Beside the names of the files; where there is little room, the button has no words."""
        self.open.setText(self._words)
        if self.sizeHint().width() > room:
            self.open.setText("")

    def save(self) -> None:
        """Saves now, because the learner asked, and runs where that is wanted."""
        self._files.save()
        if self.on_save.isChecked():
            self.run_asked.emit()

    def _follow(self) -> None:
        if self._files.follow() and self.on_save.isChecked():
            self.run_asked.emit()

    def _open(self) -> None:
        self._files.save()
        try:
            self._start(self._session.work / self._files.current_name())
        except TfcardsError as error:
            ProblemDialog(error, self).open()

    def _start(self, file: Path) -> None:
        command = self._session.opening(file)
        if command:
            started = QProcess.startDetached(command[0], command[1:], str(file.parent))[0]
            if not started:
                raise UnavailableError(f"{command[0]} could not be started.")
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))):
            raise UnavailableError(
                f"The desktop knows no program for {file}. "
                "Write one under Settings, Labs, Your editor."
            )

    def _remember(self, is_on: bool) -> None:
        self._settings.setValue(_ON_SAVE, "true" if is_on else "false")
