"""A deck file's text to its parts: front matter, sections, questions. No Draft is made here."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it.token import Token

from tfcards.core.draft import Section
from tfcards.core.markdown import parse_file, strip_blank_lines
from tfcards.core.model import Kind
from tfcards.formats import front_matter
from tfcards.formats.attributes import Heading, is_id, read_heading, slug
from tfcards.formats.deck_kinds import FIELDS, KINDS, SECTIONS, complaints, guess_kind, split_body
from tfcards.formats.deck_marks import check_marks
from tfcards.formats.front_matter import FrontMatter
from tfcards.formats.problems import DeckError, Problems, suggestion

ATTRIBUTES = ("tags", "level", "source", "verified", "deck", "guid")
SECTION_ATTRIBUTES = ("needs",)


@dataclass(frozen=True, slots=True)
class Question:
    """One `##` of a deck file. `line` counts from 1; `section` is the name of its section or ""."""

    id: str
    kind: Kind
    fields: dict[str, str]
    line: int
    section: str = ""
    deck: str = ""
    tags: tuple[str, ...] = ()
    level: str = ""
    verified: str = ""
    has_own_id: bool = True


@dataclass(frozen=True, slots=True)
class DeckFile:
    """A deck file as written."""

    front: FrontMatter
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading of level 1 to 3 and the raw text below it. `line` counts from 1."""

    level: int
    heading: Heading
    text: str
    line: int


def parse(text: str, file: str) -> DeckFile:
    """Take a deck file apart.

    Raises:
        DeckError: with every problem of the file.
    """
    problems = Problems(file)
    tokens = parse_file(text)
    front = _front(tokens, problems)
    check_marks(tokens, text.split("\n"), problems)
    sections: dict[str, Section] = {}
    questions = []
    section = ""
    for group in _groups(_blocks(tokens, text.split("\n")), problems):
        _check_heading(group[0], problems)
        if group[0].level == 1:
            found = _section(group[0], front, problems)
            section = found.name
            sections.setdefault(section, found)
        else:
            questions.append(_question(group, front, section, problems))
    _check_ids(questions, problems)
    if not questions and not problems.found:
        problems.add(1, "The deck has no question. Write one as `## What does … do?`.")
    if problems.found:
        raise DeckError(problems.found)
    return DeckFile(front, tuple(sections.values()), tuple(questions))


def _front(tokens: list[Token], problems: Problems) -> FrontMatter:
    if tokens and tokens[0].type == "front_matter":
        return front_matter.read(tokens[0].content, problems)
    message = f"The front matter is missing. Begin the file with {front_matter.EXAMPLE}"
    problems.add(1, message)
    return FrontMatter()


def _blocks(tokens: list[Token], lines: list[str]) -> list[_Block]:
    starts: list[tuple[Token, str]] = []
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.tag in ("h1", "h2", "h3"):
            starts.append((token, tokens[number + 1].content))
    ends = [*(_span(token)[0] for token, _ in starts), len(lines)][1:]
    blocks = []
    for (token, title), end in zip(starts, ends, strict=True):
        start, below = _span(token)
        text = strip_blank_lines("\n".join(lines[below:end]))
        blocks.append(_Block(int(token.tag[1]), read_heading(title), text, start + 1))
    return blocks


def _span(token: Token) -> tuple[int, int]:
    first, last = token.map or (0, 0)
    return first, last


def _groups(blocks: list[_Block], problems: Problems) -> Iterator[list[_Block]]:
    """Sections alone; each question together with the `###` parts below it."""
    group: list[_Block] = []
    for block in blocks:
        if block.level == 3 and group and group[0].level == 2:
            group.append(block)
            continue
        if block.level == 3:
            message = f"`### {block.heading.title}` stands outside a question; begin one with `##`."
            problems.add(block.line, message)
            continue
        if group:
            yield group
        group = [block]
    if group:
        yield group


def _check_heading(block: _Block, problems: Problems) -> None:
    heading = block.heading
    if heading.malformed:
        message = f'`{heading.malformed}` cannot be read. Write {{#id .kind key="value"}}.'
        problems.add(block.line, message)
    if heading.id and not is_id(heading.id):
        message = f"id `{heading.id}` must be lower-case letters, digits, `-` and `_`."
        problems.add(block.line, message)
    known = ATTRIBUTES if block.level == 2 else SECTION_ATTRIBUTES
    for key in heading.values:
        if key not in known:
            problems.add(block.line, f"Attribute `{key}` is unknown. {suggestion(key, known)}")


