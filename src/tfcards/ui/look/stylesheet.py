"""The Qt stylesheet made from a theme: one rule set for every stock control. No widgets here."""

from importlib.resources import files
from pathlib import Path

import tfcards.ui
from tfcards.ui.look.theme import MONO_FONT, Radius, Step, Theme


def stylesheet(theme: Theme) -> str:
    """The whole stylesheet of `theme`, for the application."""
    parts = (_containers, _text, _buttons, _inputs, _toggles, _views, _bars, _floating)
    return "\n".join(part(theme) for part in parts)


def _picture(theme: Theme, name: str) -> str:
    folder = Path(str(files(tfcards.ui))) / "icons" / "stock" / theme.name
    return f'url("{(folder / name).as_posix()}.svg")'


def _containers(t: Theme) -> str:
    return f"""
QMainWindow, QDialog, #page {{ background: {t.window}; }}
QFrame[kind="card"] {{
    background: {t.surface}; border: 1px solid {t.line}; border-radius: {Radius.CARD}px; }}
QFrame[kind="sunken"] {{ background: {t.sunken}; border: none; border-radius: {Radius.CONTROL}px; }}
QFrame[kind="line"] {{ background: {t.line}; border: none; max-height: 1px; min-height: 1px; }}
QGroupBox {{ border: 1px solid {t.line}; border-radius: {Radius.CARD}px; background: {t.surface};
    margin-top: 12px; padding: 14px; }}
QGroupBox::title {{ subcontrol-origin: margin; left: 14px; color: {t.muted}; }}
QScrollArea {{ background: transparent; border: none; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollArea > QWidget > #scrolled {{ background: transparent; }}
QSplitter::handle {{ background: {t.line}; }}
QSplitter::handle:horizontal {{ width: 1px; margin: 0 4px; }}
QSplitter::handle:vertical {{ height: 1px; margin: 4px 0; }}
QSplitter::handle:hover {{ background: {t.accent}; }}
QSplitter[kind="gap"]::handle, QSplitter[kind="gap"]::handle:hover {{
    background: transparent; margin: 0;
}}
QStatusBar {{ background: {t.window}; color: {t.muted}; }}
"""


def _text(t: Theme) -> str:
    sizes = {
        "hero": (Step.HERO, 700, t.text),
        "display": (Step.DISPLAY, 600, t.text),
        "title": (Step.TITLE, 600, t.text),
        "heading": (Step.HEADING, 600, t.text),
        "strong": (Step.BODY, 600, t.text),
        "body": (Step.BODY, 400, t.text),
        "muted": (Step.BODY, 400, t.muted),
        "caption": (Step.CAPTION, 400, t.muted),
        "good": (Step.BODY, 600, t.good),
        "bad": (Step.BODY, 600, t.again),
        "warning": (Step.BODY, 600, t.hard),
    }
    roles = "\n".join(
        f'QLabel[role="{role}"] {{ font-size: {t.px(step)}px; font-weight: {weight}; '
        f"color: {colour}; background: transparent; }}"
        for role, (step, weight, colour) in sizes.items()
    )
    return f"""
{roles}
QLabel[role="mono"] {{ font-family: "{MONO_FONT}"; font-size: {t.px(Step.SMALL)}px; }}
QLabel[kind="chip"] {{ background: {t.sunken}; color: {t.muted}; border-radius: 10px;
    padding: 3px 10px; font-size: {t.px(Step.CAPTION)}px; font-weight: 600; }}
QLabel[kind="chip"][tone="new"] {{ background: {t.easy_soft}; color: {t.easy}; }}
QLabel[kind="chip"][tone="learning"] {{ background: {t.hard_soft}; color: {t.hard}; }}
QLabel[kind="chip"][tone="due"], QLabel[kind="chip"][tone="good"] {{
    background: {t.good_soft}; color: {t.good}; }}
QLabel[kind="chip"][tone="bad"] {{ background: {t.again_soft}; color: {t.again}; }}
QLabel[kind="chip"][tone="warning"] {{ background: {t.hard_soft}; color: {t.hard}; }}
QLabel[kind="chip"][tone="accent"] {{ background: {t.accent_soft}; color: {t.accent}; }}
QLabel[kind="chip"][tone="none"] {{ background: {t.sunken}; color: {t.muted}; }}
QLabel[kind="key"] {{ background: {t.raised}; color: {t.muted}; border: 1px solid {t.line};
    border-bottom: 2px solid {t.line}; border-radius: 5px; padding: 1px 6px;
    font-size: {t.px(Step.CAPTION) - 1}px; font-weight: 600; }}
"""


