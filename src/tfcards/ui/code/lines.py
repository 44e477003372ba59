"""What the code editor does to lines of Python, as plain text in and out. No Qt lives here."""

import re

INDENT = "    "
CLOSING = (")", "]", "}")

_LEADING = re.compile(r"[ \t]*")
_LEAVES_BLOCK = re.compile(r"\s*(return|pass|break|continue|raise)\b")
_CONTINUES_BLOCK = re.compile(r"\s*(else|elif\b.*|except\b.*|finally|case\b.*)\s*:$")
_COMMENT = re.compile(r"^(\s*)# ?")
_STRING_OR_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|#.*)""")


def indentation(line: str) -> str:
    """The white space a line begins with."""
    found = _LEADING.match(line)
    return found.group() if found else ""


def next_indentation(line: str) -> str:
    """What the line after `line` begins with: deeper after `:` or `(`, back after return."""
    indent = indentation(line)
    code = _STRING_OR_COMMENT.sub(_keep_strings, line).rstrip()
    if code.endswith((":", "(", "[", "{")):
        return indent + INDENT
    if _LEAVES_BLOCK.match(line) and _brackets_closed(code):
        return indent[: -len(INDENT)]
    return indent


def closes_block(line: str, previous: str) -> bool:
    """Whether `line`, an `else:` or its like just typed, stands one step too deep."""
    if not _CONTINUES_BLOCK.match(line) or not line.startswith(INDENT):
        return False
    return bool(previous.strip()) and indentation(line) == indentation(previous)


def indent(lines: list[str]) -> list[str]:
    """One step deeper; empty lines stay empty."""
    return [INDENT + line if line.strip() else line for line in lines]


def dedent(lines: list[str]) -> list[str]:
    """One step back, as far as each line has white space to give."""
    return [re.sub(rf"^(\t| {{1,{len(INDENT)}}})", "", line) for line in lines]


def toggle_comment(lines: list[str]) -> list[str]:
    """Uncomment when all are comments, else comment all at the least indentation."""
    full = [line for line in lines if line.strip()]
    if full and all(line.lstrip().startswith("#") for line in full):
        return [_COMMENT.sub(r"\1", line) for line in lines]
    column = min((len(indentation(line)) for line in full), default=0)
    return [f"{line[:column]}# {line[column:]}" if line.strip() else line for line in lines]


def changed_middle(old: str, new: str) -> tuple[int, int, str]:
    """The smallest replacement that turns `old` into `new`: start, end (in `old`), text."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, len(old) - end, new[start : len(new) - end]


def _keep_strings(found: re.Match[str]) -> str:
    """A string stands for itself without what is inside; a comment for nothing."""
    return "" if found.group().startswith("#") else '""'


def _brackets_closed(code: str) -> bool:
    return all(code.count(a) <= code.count(b) for a, b in ("()", "[]", "{}"))
