"""The Labs room: the list of labs, and the workbench of the open one. No rules live here."""

from PySide6.QtCore import QEvent, QObject, QSettings
from PySide6.QtWidgets import QStackedWidget
from typing_extensions import override

from tfcards.errors import TfcardsError
from tfcards.sessions.lab import LabSession
from tfcards.sessions.labs import LabRow, LabState, lab_rows
from tfcards.sessions.review import Chosen
from tfcards.ui.appearance import Appearance
from tfcards.ui.context import Context
from tfcards.ui.lab_list import LabList
from tfcards.ui.lab_page import LabPage
from tfcards.ui.page import Page
from tfcards.ui.pieces import column
from tfcards.ui.problem import ProblemDialog


class LabsPage(Page):
    """Labs by stage; opening one brings up its workbench, and Back leads here again."""

    def __init__(self, context: Context, appearance: Appearance) -> None:
        super().__init__()
        self._context = context
        self._appearance = appearance
        self._settings = QSettings(
            str(context.data_folder / "window.ini"), QSettings.Format.IniFormat
        )
        self.list = LabList()
        self.list.chosen.connect(self.open_lab)
        self.list.review_requested.connect(self._review)
        self.bench: LabPage | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        layout = column(spacing=0)
        layout.addWidget(self._stack)
        self.setLayout(layout)
        appearance.changed.connect(self._show_list)

    @override
    def enter(self) -> None:
        self._show_list()
        if self.bench is not None:
            self.bench.save()
        self.window().installEventFilter(self)

    @override
    def leave(self) -> None:
        """Saves; a run goes on, and its end is told wherever the learner is."""
        if self.bench is not None:
            self.bench.save()

    def open_lab(self, lab_id: str) -> None:
        """Brings up the workbench of a lab; a locked one is shown in the list, with its reason."""
        if self.bench is not None and self.bench.session.lab.id == lab_id:
            return
        standing = next((each for each in self._rows() if each.lab.id == lab_id), None)
        if standing is None or not self.close_lab():
            return
        if standing.state in (LabState.LOCKED, LabState.UNAVAILABLE):
            self.told.emit(standing.reason)
            return
        context = self._context
        try:
            session = LabSession.open(
                context.collection,
                standing.lab,
                context.data_folder,
                context.clock,
                context.labs,
            )
        except TfcardsError as error:
            ProblemDialog(error, self).open()
            return
        context.make_ready()
        self._show_bench(LabPage(session, self._appearance, self._settings, self._card_title))

    def close_lab(self) -> bool:
        """Goes back to the list; False when the learner rather stays with a running lab."""
        if self.bench is None:
            return True
        if not self.bench.leave():
            return False
        bench, self.bench = self.bench, None
        self._show_list()
        self._stack.setCurrentWidget(self.list)
        self._stack.removeWidget(bench)
        bench.deleteLater()
        return True

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Holds the window open while a run is on, unless the learner lets it go."""
        is_closing = event.type() == QEvent.Type.Close and watched is self.window()
        if is_closing and self.bench is not None and not self.bench.leave():
            event.ignore()
            return True
        return False

    def _show_bench(self, bench: LabPage) -> None:
        bench.left.connect(self.close_lab)
        bench.told.connect(self.told)
        bench.review_requested.connect(self._review)
        bench.ended.connect(self._tell_end)
        self.bench = bench
        self._stack.addWidget(bench)
        self._stack.setCurrentWidget(bench)
        bench.files.current().setFocus()

    def _tell_end(self) -> None:
        """An attempt was kept; when the learner is in another room, say so there."""
        self.changed.emit()
        if self.bench is not None and not self.isVisible():
            headline = self.bench.result.headline
            self.told.emit(f"{self.bench.session.lab.title}: {headline}")

    def _review(self, guids: tuple[str, ...]) -> None:
        """Asks for a sitting with just these cards."""
        self.study_asked.emit(Chosen("Cards for labs", guids))

    def _card_title(self, guid: str) -> str:
        note = self._context.collection.note_by_guid(guid)
        return guid if note is None else note.fields["Question"].split("\n", 1)[0]

    def _show_list(self) -> None:
        damaged = self._context.damaged
        self.list.show_labs(self._rows(), self._appearance.theme, damaged)

    def _rows(self) -> list[LabRow]:
        return lab_rows(self._context.collection, self._context.labs, self._context.clock)
