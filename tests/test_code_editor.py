"""The Python editor: what keys do to the text, what is coloured, how quick it is."""

import statistics
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tfcards.ui.code import lines as code_lines
from tfcards.ui.code.editor import CodeEditor
from tfcards.ui.code.highlighter import matching_bracket
from tfcards.ui.look.appearance import Appearance, Mode
from tfcards.ui.look.theme import DARK, LIGHT

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def editor(qtbot: QtBot, appearance: Appearance) -> CodeEditor:
    editor = CodeEditor(appearance.theme)
    qtbot.addWidget(editor)
    editor.resize(700, 400)
    editor.show()
    return editor


def put(editor: CodeEditor, text: str) -> None:
    """Show a text with the cursor at `|`; `<` and `>` bound a selection."""
    at = text.find("|")
    start, end = (text.find("<"), text.find(">") - 1) if at < 0 else (at, at)
    editor.set_text(text.replace("|", "").replace("<", "").replace(">", ""))
    cursor = editor.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def seen(editor: CodeEditor) -> str:
    """The text with the cursor as `|`."""
    text, at = editor.toPlainText(), editor.textCursor().position()
    return f"{text[:at]}|{text[at:]}"


def press(editor: CodeEditor, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    QTest.keyClick(editor, key, modifier or Qt.KeyboardModifier.NoModifier)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if x:|", "if x:\n    |"),
        ("    for i in x:  # a: b|", "    for i in x:  # a: b\n        |"),
        ("x = '# no:'|", "x = '# no:'\n|"),
        ("def f():\n    return 1|", "def f():\n    return 1\n|"),
        ("    return foo(|", "    return foo(\n        |"),
        ("    returned = 1|", "    returned = 1\n    |"),
        ("f(|a)", "f(\n    |a)"),
        ("a|b", "a\n|b"),
        ("    |", "    \n    |"),
    ],
)
def test_return_indents(editor: CodeEditor, before: str, after: str) -> None:
    put(editor, before)
    press(editor, KEY.Key_Return)
    assert seen(editor) == after


def test_else_steps_back_when_typed(editor: CodeEditor) -> None:
    put(editor, "if a:\n    b = 1\n    |")
    QTest.keyClicks(editor, "else:")
    assert editor.toPlainText() == "if a:\n    b = 1\nelse:"
    put(editor, "if a:\n    pass\n|")
    QTest.keyClicks(editor, "elif b:")
    assert editor.toPlainText().endswith("\nelif b:")


def test_tab_on_a_line_and_on_a_block(editor: CodeEditor) -> None:
    put(editor, "ab|c")
    press(editor, KEY.Key_Tab)
    assert seen(editor) == "ab  |c"
    put(editor, "<a\n\n  b>\nc")
    press(editor, KEY.Key_Tab)
    assert editor.toPlainText() == "    a\n\n      b\nc"
    press(editor, KEY.Key_Backtab)
    press(editor, KEY.Key_Backtab)
    assert editor.toPlainText() == "a\n\nb\nc"
    assert editor.textCursor().hasSelection()


def test_a_block_change_is_one_undo_step(editor: CodeEditor) -> None:
    put(editor, "<a\nb\nc>")
    press(editor, KEY.Key_Tab)
    press(editor, KEY.Key_Z, CTRL)
    assert editor.toPlainText() == "a\nb\nc"


def test_a_selection_up_to_a_line_start_leaves_that_line(editor: CodeEditor) -> None:
    put(editor, "<a\n>b")
    press(editor, KEY.Key_Tab)
    assert editor.toPlainText() == "    a\nb"


def test_comments_toggle(editor: CodeEditor) -> None:
    put(editor, "<if a:\n\n    b>")
    press(editor, KEY.Key_Slash, CTRL)
    assert editor.toPlainText() == "# if a:\n\n#     b"
    press(editor, KEY.Key_Slash, CTRL)
    assert editor.toPlainText() == "if a:\n\n    b"


def test_backspace_goes_back_a_step_inside_indentation_only(editor: CodeEditor) -> None:
    put(editor, "      |x")
    press(editor, KEY.Key_Backspace)
    assert seen(editor) == "    |x"
    put(editor, "a    |")
    press(editor, KEY.Key_Backspace)
    assert seen(editor) == "a   |"


