"""Cards as HTML: what each side shows, and that nothing in a card can break out of it."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tfcards.core.model import ContentFormat, Field, Kind, Note, NoteType, Template
from tfcards.formats.deck import read_text
from tfcards.formats.deck_kinds import FIELDS
from tfcards.rendering import Colours, Side, card_html, markdown_html

COLOURS = Colours(
    text="#000001",
    muted="#000002",
    surface="#000003",
    code_background="#000004",
    inline_code_background="#000005",
    border="#000006",
    link="#000007",
    accent="#000008",
    accent_soft="#000009",
    good="#00000a",
    good_soft="#00000b",
    bad="#00000c",
    bad_soft="#00000d",
)
FRONT = "---\ndeck: A\nid: a\n---\n"


def note_of(text, fmt=ContentFormat.MARKDOWN):
    (draft,) = read_text(FRONT + text, Path("deck.md")).notes
    kind = NoteType(1, draft.kind.value, draft.kind, tuple(Field(name, fmt) for name in FIELDS))
    return Note(1, draft.guid, kind, 1, draft.fields, draft.tags)


def question(note, ordinal=0, **more):
    return card_html(note, ordinal, Side.QUESTION, COLOURS, **more)


def answer(note, ordinal=0, **more):
    return card_html(note, ordinal, Side.ANSWER, COLOURS, **more)


def words(html):
    body = html.partition("<body>")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def code_in(html):
    (block,) = re.findall(r"<pre[^>]*>(.*?)</pre>", html, re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", "", block))


def links(html):
    return set(re.findall(r'href="([^"]*)"', html))


def test_basic_sides():
    note = note_of(
        "## What is *it*?\n\nmore\n\n---\n\nThis.\n### Why\nSo.\n### Source\nhttps://a.org/b\n"
    )
    front, back = question(note), answer(note)
    assert "<h2>What is <em>it</em>?</h2>" in front
    assert words(front) == "What is it ? more"
    assert words(back) == "What is it ? more This. Why So. Source: a.org/b"
    assert links(back) == {"https://a.org/b"}
    assert not links(front)


def test_heading_that_looks_like_a_list_is_still_a_heading():
    assert "<h2>1. What?</h2>" in question(note_of("## 1. What?\nA\n"))


def test_code_survives_escaped_with_tabs():
    code = "class A(Generic[T]):\n\tx: 'A<T>' = \"&amp;\"  # <b>\n\n    y = 1"
    html = answer(note_of(f"## Q\n```python\n{code}\n```\n"))
    assert code_in(html) == code
    assert "<T>" not in html
    assert "<b>" not in html
    assert re.search(r'<span style="color:#[0-9a-f]+;font-weight:600">class</span>', html)


def test_inline_code_and_html_are_text():
    html = answer(note_of("## Q\n`a  <T>` <script>x</script> &copy; <b>\n"))
    assert "a  &lt;T&gt;</code>" in html
    assert "<script" not in html
    assert words(html).endswith("a <T> <script>x</script> © <b>")


def test_unknown_language_and_style_are_plain():
    html = markdown_html("```nolang\na < b\n```\n", COLOURS)
    assert code_in(html) == "a < b"
    strange = Colours(*[getattr(COLOURS, n) for n in Colours.__slots__[:13]], "no-such-style")
    assert code_in(markdown_html("```python\nx = 1\n```", strange)) == "x = 1"


def test_reverse_asks_both_ways():
    note = note_of("## Front {.reverse}\nBack\n")
    assert words(question(note, 0)) == "Front"
    assert words(question(note, 1)) == "Back"
    assert words(answer(note, 1)) == "Back Front"


def test_choice_is_picked_by_links():
    note = note_of("## Q\n- [ ] `a` — never\n- [x] [b](https://b.org) — always\n- [ ] c\n")
    html = question(note, picked=[0])
    assert links(html) == {"pick:0", "pick:1", "pick:2"}
    assert words(html) == "Q Pick one A a B b C c"
    assert html.count(f'bgcolor="{COLOURS.accent_soft}"') == 2
    assert COLOURS.good not in html


def test_choice_shows_right_wrong_and_reasons():
    note = note_of("## Q\n- [ ] a — never\n- [x] b — always\n- [x] c\n\n### Key points\n- k\n")
    html = answer(note, picked=[0, 1])
    assert words(html).startswith("Q A ✗ a never B ✓ b always C ✓ c Key points • k")
    assert not links(html)
    assert html.count(COLOURS.bad_soft) == 2
    assert html.count(COLOURS.good_soft) == 4
    assert "Pick all that are right" in words(question(note))


def test_options_with_code_stay_pickable():
    note = note_of("## Q\n- [ ] a:\n\n  ```python\n  x\n  ```\n- [x] b\n")
    assert "pick:0" in links(question(note))


def test_key_points_are_ticked_after_the_answer():
    note = note_of("## Q\nA\n### Key points\n- one\n- `two`\n")
    assert not links(question(note))
    html = answer(note, picked=[1])
    assert links(html) == {"pick:0", "pick:1"}
    assert "☐ one ☑ two" in words(html)


def test_cloze_hides_one_number_and_shows_the_others():
    note = note_of("## T\nUse {{c1::`tf.cast`::which?}} or {{c2::not **me**}}, {{c1::`x`}}.\n")
    assert words(question(note, 0)) == "T Use [which?] or not me , […] ."
    assert words(question(note, 1)) == "T Use tf.cast or […] , x ."
    shown = answer(note, 0)
    assert words(shown) == "T Use tf.cast or not me , x ."
    assert shown.count(COLOURS.accent_soft) == 2
    assert "tf.cast" not in question(note, 0)


def test_cloze_in_code_keeps_the_highlighting():
    note = note_of(
        "## T\n```python\ndef f(x: {{c1::int}}) -> '{{c2::s}}':\n\treturn {{c1::x<1::cmp}}\n```\n"
    )
    html = question(note, 0)
    assert code_in(html).replace("\xa0", "") == "def f(x: […]) -> 's':\n\treturn [cmp]"
    assert re.search(r"font-weight:600\">def</span>", html)
    assert code_in(answer(note, 0)) == "def f(x: int) -> 's':\n\treturn x<1"
    assert "{{" not in html


def test_cloze_in_formulas():
    note = note_of("## T\n$a = {{c1::b^2}}$ and $c$\n")
    assert "boxed" in question(note, 0)
    assert "b%5E2" not in question(note, 0)
    assert "math:i:a%20%3D%20b%5E2" in answer(note, 0)


def test_cloze_in_title_only():
    note = note_of("## {{c1::Eager}} runs at once {.cloze}\n\n---\n\nextra\n")
    assert words(question(note)) == "[…] runs at once"
    assert words(answer(note)) == "Eager runs at once extra"


def test_nested_deletions():
    note = note_of("## T\n{{c1::a {{c2::b}} c}}\n")
    assert words(question(note, 0)) == "T […]"
    assert words(question(note, 1)) == "T a […] c"
    assert words(answer(note, 0)) == "T a b c"


def test_whole_blocks_can_be_hidden():
    note = note_of("## T\n{{c1::- a\n- b}}\n\n{{c2::\n```python\nx = 1\n```\n}}\n")
    assert words(question(note, 0)) == "T […] x = 1"
    assert words(answer(note, 1)) == "T a b x = 1"


def test_typed_text_is_compared():
    note = note_of("## Q {.typed}\n`tf.cast(x)`\n")
    assert words(answer(note)) == "Q tf.cast(x)"
    right = answer(note, typed="tf.cast(x) ")
    assert words(right) == "Q ✓ You typed tf.cast(x)"
    wrong = answer(note, typed="tf.<cost>(x)")
    assert COLOURS.bad_soft in wrong
    assert COLOURS.good_soft in wrong
    assert "&lt;" in wrong
    shown = re.sub(r"\s", "", words(wrong))
    assert "tf.<cost>(x)Expectedtf.cast(x)" in shown


def test_long_texts_are_compared_by_lines():
    lines = [f"line {number}" for number in range(400)]
    note = note_of("## Q {.typed}\n```\n" + "\n".join(lines) + "\n```\n")
    html = answer(note, typed="\n".join(["line 0", "other", *lines[2:]]))
    body = html.partition("<body>")[2]
    assert re.findall(rf'{COLOURS.bad_soft};font-weight:600">(.*?)</span>', body, re.DOTALL) == [
        "other\n"
    ]
    assert body.count("line 399") == 2


def test_typed_code_is_laid_beside_the_reference():
    note = note_of(
        "## Q {.code}\nTask.\n\n---\n\n```python\ndef f(x):\n    return x < 2\n```\n"
        "### Assertions\n```python\nassert f(1)\n```\n"
    )
    html = answer(note, typed="def f(x):\n    return 2 > x\n")
    assert COLOURS.bad_soft not in html  # other code may be right as well
    assert f'{COLOURS.accent_soft}">-     return 2 &gt; x</span>' in html
    assert f'{COLOURS.good_soft}">+     return x &lt; 2</span>' in html
    assert "  def f(x):\n" in html
    assert words(html).index("The reference") < words(html).index("Checked by")
    assert "You typed the reference" in words(answer(note, typed="\ndef f(x):\n    return x < 2"))
    assert "You typed" not in words(answer(note, typed=" \n"))


def test_output_is_shown_once():
    note = note_of("## Q {.output}\n```python\nprint(1)\n```\n---\n```output\n1\n```\n")
    assert words(question(note)) == "Q print ( 1 )"
    assert words(answer(note)) == "Q print ( 1 ) Output 1"
    assert words(answer(note, typed="2")) == "Q print ( 1 ) ✗ You typed 2 Expected 1"


def test_assertions_come_with_the_answer_only():
    note = note_of(
        "## Q {.code}\nTask.\n\n---\n\n```python\nref\n```\n"
        "### Assertions\n```python\nassert secret\n```\n"
    )
    assert "secret" not in question(note)
    assert "ref" not in question(note)
    assert words(answer(note)) == "Q Task. ref Checked by assert secret"


def test_source_names_the_version_the_code_ran_on():
    html = answer(note_of('## Q {verified="2.21"}\n```python\n1\n```\n### Source\nrun\n'))
    assert words(html).endswith("Source: its code ran on TensorFlow 2.21")


def test_tables_quotes_lists_and_tick_boxes():
    html = markdown_html("| a | b |\n|:--|--:|\n| 1 | 2 |\n\n> q\n\n- [x] t\n- [ ] u\n", COLOURS)
    assert '<td align="right" style="border:1px solid' in html
    assert "<blockquote" not in html
    assert "☑" in html
    assert "☐" in html
    assert "<input" not in html


def test_pictures_by_name_and_links_to_the_web_only():
    text = (
        "![ok](a.png) ![up](../a.png) ![far](https://x.org/a.png) [p](pick:0) [f](file:///x)"
        " [j](javascript:x) [w](https://x.org/?a=1&b=2)"
    )
    html = markdown_html(text, COLOURS)
    assert re.findall(r'src="([^"]*)"', html) == ["a.png"]
    assert links(html) == {"https://x.org/?a=1&amp;b=2"}


def test_formulas_are_pictures():
    html = markdown_html("in $x<y$ and\n\n$$\\frac{1}{2}$$\n\nfor $5 and $6", COLOURS)
    assert re.findall(r'src="([^"]*)"', html) == ["math:i:x%3Cy", "math:d:%5Cfrac%7B1%7D%7B2%7D"]
    assert "for $5 and $6" in html


HOSTILE = (
    '<b onclick="x()">bold</b><script>alert(1)</script><style>p{}</style>'
    '<img src="https://x.org/a.png"><img src="a.png" onerror="x"><a href="javascript:x">j</a>'
    '<a href="https://x.org">w</a><a href="pick:0">p</a><iframe src="x"></iframe>'
    r"\(a<sub>1</sub> &lt; b\) [sound:a.mp3]<form><input></form>"
)


def imported(fields, templates=(), kind=Kind.TEMPLATE):
    types = tuple(Field(name, ContentFormat.HTML) for name in fields)
    return Note(1, "g", NoteType(1, "t", kind, types, templates), 1, fields)


def test_imported_html_is_cleaned():
    note = imported({"Question": "<i>q</i>", "Answer": HOSTILE}, kind=Kind.BASIC)
    html = answer(note)
    for word in ("onclick", "script", "alert", "onerror", "iframe", "<form", "<input", "p{}"):
        assert word not in html.partition("<body>")[2]
    assert set(re.findall(r'src="([^"]*)"', html)) == {"a.png", "math:i:a%201%20%20%3C%20b"}
    assert links(html) == {"https://x.org"}
    assert "<b>bold</b>" in html
    assert "♪ a.mp3" in html


def test_imported_cloze_fields():
    note = imported(
        {"Question": "<b>a</b> {{c1::x<i>y</i>::h}} {{c2::z}}", "Answer": ""}, kind=Kind.CLOZE
    )
    assert words(question(note, 0)) == "a [h] z"
    assert words(answer(note, 0)) == "a x y z"


def test_imported_templates_are_filled_in():
    templates = (
        Template("1", "{{Front}}{{#Hint}} (<u>{{Hint}}</u>){{/Hint}}", "{{FrontSide}}<hr>{{Back}}"),
        Template("2", "{{^Hint}}{{Back}}{{/Hint}}{{type:Back}}", "{{text:Back}} {{Tags}}"),
    )
    note = imported({"Front": "f {{x}}", "Back": "<b>b</b>", "Hint": ""}, templates)
    assert words(question(note, 0)) == "f {{x}}"
    assert words(answer(note, 0)) == "f {{x}} b"
    assert words(question(note, 1)) == "b"
    assert words(answer(note, 1)) == "b"
    hinted = imported({"Front": "f", "Back": "b", "Hint": "h"}, templates)
    assert words(question(hinted, 0)) == "f ( h )"
    assert words(question(hinted, 1)) == ""


def test_imported_cloze_templates():
    templates = (Template("c", "{{cloze:Text}}", "{{cloze:Text}}<br>{{Extra}}"),)
    note = imported({"Text": "{{c1::a}} {{c2::b::h}}", "Extra": "e"}, templates)
    assert words(question(note, 1)) == "a [h]"
    assert words(answer(note, 1)) == "a b e"


class Balance(HTMLParser):
    """Counts what is open; void elements aside."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.seen = set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.seen |= {name for name, _ in attrs}
        if tag not in ("img", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ("img", "br", "hr"):
            return
        assert self.open, f"{tag} closed, nothing open"
        assert self.open.pop() == tag


PIECES = (
    *("```python\n", "```\n", "{{c1::", "}}", "::", "**", "`", "$", "\n\n", "\n", "- ", "> "),
    *("<b>", "</table>", "<script>", "&lt;", "[x](pick:1)", "![](a)", "\t", "1. ", "- [x] "),
    *("&#x10F000;", "&#1113600;", "&#x10fe01", "| a |", "x"),
)
TEXT = st.lists(st.one_of(st.sampled_from(PIECES), st.characters(codec="utf-8")), max_size=25).map(
    "".join
)
ALLOWED = {  # tags and attributes
    *("html", "head", "style", "body", "table", "tr", "td", "th", "thead", "tbody", "pre", "p"),
    *("span", "h1", "h2", "h3", "h4", "h5", "h6", "a", "img", "br", "hr", "ul", "ol", "li", "em"),
    *("strong", "s", "code", "class", "width", "cellspacing", "cellpadding", "bgcolor", "align"),
    *("border", "href", "src", "alt", "start", "title"),
}


@settings(max_examples=100, deadline=None)
@given(TEXT, st.sampled_from([k for k in Kind if k is not Kind.TEMPLATE]), st.sampled_from(Side))
def test_no_text_breaks_out_of_its_card(text, kind, side):
    kinds = NoteType(1, kind.value, kind, tuple(Field(name) for name in FIELDS))
    note = Note(1, "g", kinds, 1, dict.fromkeys(FIELDS, text))
    html = card_html(note, 0, side, COLOURS, picked=[0], typed="x" + text)
    balance = Balance()
    balance.feed(html)
    assert balance.seen <= ALLOWED
    assert not re.search("[\U0010f000-\U0010ffff]", html)


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ab \t\n<>&'\"#\\ü{}[]()=:.,1"), max_size=80))
def test_code_is_shown_character_by_character(code):
    html = markdown_html(f"~~~~python\n{code}\n~~~~\n", COLOURS)
    assert code_in(html) == code
