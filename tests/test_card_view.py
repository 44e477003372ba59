"""The card view: what it draws behind code, the pictures it makes, and where its links lead."""

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument, QWheelEvent
from PySide6.QtWidgets import QApplication

from tfcards.rendering import markdown_html
from tfcards.ui.card import view as card_view
from tfcards.ui.card.shapes import shapes
from tfcards.ui.card.view import CardView
from tfcards.ui.look.appearance import Appearance, Mode
from tfcards.ui.look.theme import DARK, LIGHT, MONO_FONT, READING_WIDTH
from tfcards.ui.workbench.hints import with_wrapped_code

CODE = "Use `tf.function` here.\n\n```python\nx = tf.zeros([2])\nprint(x)\n```\n\n`a` and `b`"
IMAGE = QTextDocument.ResourceType.ImageResource.value


@pytest.fixture
def view(qtbot, appearance: Appearance) -> CardView:
    pictures = {"wide.png": _png(3000, 300), "small.png": _png(40, 20)}
    view = CardView(appearance, media=pictures.get)
    qtbot.addWidget(view)
    view.resize(1000, 700)
    with qtbot.waitExposed(view):
        view.show()
    return view


def _png(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(held.data())


def _show(view: CardView, markdown: str, appearance: Appearance) -> None:
    theme = appearance.theme
    view.show_html(markdown_html(markdown, theme.colours, theme.text_size))


def test_code_is_framed_and_inline_code_is_a_pill(view: CardView, appearance: Appearance):
    _show(view, CODE, appearance)
    found = shapes(view.document(), MONO_FONT)
    blocks = [shape.box for shape in found if shape.is_block]
    pills = [shape.box for shape in found if not shape.is_block]
    assert len(blocks) == 1
    assert len(pills) == 3
    assert blocks[0].height() > 2 * pills[0].height()
    assert pills[0].bottom() < blocks[0].top() < blocks[0].bottom() < pills[1].top()
    assert pills[1].right() < pills[2].left()


def test_code_that_wraps_is_framed_as_well(view: CardView, appearance: Appearance):
    view.resize(300, 700)
    theme = appearance.theme
    html = markdown_html(CODE.replace("[2]", "[2, 3, 4], 'float32'"), theme.colours)
    view.show_html(with_wrapped_code(html))
    found = shapes(view.document(), MONO_FONT)
    assert [shape.is_block for shape in found] == [True, False, False, False]
    assert view.horizontalScrollBar().maximum() == 0
    view.show_html(html)
    assert view.horizontalScrollBar().maximum() > 0


@pytest.mark.parametrize(("mode", "theme"), [(Mode.LIGHT, LIGHT), (Mode.DARK, DARK)])
def test_grounds_are_painted_in_the_themes_colours(view, appearance, mode, theme):
    appearance.choose_mode(mode)
    _show(view, CODE, appearance)
    picture = view.viewport().grab().toImage()
    block = next(shape.box for shape in shapes(view.document(), MONO_FONT) if shape.is_block)
    inside = block.bottomRight().toPoint()
    assert picture.pixelColor(inside.x() - 12, inside.y() - 6).name() == theme.code_background
    assert picture.pixelColor(3, 3).name() == theme.surface


def test_the_column_has_reading_width_and_stands_in_the_middle(view: CardView):
    view.resize(1600, 700)
    margins = view.viewportMargins()
    assert margins.left() == margins.right() > 300
    assert abs(view.viewport().width() - READING_WIDTH) < 80
    view.resize(500, 700)
    assert view.viewportMargins().left() == 0


def test_the_wheel_scrolls_over_the_empty_sides(view: CardView, appearance: Appearance):
    _show(view, "line\n\n" * 200, appearance)
    middle = view.rect().center()
    turn = QWheelEvent(
        middle.toPointF(), view.mapToGlobal(middle).toPointF(), QPoint(0, 0), QPoint(0, -240),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(view, turn)
    assert view.verticalScrollBar().value() > 0


def test_formulas_are_pictures_in_the_text_colour(view: CardView, appearance: Appearance):
    inline = view.loadResource(IMAGE, "math:i:%5Cfrac%7Ba%7D%7Bb%7D")
    display = view.loadResource(IMAGE, QUrl("math:d:%5Csum_%7Bi%3D1%7D%5En%20x_i"))
    assert 5 < inline.width() < 60
    assert display.height() > inline.height() / 2
    inks = {
        display.pixelColor(x, y).name()
        for x in range(display.width())
        for y in range(display.height())
        if display.pixelColor(x, y).alpha() == 255
    }
    assert inks == {LIGHT.text}
    appearance.choose_mode(Mode.DARK)
    again = view.loadResource(IMAGE, "math:i:%5Cfrac%7Ba%7D%7Bb%7D")
    assert again != inline


def test_an_inline_formula_stands_on_the_line(view: CardView, appearance: Appearance):
    """Half of the picture lies above the middle of a small letter, half below."""
    above, below = view._padding(height=14.0, descent=3.0)
    middle = view.fontMetrics().xHeight() / 2
    top_to_middle = above + (14 - 3) - middle
    middle_to_bottom = below + 3 + middle
    assert top_to_middle == pytest.approx(middle_to_bottom, abs=1)


def test_pictures_are_scaled_down_but_never_up(view: CardView):
    wide = view.loadResource(IMAGE, "wide.png")
    assert wide.width() <= READING_WIDTH
    assert wide.width() / wide.height() == pytest.approx(10, rel=0.05)
    assert view.loadResource(IMAGE, "small.png").width() == 40


@pytest.mark.parametrize(
    "address",
    ["missing.png", "../../etc/passwd", "https://example.org/x.png", "file:///etc/passwd"],
)
def test_only_the_collections_pictures_are_read(view: CardView, address: str):
    assert view.loadResource(IMAGE, address) is None
    assert view.loadResource(QTextDocument.ResourceType.StyleSheetResource.value, address) is None


def test_a_pick_link_tells_its_number(view: CardView, qtbot):
    with qtbot.waitSignal(view.picked, timeout=100) as told:
        view.anchorClicked.emit(QUrl("pick:3"))
    assert told.args == [3]
    with qtbot.assertNotEmitted(view.picked):
        view.anchorClicked.emit(QUrl("pick:x"))


def test_only_web_links_leave_the_app(view: CardView, monkeypatch: pytest.MonkeyPatch):
    opened = []
    monkeypatch.setattr(card_view.QDesktopServices, "openUrl", opened.append)
    for link in ("https://www.tensorflow.org/guide", "file:///etc/passwd", "javascript:alert(1)"):
        view.anchorClicked.emit(QUrl(link))
    assert [url.toString() for url in opened] == ["https://www.tensorflow.org/guide"]


def test_a_changed_card_keeps_its_place(view: CardView, appearance: Appearance):
    html = markdown_html("line\n\n" * 200, appearance.theme.colours, 16)
    view.show_html(html)
    view.verticalScrollBar().setValue(300)
    view.replace_html(html)
    assert view.verticalScrollBar().value() == 300
    view.show_html(html)
    assert view.verticalScrollBar().value() == 0