def _buttons(t: Theme) -> str:
    return f"""
QPushButton {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line};
    border-radius: {Radius.CONTROL}px; padding: 7px 15px; font-weight: 500; }}
QPushButton:hover {{ background: {t.hover}; }}
QPushButton:pressed, QPushButton:checked {{ background: {t.pressed}; }}
QPushButton:focus {{ border: 2px solid {t.accent}; padding: 6px 14px; }}
QPushButton:disabled {{ color: {t.outline}; background: {t.sunken}; }}
QPushButton[kind="primary"] {{ background: {t.accent}; color: {t.on_accent};
    border: 1px solid {t.accent}; font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {t.accent_hover}; }}
QPushButton[kind="primary"]:pressed {{ background: {t.accent_hover}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {t.text}; padding: 6px 14px; }}
QPushButton[kind="primary"]:disabled {{ background: {t.sunken}; color: {t.outline};
    border-color: {t.line}; }}
QPushButton[kind="large"] {{ background: {t.accent}; color: {t.on_accent};
    border: 1px solid {t.accent}; border-radius: 12px; padding: 13px 31px;
    font-size: {t.px(Step.HEADING)}px; font-weight: 600; }}
QPushButton[kind="large"]:hover, QPushButton[kind="large"]:pressed {{
    background: {t.accent_hover}; }}
QPushButton[kind="large"]:focus {{ border: 2px solid {t.text}; padding: 12px 30px; }}
QPushButton[kind="quiet"], QToolButton[kind="quiet"] {{ background: transparent;
    color: {t.muted}; border: 1px solid transparent; border-radius: {Radius.CONTROL}px;
    padding: 6px 10px; font-weight: 500; }}
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover {{
    background: {t.hover}; color: {t.text}; }}
QPushButton[kind="quiet"]:pressed, QToolButton[kind="quiet"]:pressed {{ background: {t.pressed}; }}
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus {{
    border: 2px solid {t.accent}; padding: 5px 9px; }}
QPushButton[kind="segment"] {{ background: transparent; color: {t.muted};
    border: 1px solid {t.line}; padding: 6px 13px; }}
QPushButton[kind="segment"]:hover {{ background: {t.hover}; color: {t.text}; }}
QPushButton[kind="segment"]:checked {{ background: {t.accent_soft}; color: {t.accent};
    border-color: {t.accent_soft}; font-weight: 600; }}
QPushButton[kind="segment"]:focus {{ border: 2px solid {t.accent}; padding: 5px 12px; }}
QPushButton[kind="danger"] {{ color: {t.again}; }}
QPushButton[kind="danger"]:hover {{ background: {t.again_soft}; }}
QToolButton {{ border: 1px solid transparent; border-radius: {Radius.CONTROL}px; padding: 5px; }}
QToolButton:hover {{ background: {t.hover}; }}
QToolButton:focus {{ border: 2px solid {t.accent}; padding: 4px; }}
#rail {{ background: {t.window}; border: none; border-right: 1px solid {t.line}; }}
#brand {{ font-size: {t.px(Step.HEADING) + 1}px; font-weight: 700; color: {t.text}; }}
#rail QToolButton {{ border: 2px solid transparent; border-radius: {Radius.CONTROL}px;
    padding: 8px 10px; color: {t.muted}; font-weight: 500; text-align: left; }}
#rail QToolButton:hover {{ background: {t.hover}; color: {t.text}; }}
#rail QToolButton:checked {{ background: {t.accent_soft}; color: {t.accent}; font-weight: 600; }}
#rail QToolButton:focus {{ border: 2px solid {t.accent}; }}
"""


def _inputs(t: Theme) -> str:
    edges = f"""background: {t.surface}; color: {t.text}; border: 1px solid {t.outline};
    border-radius: {Radius.CONTROL}px; selection-background-color: {t.accent};
    selection-color: {t.on_accent};"""
    return f"""
QLineEdit, QPlainTextEdit, QTextEdit {{ {edges} padding: 7px 10px; }}
QTextBrowser {{ border: none; padding: 0; background: {t.surface}; }}
QComboBox, QAbstractSpinBox {{ {edges} padding: 5px 10px; min-height: 22px; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{
    border: 2px solid {t.accent}; padding: 6px 9px; }}
QTextBrowser:focus {{ border: none; padding: 0; }}
QComboBox:focus, QAbstractSpinBox:focus {{ border: 2px solid {t.accent}; padding: 4px 9px; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {{
    background: {t.sunken}; color: {t.outline}; border-color: {t.line}; }}
QLineEdit[state="wrong"] {{ border: 2px solid {t.again}; padding: 6px 9px; }}
QComboBox::drop-down {{ border: none; width: 26px; }}
QComboBox::down-arrow {{ image: {_picture(t, "down")}; width: 14px; height: 14px; }}
QComboBox QAbstractItemView {{ background: {t.raised}; border: 1px solid {t.line};
    border-radius: {Radius.SMALL}px; padding: 4px; outline: none;
    selection-background-color: {t.accent_soft}; selection-color: {t.accent}; }}
QAbstractSpinBox {{ padding-right: 24px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
    subcontrol-origin: border; border: none; width: 22px; background: transparent; }}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; margin-top: 3px; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; margin-bottom: 3px; }}
QAbstractSpinBox::up-arrow {{ image: {_picture(t, "up")}; width: 11px; height: 11px; }}
QAbstractSpinBox::down-arrow {{ image: {_picture(t, "down")}; width: 11px; height: 11px; }}
"""