def test_home_goes_to_the_text_first(editor: CodeEditor) -> None:
    put(editor, "    abc|")
    press(editor, KEY.Key_Home)
    assert seen(editor) == "    |abc"
    press(editor, KEY.Key_Home)
    assert seen(editor) == "|    abc"


def test_control_m_lets_tab_leave(qtbot: QtBot, appearance: Appearance) -> None:
    window = QWidget()
    editor, other = CodeEditor(appearance.theme), QLineEdit()
    layout = QVBoxLayout(window)
    layout.addWidget(editor)
    layout.addWidget(other)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)
    with qtbot.waitSignal(editor.tab_leaves_changed):
        press(editor, KEY.Key_M, CTRL)
    press(editor, KEY.Key_Tab)
    assert other.hasFocus()
    assert "Ctrl+M" in editor.accessibleDescription()


def test_a_closing_bracket_goes_below_the_line_that_opened(editor: CodeEditor) -> None:
    editor.setPlainText("def f():\n    y = [\n        1,\n        ")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(editor, "]")
    assert editor.toPlainText().endswith("        1,\n    ]")
    QTest.keyClicks(editor, " + (2)")
    assert editor.toPlainText().endswith("    ] + (2)")


def test_matches_are_replaced_one_by_one_or_all_in_one_step(editor: CodeEditor) -> None:
    editor.setPlainText("a = 1\nb = a + a\n")
    QTest.keyClick(editor, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    search = editor.search
    search.words.setText("a")
    search.by.setText("total")
    search.by.setFocus()
    QTest.keyClick(search.by, Qt.Key.Key_Return)
    assert editor.toPlainText() == "total = 1\nb = a + a\n"
    assert editor.textCursor().selectedText() == "a"
    search.words.setText("total")
    search.by.setText("x")
    search.replace_every.click()
    assert editor.toPlainText() == "x = 1\nb = a + a\n"
    search.words.setText("a")
    search.replace_every.click()
    assert editor.toPlainText() == "x = 1\nb = x + x\n"
    editor.undo()
    assert editor.toPlainText() == "x = 1\nb = a + a\n"
    editor.setReadOnly(True)
    search.open(replaces=True)
    assert search.by.isHidden()


def test_an_open_search_covers_no_line(editor: CodeEditor) -> None:
    editor.setPlainText("first\n")
    QTest.keyClick(editor, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert editor.viewport().y() >= editor.search.geometry().bottom()
    QTest.keyClick(editor.search, Qt.Key.Key_Escape)
    assert editor.viewport().y() < editor.search.height()


def test_a_line_is_shown_without_moving_the_cursor(editor: CodeEditor) -> None:
    editor.setPlainText("x = 1\n" * 400)
    editor.show_line(300)
    assert 300 in [number for number, _ in editor.visible_lines()]
    assert editor.textCursor().blockNumber() == 0


def test_search_finds_counts_and_steps(editor: CodeEditor, qtbot: QtBot) -> None:
    put(editor, "|one two One\nTWO one")
    press(editor, KEY.Key_F, CTRL)
    assert editor.search.isVisible()
    editor.search.words.setText("one")
    assert len(editor.search.spans) == 3
    assert editor.textCursor().selectedText() == "one"
    QTest.keyClick(editor.search.words, KEY.Key_Return)
    assert editor.textCursor().selectionStart() == 8
    QTest.keyClick(editor.search.words, KEY.Key_Return, SHIFT)
    assert editor.textCursor().selectionStart() == 0
    QTest.keyClick(editor.search.words, KEY.Key_Return, SHIFT)
    assert editor.textCursor().selectionStart() == 16
    editor.search.words.setText("One")  # capitals count now
    assert len(editor.search.spans) == 1
    QTest.keyClick(editor.search.words, KEY.Key_Escape)
    assert not editor.search.isVisible()
    assert editor.search.spans == []


def test_error_marks_move_with_their_line_and_go_when_it_is_edited(editor: CodeEditor) -> None:
    put(editor, "|a = 1\nb = c\nd = 2")
    editor.mark_errors({2: "NameError: c", 99: "not there"})
    assert editor.errors == {2: "NameError: c"}
    press(editor, KEY.Key_Return)
    assert editor.errors == {3: "NameError: c"}
    editor.go_to(3)
    press(editor, KEY.Key_End)
    QTest.keyClicks(editor, "c")
    assert editor.errors == {}


@pytest.mark.qt_log_ignore("does not support raise")
def test_the_gutter_tells_the_error(editor: CodeEditor) -> None:
    editor.set_text("a\nb")
    editor.mark_errors({1: "NameError: a"})
    gutter = next(child for child in editor.children() if type(child).__name__ == "CodeGutter")
    assert isinstance(gutter, QWidget)
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 8), gutter.mapToGlobal(QPoint(5, 8)))
    QApplication.sendEvent(gutter, event)
    assert QToolTip.text() == "NameError: a"
    QToolTip.hideText()
    editor.grab()  # draws the dot


