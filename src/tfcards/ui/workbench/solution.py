"""The learner's files beside the solution's, once it may be seen; and the question before that."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QTabWidget, QWidget

from tfcards.sessions.lab import LabSession
from tfcards.ui.asking import agrees
from tfcards.ui.code.diff import DiffView
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.pieces import button, column, label, row
from tfcards.ui.look.theme import Space, Theme

FIRST_SIZE = (1160, 720)
QUESTION = "Give up and show the solution?"
CONSEQUENCE = (
    "What you find out yourself stays longer. That you looked is recorded and cannot be undone. "
    "You can still pass this lab later, and your files stay as they are."
)


def open_solution(
    session: LabSession, appearance: Appearance, parent: QWidget
) -> "SolutionDialog | None":
    """Shows the solution, after asking where it has to be given up for; None after a no."""
    if not session.solution.is_open:
        if not agrees(parent, QUESTION, CONSEQUENCE, "Give up"):
            return None
        session.solution.give_up()
    dialog = SolutionDialog(session, appearance, parent)
    dialog.open()
    return dialog


class SolutionDialog(QDialog):
    """A tab for each file of the lab; nothing in it can be changed."""

    def __init__(self, session: LabSession, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{session.lab.title}: solution")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Files")
        self.tabs.tabBar().setAccessibleName("Files")
        self._words = label("", "muted")
        self.views: dict[str, DiffView] = {}
        for name, text in session.solution.texts().items():
            view = DiffView(("Your file", "The solution"), appearance.theme)
            view.show_texts(session.on_disk(name) or "", text)
            view.stepped.connect(self._tell)
            self.tabs.addTab(view, name)
            self.views[name] = view
        self.before = button("", "quiet", "up", hint="The place before (Shift+F7)")
        self.after = button("", "quiet", "down", hint="The next place (F7)")
        self._lay_out(session)
        for each, by, keys in ((self.before, -1, "Shift+F7"), (self.after, 1, "F7")):
            each.clicked.connect(lambda _=False, by=by: self.view.step(by))
            QShortcut(QKeySequence(keys), self).activated.connect(each.click)
        self.tabs.currentChanged.connect(self._tell)
        appearance.changed.connect(self._wear)
        self.resize(*FIRST_SIZE)
        self._tell()
        self.view.left.setFocus()

    @property
    def view(self) -> DiffView:
        """The file in front."""
        return list(self.views.values())[self.tabs.currentIndex()]

    def _tell(self) -> None:
        place, places = self.view.place, self.view.places
        if not places:
            self._words.setText("Your file says the same as the solution.")
        else:
            where = f"Place {place} of {places} where they differ."
            self._words.setText(where if places > 1 else "They differ in one place.")
        self.before.setEnabled(places > 1)
        self.after.setEnabled(places > 1)

    def _wear(self, theme: Theme) -> None:
        for view in self.views.values():
            view.set_theme(theme)

    def _lay_out(self, session: LabSession) -> None:
        close = button("Close", "primary")
        close.clicked.connect(self.accept)
        given_up = session.solution.given_up_at
        note = "One way to do it; yours may be as good."
        if given_up is not None:
            note = "You gave up on this lab once; you can still pass it."
        foot = row(spacing=Space.SMALL)
        foot.addWidget(self.before)
        foot.addWidget(self.after)
        foot.addWidget(self._words)
        foot.addStretch(1)
        foot.addWidget(label(note, "caption"))
        foot.addWidget(close)
        layout = column(margin=Space.LARGE, spacing=Space.MEDIUM)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(foot)
        self.setLayout(layout)
