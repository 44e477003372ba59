"""One window per data folder: a second start raises the first. Knows nothing of windows."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

PATIENCE = 500  # ms to wait for the first start to answer


class SingleInstance(QObject):
    """Listens for later starts on the same data folder; `asked` says that one came."""

    asked = Signal()

    def __init__(self, data_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        data_folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(str(data_folder.resolve()).encode()).hexdigest()
        self._name = f"tfcards-{digest[:16]}"
        self._lock = QLockFile(str(data_folder / "window.lock"))
        self._lock.setStaleLockTime(0)  # a running window keeps it for days
        self._server: QLocalServer | None = None

    def is_first(self) -> bool:
        """Whether no other start has this folder; if one has, it is asked to come forward."""
        if not self._lock.tryLock(0):
            self._raise_first()
            return False
        # the lock is ours, so a socket file that is still there was left by a crash
        QLocalServer.removeServer(self._name)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        self._server.listen(self._name)
        return True

    def release(self) -> None:
        """Let another start have the folder."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _raise_first(self) -> None:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        socket.waitForConnected(PATIENCE)
        socket.abort()

    def _answer(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            self._server.nextPendingConnection().close()
            self.asked.emit()
