"""The Labs room: the way to the labs, and the workbench of the open one. No rules live here."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QStackedWidget
from typing_extensions import override

from tfcards.errors import TfcardsError
from tfcards.labs.content.roadmap import Outline
from tfcards.sessions.lab_cards import none_due
from tfcards.sessions.outside_runs import keep_ended, running_labs
from tfcards.sessions.review import Chosen
from tfcards.sessions.road import Roadmap
from tfcards.sessions.roadmap import roadmap
from tfcards.ui.asking import tell
from tfcards.ui.context import Context
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.pieces import column
from tfcards.ui.page import Page
from tfcards.ui.problem import ProblemDialog
from tfcards.ui.road.home import LabsHome

if TYPE_CHECKING:  # the workbench takes longer to import than the map to show
    from tfcards.ui.workbench.page import LabPage

_LOOK_MS = 1000  # how often to look after runs that other windows or the terminal started


class LabsPage(Page):
    """The map and list of labs; opening one brings up its workbench, and Back leads here again."""

    def __init__(self, context: Context, appearance: Appearance) -> None:
        super().__init__()
        self._context = context
        self._appearance = appearance
        self._settings = QSettings(
            str(context.data_folder / "window.ini"), QSettings.Format.IniFormat
        )
        self.home = LabsHome(appearance, self._settings)
        self.home.chosen.connect(self.open_lab)
        self.home.review_requested.connect(self._review)
        self.home.study_asked.connect(self.study_asked)
        self._running: frozenset[str] = frozenset()
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._look_after_runs)
        self.bench: LabPage | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(self.home)
        layout = column(spacing=0)
        layout.addWidget(self._stack)
        self.setLayout(layout)

    @override
    def enter(self) -> None:
        self._show_home()
        if self.bench is not None:
            self.bench.save()
        self.window().installEventFilter(self)

    @override
    def leave(self) -> None:
        """Saves; a run goes on, and its end is told wherever the learner is."""
        self._look.stop()
        if self.bench is not None:
            self.bench.save()

    def open_lab(self, lab_id: str) -> None:
        """Brings up the workbench of a lab; a locked one is shown on the map, with its reason."""
        if self.bench is not None and self.bench.session.lab.id == lab_id:
            self._show_bench(self.bench)
            return
        node = self._road().find(lab_id)
        if node is None or node.row is None or not self.close_lab():
            return
        if not node.can_open:
            self.home.select(lab_id)
            self.told.emit(node.row.reason)
            return
        from tfcards.sessions.lab import LabSession  # noqa: PLC0415 - loaded when first needed
        from tfcards.ui.workbench.page import LabPage  # noqa: PLC0415 - loaded when first needed

        context = self._context
        try:
            session = LabSession.open(
                context.collection,
                node.row.lab,
                context.data_folder,
                context.clock,
                context.labs,
            )
        except TfcardsError as error:
            ProblemDialog(error, self).open()
            return
        context.make_ready()
        bench = LabPage(session, self._appearance, self._settings, self._card_title, self._stack)
        bench.left.connect(self._go_back)
        bench.told.connect(self.told)
        bench.review_requested.connect(self._review)
        bench.ended.connect(self._tell_end)
        bench.changed.connect(self.changed)
        self._stack.addWidget(bench)
        self._show_bench(bench)

    def close_lab(self) -> bool:
        """Goes back to the map; False when the learner rather stays with a running lab."""
        if self.bench is None:
            return True
        if not self.bench.leave():
            return False
        bench, self.bench = self.bench, None
        self._come_home()
        self._show_home()
        self._stack.removeWidget(bench)
        bench.deleteLater()
        return True

    def _go_back(self) -> None:
        """Back to the map; a run goes on meanwhile, and its lab leads to it again."""
        if self.bench is not None and self.bench.process.is_running:
            self.bench.save()
            self._come_home()
            self._show_home()
        else:
            self.close_lab()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        """The room was gone to: the keys go to where the learner is, once that is on screen."""
        super().focusInEvent(event)
        QTimer.singleShot(0, self, self._pass_focus_on)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Holds the window open while a run is on, unless the learner lets it go."""
        is_closing = event.type() == QEvent.Type.Close and watched is self.window()
        if is_closing and self.bench is not None and not self.bench.leave():
            event.ignore()
            return True
        return False

    def _pass_focus_on(self) -> None:
        if not self.hasFocus():
            return
        if self.bench is not None and self.bench.isVisible():
            self.bench.files.current().setFocus()
        else:
            self.home.take_focus()

    def _show_bench(self, bench: "LabPage") -> None:
        self.bench = bench
        self._stack.setCurrentWidget(bench)
        bench.files.current().setFocus()

    def _come_home(self) -> None:
        self._stack.setCurrentWidget(self.home)
        self.home.take_focus()

    def _tell_end(self) -> None:
        """An attempt was kept; when the learner is elsewhere, say so there."""
        self.changed.emit()
        if self.home.isVisible():
            self._show_home()
        if self.bench is not None and not self.bench.isVisible():
            headline = self.bench.result.headline
            self.told.emit(f"{self.bench.session.lab.title}: {headline}")

    def _review(self, guids: tuple[str, ...]) -> None:
        """Asks for a sitting with just these cards, or says when they come back."""
        later = none_due(self._context.collection, guids, self._context.clock())
        if later:
            tell(self, later)
            return
        self.study_asked.emit(Chosen("Cards for labs", guids))

    def _card_title(self, guid: str) -> str:
        note = self._context.collection.note_by_guid(guid)
        return guid if note is None else note.fields["Question"].split("\n", 1)[0]

    def _show_home(self) -> None:
        self._running = running_labs(self._context.data_folder)
        self.home.show_road(self._road(), self._context.damaged)
        if self._running - self._own_run():
            self._look.start()

    def _look_after_runs(self) -> None:
        """See whether a run that is not this window's has ended, and keep what it came to."""
        running = running_labs(self._context.data_folder)
        if running != self._running:
            own = self._own_run()
            keep_ended(
                self._context.collection, self._context.data_folder, own, self._context.clock
            )
            self._show_home()
        if not running - self._own_run():
            self._look.stop()

    def _own_run(self) -> frozenset[str]:
        is_on = self.bench is not None and self.bench.process.is_running
        return frozenset({self.bench.session.lab.id}) if self.bench and is_on else frozenset()

    def _road(self) -> Roadmap:
        context = self._context
        outline = context.outline or Outline()
        running = self._running | self._own_run()
        return roadmap(context.collection, context.labs, outline, context.clock, running)
