"""The look: readable text everywhere, complete stylesheets, the system and the learner heeded."""

import re
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QPushButton

import tfcards.ui
from tfcards.ui.look.appearance import Appearance, Mode
from tfcards.ui.look.icons import Ink, icon
from tfcards.ui.look.stylesheet import stylesheet
from tfcards.ui.look.theme import DARK, LIGHT, Step, Theme, contrast, palette

UI = Path(str(files(tfcards.ui)))
BACKGROUNDS = ("window", "surface", "raised", "sunken", "hover")
GRADES = ("again", "hard", "good", "easy")


def test_contrast_is_the_published_ratio():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("ink", ["text", "muted", *GRADES])
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_text_is_readable_on_every_background(theme: Theme, ink: str, background: str):
    assert contrast(getattr(theme, ink), getattr(theme, background)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_tinted_text_accents_and_edges_are_readable(theme: Theme):
    for grade in (*GRADES, "accent"):
        assert contrast(getattr(theme, grade), getattr(theme, f"{grade}_soft")) >= 4.5
    for background in ("window", "surface", "raised", "hover"):
        assert contrast(theme.accent, getattr(theme, background)) >= 4.5
        assert contrast(theme.outline, getattr(theme, background)) >= 2.8
    for background in (theme.code_background, theme.inline_code, theme.accent_soft):
        assert contrast(theme.text, background) >= 7
    for background in (theme.accent, theme.accent_hover):
        assert contrast(theme.on_accent, background) >= 4.5
    assert contrast(theme.surface, theme.text) >= 7  # toasts are inverted


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_a_theme_is_complete(theme: Theme):
    for item in fields(theme):
        value = getattr(theme, item.name)
        if isinstance(value, str) and item.name not in {"name", "highlight_style"}:
            assert re.fullmatch(r"#[0-9a-f]{6}", value), item.name
    assert theme.colours.link == theme.accent
    assert theme.colours.bad_soft == theme.again_soft
    active = palette(theme).color(QPalette.ColorRole.PlaceholderText).name()
    assert active == theme.muted


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_the_stylesheet_names_only_pictures_that_exist_in_the_themes_colours(theme: Theme):
    named = re.findall(r'url\("(.*?)"\)', stylesheet(theme))
    assert named
    for path in named:
        drawing = Path(path).read_text(encoding="utf-8")
        assert theme.muted in drawing or theme.on_accent in drawing


def test_text_size_scales_everything():
    assert LIGHT.px(Step.BODY) == 14
    assert LIGHT.with_text_size(20).px(Step.BODY) == 18
    assert "font-size: 25px" in stylesheet(LIGHT.with_text_size(20))


def test_bundled_fonts_are_known(appearance):
    families = set(QFontDatabase.families())
    assert {"Inter", "JetBrains Mono"} <= families


def test_choices_are_worn_and_remembered(appearance: Appearance, settings: QSettings):
    worn: list[Theme] = []
    appearance.changed.connect(worn.append)
    appearance.choose_mode(Mode.DARK)
    appearance.choose_text_size(20)
    assert [theme.name for theme in worn] == ["dark", "dark"]
    assert worn[-1].text_size == 20
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    assert application.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    again = Appearance(settings)
    assert (again.mode, again.text_size, again.theme.name) == (Mode.DARK, 20, "dark")


def test_damaged_settings_fall_back(settings: QSettings, qapp: QApplication):
    settings.setValue("appearance/mode", "sepia")
    settings.setValue("appearance/text_size", "huge")
    appearance = Appearance(settings)
    assert (appearance.mode, appearance.text_size) == (Mode.SYSTEM, 16)


def test_the_same_choice_again_changes_nothing(appearance: Appearance, qtbot):
    with qtbot.assertNotEmitted(appearance.changed):
        appearance.choose_mode(Mode.LIGHT)


def test_icons_follow_the_palette(appearance: Appearance, qtbot):
    button = QPushButton(icon("play", Ink.TEXT), "Play")
    qtbot.addWidget(button)

    def ink() -> str:
        picture = button.icon().pixmap(48, 48).toImage()
        colours = (
            picture.pixelColor(x, y)
            for x in range(picture.width())
            for y in range(picture.height())
        )
        return next(c.name() for c in colours if c.alpha() == 255)

    assert ink() == LIGHT.text
    appearance.choose_mode(Mode.DARK)
    assert ink() == DARK.text


def test_every_icon_is_a_drawing_that_can_be_tinted():
    drawings = sorted((UI / "icons").glob("*.svg"))
    assert len(drawings) >= 25
    for path in drawings:
        text = path.read_text(encoding="utf-8")
        assert 'stroke="#000"' in text
        assert "ISC: LICENSES/" in text or "MIT: LICENSE" in text