def colours_of(editor: CodeEditor, line: int) -> dict[str, str]:
    """Text -> colour for the coloured parts of a line (from 0)."""
    block = editor.document().findBlockByNumber(line)
    return {
        block.text()[part.start : part.start + part.length]: part.format.foreground().color().name()
        for part in block.layout().formats()
    }


def settle(editor: CodeEditor) -> None:
    for _ in range(100):
        QApplication.processEvents()


def test_triple_quotes_colour_every_line_inside(editor: CodeEditor) -> None:
    editor.set_text('x = """one\nimport os  # (\n"""\nimport re')
    settle(editor)
    string = colours_of(editor, 0)['"""one']
    assert colours_of(editor, 1) == {"import os  # (": string}
    assert colours_of(editor, 3)["import"] != string


def test_opening_a_string_recolours_everything_below_and_undo_brings_it_back(
    editor: CodeEditor,
) -> None:
    editor.set_text("import os\n" * 1200)
    settle(editor)
    plain = colours_of(editor, 1199)
    cursor = QTextCursor(editor.document())
    cursor.insertText('"""\n')
    settle(editor)
    assert colours_of(editor, 1200) != plain
    editor.undo()
    settle(editor)
    assert colours_of(editor, 1199) == plain


def test_a_theme_change_recolours(editor: CodeEditor, appearance: Appearance) -> None:
    editor.set_text("import os")
    light = colours_of(editor, 0)["import"]
    appearance.choose_mode(Mode.DARK)
    editor.set_theme(appearance.theme)
    assert colours_of(editor, 0)["import"] != light
    assert appearance.theme == DARK.with_text_size(LIGHT.text_size)


def test_brackets_match_across_lines_but_not_in_strings(editor: CodeEditor) -> None:
    text = 'f(a, ")",\n  [1, 2]  # )\n)'
    editor.set_text(text)
    document = editor.document()
    assert matching_bracket(document.firstBlock(), 1) == (1, len(text) - 1)
    last = document.lastBlock()
    assert matching_bracket(last, 0) == (len(text) - 1, 1)
    assert matching_bracket(document.firstBlock(), 6) is None  # in the string
    editor.set_text("(]")
    assert matching_bracket(document.firstBlock(), 0) is None


def test_a_key_press_at_2000_lines_is_painted_quickly(editor: CodeEditor) -> None:
    block = "def f(a, b):\n    '''Doc.'''\n    x = {'k': [a, (b, 1)]}  # c\n    return x\n\n"
    editor.set_text(block * 400)
    assert editor.blockCount() > 2000
    editor.go_to(1000)
    settle(editor)
    taken = []
    for key in "x = (1, [2])" * 5:
        began = process_time()
        QTest.keyClicks(editor, key)
        QApplication.processEvents()
        taken.append((process_time() - began) * 1000)
    assert statistics.median(taken) < 16


lines = st.lists(st.text(alphabet=" #ab:\t", max_size=12), min_size=1, max_size=6)


@given(lines)
def test_dedent_undoes_indent(some: list[str]) -> None:
    back = code_lines.dedent(code_lines.indent(some))
    pairs = [(new, old) for new, old in zip(back, some, strict=True) if old.strip()]
    assert all(new == old for new, old in pairs)


@given(lines)
def test_commenting_twice_changes_nothing(some: list[str]) -> None:
    if all(line.lstrip().startswith("#") for line in some if line.strip()):
        return
    assert code_lines.toggle_comment(code_lines.toggle_comment(some)) == some


@given(st.text(alphabet="ab ", max_size=9), st.text(alphabet="ab ", max_size=9))
def test_changed_middle_makes_the_new_text(old: str, new: str) -> None:
    start, end, text = code_lines.changed_middle(old, new)
    assert old[:start] + text + old[end:] == new
