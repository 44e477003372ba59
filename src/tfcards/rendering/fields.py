"""A note's fields as HTML blocks, whichever way their text is written."""

from dataclasses import dataclass

from tfcards.core.markdown import split_question
from tfcards.core.model import ContentFormat, Note
from tfcards.rendering.colours import Colours
from tfcards.rendering.deletions import Deletions, dress, hide, show, without_marks
from tfcards.rendering.hostile import safe_html
from tfcards.rendering.markdown import blocks, inline


@dataclass(frozen=True, slots=True)
class Fields:
    """Reads one note's fields with one look."""

    note: Note
    colours: Colours

    def text(self, name: str) -> str:
        """The field as it is written, "" if the note has none."""
        return without_marks(self.note.fields.get(name, ""))

    def is_html(self, name: str) -> bool:
        """Whether the field came with imported HTML."""
        formats = {field.name: field.format for field in self.note.type.fields}
        return formats.get(name) is ContentFormat.HTML

    def html(self, name: str) -> str:
        """The field as blocks."""
        return self.render(name, Deletions(self.text(name)))

    def question(self) -> str:
        """The question: its heading line big, then the rest."""
        if self.is_html("Question"):
            return self.html("Question")
        heading, body = split_question(self.text("Question"))
        return self._heading(heading) + (blocks(body, self.colours) if body else "")

    def cloze(self, ordinal: int, *, hidden: bool) -> str:
        """The question of a cloze note with the deletions of one card hidden or highlighted."""
        cover = hide if hidden else show
        if self.is_html("Question"):
            return self.render("Question", cover(self.text("Question"), ordinal + 1))
        heading, body = split_question(self.text("Question"))
        if not body:  # without a title the text itself is no heading
            return self.render("Question", cover(self.text("Question"), ordinal + 1))
        covered = cover(heading, ordinal + 1)
        title = f"<h2>{inline(heading, self.colours, covered)}</h2>"
        return title + self.render("Question", cover(body, ordinal + 1))

    def render(self, name: str, deletions: Deletions) -> str:
        """A text in the format of the field `name`, its deletions dressed."""
        if self.is_html(name):
            return dress(safe_html(deletions.text), deletions, self.colours)
        return blocks(deletions.text, self.colours, deletions)

    def _heading(self, heading: str) -> str:
        return f"<h2>{inline(heading, self.colours)}</h2>" if heading else ""
