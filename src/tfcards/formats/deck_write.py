"""A Draft to the text of a deck file, such that reading it gives the same notes again."""

from collections.abc import Iterator

from tfcards.core.draft import Draft, DraftNote, Section
from tfcards.core.markdown import parse, split_question, strip_blank_lines
from tfcards.core.model import Kind
from tfcards.errors import BadInputError
from tfcards.formats import front_matter
from tfcards.formats.attributes import Heading, is_id, slug, write_heading
from tfcards.formats.deck_kinds import SECTIONS, guess_kind, split_body
from tfcards.formats.front_matter import FrontMatter
from tfcards.formats.snippets import needs_tensorflow, snippets


def write(draft: Draft) -> str:
    """The draft as a deck file.

    What `draft.about` and `draft.sections` say is kept where it fits the notes. Text that
    would break the file's structure is changed to Markdown that means the same: headings of
    level 1 to 3 become level 4 or more, a rule `---` in a question becomes `***`.

    Raises:
        BadInputError: a note has a type of its own, or the draft is empty.
    """
    if not draft.notes:
        raise BadInputError(f"{draft.source}: there are no notes to write as a deck.")
    front = _front(draft)
    sections = _sections(draft, front)
    parts = [front_matter.write(front)]
    current = ""
    for note in draft.notes:
        section, own = _own_tags(note, front, sections)
        if section != current:
            parts.append(_section(sections[section]))
            current = section
        parts.append(_question(note, front, own))
    return "\n".join(parts)


def _front(draft: Draft) -> FrontMatter:
    about, notes = draft.about, draft.notes
    deck = about.get("deck") or notes[0].deck
    tags = tuple(about.get("tags", "").split())
    source = about.get("source", "")
    version = about.get("tensorflow", "")
    runnable = [note for note in notes if needs_tensorflow(snippets(note))]
    last = deck.rpartition("::")[2]
    return FrontMatter(
        deck=deck,
        id=about.get("id") or _owner(draft) or slug(last.lstrip("0123456789 ")) or "deck",
        tags=tags if all(note.tags[: len(tags)] == tags for note in notes) else (),
        source=source if all(note.fields.get("Source") for note in notes) else "",
        licence=about.get("licence", ""),
        optional=about.get("optional", ""),
        tensorflow=version if all(_verified(note) for note in runnable) else "",
    )


def _owner(draft: Draft) -> str:
    """The id of the file that all sections of these notes are of, or nothing."""
    names = {section.name for section in draft.sections}
    owners = {tag.partition("::")[0] for note in draft.notes for tag in note.tags if tag in names}
    return owners.pop() if len(owners) == 1 else ""


def _sections(draft: Draft, front: FrontMatter) -> dict[str, Section]:
    """The file's own sections by name; none if a note outside follows one inside a section."""
    own = {
        section.name: section
        for section in draft.sections
        if section.name.partition("::")[0] == front.id
    }
    found = [_own_tags(note, front, own)[0] for note in draft.notes]
    inside = found.index(next(filter(None, found), ""))
    return own if all(found[inside:]) else {}


def _own_tags(
    note: DraftNote, front: FrontMatter, sections: dict[str, Section]
) -> tuple[str, tuple[str, ...]]:
    """The section a note belongs to ("" for none), and its tags but those of file and section."""
    tags = note.tags[len(front.tags) :]
    return (tags[0], tags[1:]) if tags and tags[0] in sections else ("", tags)


def _section(section: Section) -> str:
    values = {"needs": " ".join(section.needs)} if section.needs else {}
    own = section.name.partition("::")[2]
    return write_heading(1, Heading(section.title, id=own, values=values)) + "\n"


def _question(note: DraftNote, front: FrontMatter, tags: tuple[str, ...]) -> str:
    if note.kind is Kind.TEMPLATE:
        sentence = f"Note {note.guid} has a note type of its own and cannot be written as a deck."
        raise BadInputError(sentence)
    title, more = split_question(_closed(_clean(note.fields.get("Question", ""))))
    more = _without_rules(_nested(more))
    body = _body(note.kind, more, _nested(_closed(_clean(note.fields.get("Answer", "")))))
    heading = Heading(
        title,
        id=note.guid if is_id(note.guid) else "",
        classes=() if _is_plain(note.kind, title, body) else (note.kind.value,),
        values=dict(_values(note, front, tags)),
    )
    parts = [write_heading(2, heading), body]
    for name in SECTIONS:
        text = _clean(note.fields.get(name, ""))
        if text and not (name == "Source" and text == front.source):
            parts.append(f"### {name}\n{_nested(_closed(text))}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _is_plain(kind: Kind, title: str, body: str) -> bool:
    return kind is Kind.BASIC and guess_kind(title, body) is Kind.BASIC


def _values(
    note: DraftNote, front: FrontMatter, tags: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    if not is_id(note.guid):
        yield "guid", note.guid
    if note.deck != front.deck:
        yield "deck", note.deck
    version = _verified(note) if tags else ""
    if version:
        tags = tags[:-1]
    level = tags[-1].removeprefix("level::") if tags else ""
    if level in ("1", "2", "3") and tags[-1] == f"level::{level}":
        tags = tags[:-1]
        yield "level", level
    if tags:
        yield "tags", " ".join(tags)
    if version and (version != front.tensorflow or not needs_tensorflow(snippets(note))):
        yield "verified", version


def _verified(note: DraftNote) -> str:
    last = note.tags[-1] if note.tags else ""
    return last.removeprefix("verified::") if last.startswith("verified::") else ""


def _body(kind: Kind, more: str, answer: str) -> str:
    """What stands below the heading: with a line `---` only where reading would need it."""
    without = "\n\n".join(part for part in (more, answer) if part)
    if split_body(kind, without) == (more, answer):
        return without
    return "\n\n".join(part for part in (more, "---", answer) if part)


def _clean(text: str) -> str:
    """The text with Unix line ends, without NUL characters and empty lines around it."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return strip_blank_lines(unix)


def _nested(text: str) -> str:
    """The text with its headings below level 3, so that they do not end the part they are in."""
    lines = text.split("\n")
    for token in parse(text):
        if token.type == "heading_open" and token.level == 0 and token.map and token.tag < "h4":
            first = token.map[0]
            indent = len(lines[first]) - len(lines[first].lstrip())
            lines[first] = "###" + lines[first][indent:]
    return "\n".join(lines)


def _without_rules(text: str) -> str:
    lines = text.split("\n")
    for token in parse(text):
        if token.type == "hr" and token.level == 0 and token.map:
            lines[token.map[0]] = "***"
    return "\n".join(lines)


def _closed(text: str) -> str:
    """The text with an open fence at its end closed, which would swallow what follows."""
    last = next((token for token in reversed(parse(text)) if token.level == 0), None)
    if last is None or last.type != "fence" or last.map is None:
        return text
    closing = text.split("\n")[last.map[1] - 1].strip()
    is_closed = last.map[1] - last.map[0] > 1 and set(closing) == {last.markup[0]}
    return text if is_closed and len(closing) >= len(last.markup) else f"{text}\n{last.markup}"