def _toggles(t: Theme) -> str:
    box = f"width: 16px; height: 16px; border: 1px solid {t.outline}; background: {t.surface};"
    return f"""
QCheckBox, QRadioButton {{ spacing: 9px; padding: 3px; border: 2px solid transparent;
    border-radius: {Radius.SMALL}px; }}
QCheckBox:focus, QRadioButton:focus {{ border: 2px solid {t.accent}; }}
QCheckBox::indicator {{ {box} border-radius: 4px; }}
QRadioButton::indicator {{ {box} border-radius: 9px; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {t.accent}; }}
QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent};
    image: {_picture(t, "check")}; }}
QRadioButton::indicator:checked {{ background: {t.accent}; border-color: {t.accent};
    image: {_picture(t, "dot")}; }}
QSlider {{ min-height: 24px; border: 2px solid transparent; border-radius: {Radius.SMALL}px; }}
QSlider:focus {{ border: 2px solid {t.accent}; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {t.sunken}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {t.accent}; }}
QSlider::handle:horizontal {{ width: 16px; height: 16px; margin: -7px 0; border-radius: 9px;
    background: {t.surface}; border: 2px solid {t.accent}; }}
"""


def _views(t: Theme) -> str:
    return f"""
QAbstractItemView {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line};
    border-radius: {Radius.CONTROL}px; alternate-background-color: {t.window}; outline: none;
    selection-background-color: {t.accent_soft}; selection-color: {t.text};
    gridline-color: {t.line}; }}
QAbstractItemView:focus {{ border: 2px solid {t.accent}; }}
QAbstractItemView::item {{ padding: 5px 8px; }}
QAbstractItemView::item:hover {{ background: {t.hover}; }}
QAbstractItemView::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{ background: {t.surface}; color: {t.muted}; border: none;
    border-bottom: 1px solid {t.line}; padding: 7px 8px; font-weight: 600;
    font-size: {t.px(Step.CAPTION)}px; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {t.line}; top: -1px; }}
QTabBar {{ qproperty-drawBase: 0; }}
QTabBar::tab {{ background: transparent; color: {t.muted}; padding: 8px 14px;
    border: none; border-bottom: 2px solid transparent; font-weight: 500; }}
QTabBar::tab:hover {{ color: {t.text}; }}
QTabBar::tab:selected {{ color: {t.accent}; border-bottom: 2px solid {t.accent}; }}
QTabBar::tab:focus {{ color: {t.text}; background: {t.accent_soft};
    border-top-left-radius: {Radius.SMALL}px; border-top-right-radius: {Radius.SMALL}px; }}
"""


def _bars(t: Theme) -> str:
    return f"""
QProgressBar {{ background: {t.sunken}; border: none; border-radius: 3px; max-height: 6px;
    min-height: 6px; color: transparent; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
QProgressBar[tone="good"]::chunk {{ background: {t.good}; }}
QScrollBar {{ background: transparent; border: none; }}
QScrollBar:vertical {{ width: 12px; margin: 2px; }}
QScrollBar:horizontal {{ height: 12px; margin: 2px; }}
QScrollBar::handle {{ background: {t.pressed}; border-radius: 4px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {t.outline}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
"""


def _floating(t: Theme) -> str:
    return f"""
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line};
    padding: 5px 8px; font-size: {t.px(Step.CAPTION)}px; }}
QMenuBar {{ background: {t.window}; color: {t.text}; border-bottom: 1px solid {t.line};
    padding: 2px 6px; }}
QMenuBar::item {{ background: transparent; padding: 5px 10px; border-radius: {Radius.SMALL}px; }}
QMenuBar::item:selected {{ background: {t.hover}; }}
QMenu {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 6px; }}
QMenu::item {{ padding: 6px 28px 6px 12px; border-radius: {Radius.SMALL}px; }}
QMenu::item:selected {{ background: {t.accent_soft}; color: {t.accent}; }}
QMenu::item:disabled {{ color: {t.outline}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 6px 8px; }}
QMenu::icon {{ padding-left: 8px; }}
QMessageBox QLabel {{ min-width: 360px; }}
QMessageBox #qt_msgbox_label {{ color: {t.text}; font-size: {t.px(Step.HEADING)}px;
    font-weight: 600; }}
QMessageBox #qt_msgbox_informativelabel {{ color: {t.muted}; }}
#toast {{ background: {t.text}; border-radius: {Radius.CONTROL}px; }}
#toast QLabel {{ color: {t.surface}; font-weight: 500; }}
"""
