"""Between box, runs and sitting: what is typed is kept, run on request, and its verdict told."""

from PySide6.QtCore import QObject, Signal

from tfcards.labs.card_code.typed_code import TypedResult
from tfcards.sessions.review import ReviewSession
from tfcards.sessions.typed_code import takes_code
from tfcards.ui.context import Context
from tfcards.ui.review.code_run import CodeRun
from tfcards.ui.review.desk import ReviewDesk


class ReviewTyping(QObject):
    """What the learner types for the card that is up. `judged` says that a suggestion changed."""

    judged = Signal()
    told = Signal(str)

    def __init__(self, context: Context, desk: ReviewDesk, code: CodeRun) -> None:
        super().__init__(desk)
        self._context = context
        self._desk = desk
        self._code = code
        self._session: ReviewSession | None = None
        desk.written.connect(self._keep)
        desk.run_asked.connect(self.run)
        code.asked.connect(self.run)
        code.tried.connect(self._take_verdict)

    def follow(self, session: ReviewSession) -> None:
        """Another side or card of a sitting is shown: offer another run of code that was typed."""
        self._session = session
        is_typed = session.revealed and bool(session.typed.strip())
        if is_typed and session.note is not None and takes_code(session.note):
            self._code.offer()

    def run(self) -> None:
        """Run what was typed, or else the code of the card; what comes of it shows below."""
        session = self._session
        if session is None or session.note is None:
            return
        note = session.note
        typed = session.typed if takes_code(note) else ""
        if not session.revealed and not typed.strip():
            first = "Write your code, or show" if takes_code(note) else "Show"
            self.told.emit(f"{first} the answer first; R then runs the code.")
            return
        if self._code.runs_tensorflow(note, typed):
            self._context.make_ready()
        if not self._code.run(note, typed) and not self._code.is_running:
            self.told.emit("There is no code to run on this card.")

    def _keep(self, text: str) -> None:
        session = self._session
        if session is None or session.note is None or session.revealed:
            return
        is_first = not session.typed
        session.write(text)
        if is_first and takes_code(session.note) and self._code.runs_tensorflow(session.note):
            self._context.make_ready()

    def _take_verdict(self, code: str, result: TypedResult) -> None:
        session = self._session
        if session is None:
            return
        if result.holds is not None:
            session.tried(code, held=result.holds)
        if session.typed == code:
            fault = result.fault
            self._desk.mark_line(fault.line if fault else 0, fault.summary if fault else "")
        self.judged.emit()