def _section(block: _Block, front: FrontMatter, problems: Problems) -> Section:
    heading = block.heading
    own = heading.id or slug(heading.title)
    if not own:
        problems.add(
            block.line, "The section needs a title or an id, such as `# Shapes {#shapes}`."
        )
    if heading.classes:
        problems.add(block.line, "A section has no kind; give it to its questions.")
    name, needs = f"{front.id}::{own}", tuple(heading.values.get("needs", "").split())
    for need in needs:
        owner, _, section = need.partition("::")
        if not is_id(owner) or not is_id(section):
            message = f"`needs` names `{need}`. Write a section's tag, such as `tensors::creating`."
            problems.add(block.line, message)
        if need == name:
            problems.add(block.line, f"`needs` names `{need}`, which is this section. Take it out.")
    where = f"{Path(problems.file).name}:{block.line}"
    return Section(name, heading.title, needs, where, has_own_name=bool(heading.id))


def _question(
    group: list[_Block], front: FrontMatter, section: str, problems: Problems
) -> Question:
    block = group[0]
    values = block.heading.values
    kind = _kind(block, problems)
    body, answer = split_body(kind, block.text)
    question = "\n\n".join(part for part in (block.heading.title, body) if part)
    fields = dict.fromkeys(FIELDS, "") | {"Question": question, "Answer": answer}
    fields |= _parts(group[1:], problems)
    own_source = fields["Source"] or values.get("source", "")
    fields["Source"] = own_source or front.source
    for complaint in complaints(kind, fields):
        problems.add(block.line, complaint)
    return Question(
        id=_id(block, front, problems),
        kind=kind,
        fields=fields,
        line=block.line,
        section=section,
        deck=values.get("deck", ""),
        tags=tuple(values.get("tags", "").split()),
        level=_level(block, problems),
        verified=values.get("verified", ""),
        has_own_id=bool(values.get("guid") or block.heading.id),
    )


def _kind(block: _Block, problems: Problems) -> Kind:
    names = block.heading.classes
    if not names:
        return guess_kind(block.heading.title, block.text)
    if len(names) > 1:
        problems.add(block.line, f"A question has one kind, not {len(names)}.")
    if names[0] in KINDS:
        return Kind(names[0])
    problems.add(block.line, f"Kind `.{names[0]}` is unknown. {suggestion(names[0], KINDS)}")
    return Kind.BASIC


def _parts(blocks: list[_Block], problems: Problems) -> dict[str, str]:
    """The `###` parts of a question, by the name of their field."""
    names = {name.casefold(): name for name in SECTIONS}
    parts: dict[str, str] = {}
    for block in blocks:
        title = block.heading.title
        name = names.get(title.casefold())
        if name is None:
            message = f"`### {title}` is unknown. {suggestion(title, SECTIONS)}"
            problems.add(block.line, message + " Use `####` for a heading within the text.")
        elif name in parts:
            problems.add(block.line, f"`### {name}` stands twice in this question; join the two.")
        elif not block.text:
            problems.add(block.line, f"`### {name}` is empty. Write its text, or leave it out.")
        else:
            parts[name] = block.text
    return parts


def _id(block: _Block, front: FrontMatter, problems: Problems) -> str:
    """The id as given, or one made of the deck's id and the heading, which an edit below keeps."""
    given = block.heading.values.get("guid") or block.heading.id
    if given:
        return given
    made = slug(block.heading.title)
    if not made:
        message = f"The question needs an id, such as {{#{front.id or 'deck'}-name}}."
        problems.add(block.line, message)
    return f"{front.id}-{made}"


def _level(block: _Block, problems: Problems) -> str:
    level = block.heading.values.get("level", "")
    if level not in ("", "1", "2", "3"):
        problems.add(block.line, f"level `{level}` must be 1, 2 or 3.")
    return level


def _check_ids(questions: list[Question], problems: Problems) -> None:
    first: dict[str, int] = {}
    for question in questions:
        if question.id in first:
            message = (
                f"id `{question.id}` is already used on line {first[question.id]}."
                " Give this question another {#id}."
            )
            problems.add(question.line, message)
        first.setdefault(question.id, question.line)
