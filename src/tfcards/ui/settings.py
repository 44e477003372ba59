"""The Settings page: every change is kept at once. The collection says what a value may be."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, QTimeZone, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QLineEdit,
    QSlider,
    QSpinBox,
    QWidget,
)
from typing_extensions import override

from tfcards.core.day import Calendar
from tfcards.errors import TfcardsError
from tfcards.sessions.lab_editor import choose_editor, editor
from tfcards.ui.context import Context
from tfcards.ui.look.appearance import TEXT_SIZES, Appearance, Mode
from tfcards.ui.look.pieces import Card, button, column, label, line, row, scrolled
from tfcards.ui.look.theme import Space
from tfcards.ui.page import Page

WIDTH = 720
CONTROL_WIDTH = 210
RETENTION_MEANING = "The share you want to recall when a card is due. Higher means more reviews."
EDITOR_MEANING = "A command for “Open in my editor”, such as: code {folder} {file}"
_Control = TypeVar("_Control", bound=QWidget)
THEMES = {Mode.SYSTEM: "As the system", Mode.LIGHT: "Light", Mode.DARK: "Dark"}


class SettingsPage(Page):
    """Looks, days, amounts, and where the data lies."""

    def __init__(self, context: Context, appearance: Appearance) -> None:
        super().__init__()
        self._context = context
        self._appearance = appearance
        self._is_filling = False
        self._make_controls()
        self._lay_out()
        self._connect()

    @override
    def enter(self) -> None:
        """Show what is set."""
        self._is_filling = True
        calendar = self._context.collection.calendar()
        options = self._context.collection.options(None)
        self.theme.setCurrentIndex(list(THEMES).index(self._appearance.mode))
        self.text_size.setValue(self._appearance.text_size)
        self._size_value.setText(f"{self._appearance.text_size} px")
        self.motion.setChecked(self._appearance.reduces_motion)
        self.zone.setText(calendar.zone)
        self.rollover.setValue(calendar.rollover_hour)
        self.new_per_day.setValue(options.new_per_day)
        self.reviews_per_day.setValue(options.reviews_per_day)
        self.retention.setValue(round(options.desired_retention * 100))
        self.editor.setText(editor(self._context.collection))
        if self._context.readiness is not None:
            self.warm.setChecked(self._context.readiness.is_wanted)
        self._complain("")
        self._is_filling = False

    # ---- controls

    def _make_controls(self) -> None:
        self.theme = _named(QComboBox(), "Theme")
        self.theme.addItems(list(THEMES.values()))
        self.text_size = _named(QSlider(Qt.Orientation.Horizontal), "Text size")
        self.text_size.setRange(TEXT_SIZES.start, TEXT_SIZES.stop - 1)
        self._size_value = label("", "muted")
        self.motion = _named(QCheckBox("Reduce motion"), "Reduce motion")
        self.zone = _named(QLineEdit(), "Time zone")
        self.zone.setCompleter(_zones(self.zone))
        self.rollover = _number("A new day begins at", 0, 23, ":00")
        self.new_per_day = _number("New cards a day", 0, 9999)
        self.reviews_per_day = _number("Reviews a day", 0, 9999)
        self.retention = _number("Desired retention", 70, 99, " %")
        self.warm = _named(QCheckBox("Keep TensorFlow ready"), "Keep TensorFlow ready")
        self.warm.setEnabled(self._context.readiness is not None)
        self.editor = _named(QLineEdit(), "Your editor")
        self.editor.setPlaceholderText("The desktop's own")
        self.backup = button("Back up now", "", "save")
        self.open_folder = button("Open folder", "", "folder")
        self.folder = label(str(self._context.data_folder), "mono", wraps=True)
        self.folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.backed_up = label("", "caption", wraps=True)
        self.problem = label("", "bad", wraps=True)

    def _connect(self) -> None:
        self.theme.activated.connect(
            lambda index: self._appearance.choose_mode(list(THEMES)[index])
        )
        self.text_size.valueChanged.connect(self._choose_text_size)
        self.motion.toggled.connect(lambda on: self._appearance.choose_motion(reduced=on))
        self.zone.editingFinished.connect(self._keep_calendar)
        self.rollover.valueChanged.connect(self._keep_calendar)
        for name, control in (
            ("new_per_day", self.new_per_day), ("reviews_per_day", self.reviews_per_day)
        ):  # fmt: skip
            control.valueChanged.connect(lambda value, name=name: self._keep_option(name, value))
        self.retention.valueChanged.connect(
            lambda value: self._keep_option("desired_retention", value / 100)
        )
        self.warm.toggled.connect(self._keep_warm)
        self.editor.editingFinished.connect(self._keep_editor)
        self.backup.clicked.connect(self._back_up)
        self.open_folder.clicked.connect(self._open_folder)

    # ---- keeping

    def _choose_text_size(self, size: int) -> None:
        self._size_value.setText(f"{size} px")
        if not self._is_filling:
            self._appearance.choose_text_size(size)

    def _keep_calendar(self) -> None:
        zone, hour = self.zone.text().strip(), self.rollover.value()
        kept = self._context.collection.calendar()
        if (zone, hour) != (kept.zone, kept.rollover_hour):
            collection = self._context.collection
            self._keep(lambda: collection.set_calendar(Calendar(zone, hour)), self.zone)

    def _keep_option(self, name: str, value: float) -> None:
        self._keep(lambda: self._context.collection.set_options(None, {name: value}))

    def _keep_warm(self, on: bool) -> None:
        readiness = self._context.readiness
        if readiness is not None:
            self._keep(lambda: readiness.choose(wanted=on))

    def _keep_editor(self) -> None:
        collection, command = self._context.collection, self.editor.text()
        if command.strip() != editor(collection):
            self._keep(lambda: choose_editor(collection, command), self.editor)

    def _keep(self, write: Callable[[], object], typed: QLineEdit | None = None) -> None:
        """Write, and say beside the controls why what was typed was refused."""
        if self._is_filling:
            return
        try:
            write()
        except TfcardsError as error:
            self._complain(str(error), typed)
        else:
            self._complain("")
            self.changed.emit()

    def _complain(self, sentence: str, typed: QLineEdit | None = None) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        for control in (self.zone, self.editor):
            control.setProperty("state", "wrong" if sentence and control is typed else "")
            control.style().unpolish(control)
            control.style().polish(control)

    def _back_up(self) -> None:
        path = self._context.collection.backup(self._context.clock())
        self.backed_up.setText(f"Saved and checked: {path.name}")
        self.told.emit("Backup made")

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._context.data_folder)))

    # ---- layout

    def _lay_out(self) -> None:
        inner = column(spacing=Space.MEDIUM)
        inner.addWidget(label("Settings", "title"))
        inner.addWidget(self.problem)
        inner.addWidget(_section("Appearance", [
            ("Theme", "", self.theme),
            ("Text size", "Cards use it; the rest keeps in proportion.", self._size()),
            ("Motion", "Nothing fades or slides.", self.motion),
        ]))  # fmt: skip
        inner.addWidget(_section("Your day", [
            ("Time zone", "Your days are counted here, also when you travel.", self.zone),
            ("A new day begins at", "Late evenings still belong to the day before.", self.rollover),
        ]))  # fmt: skip
        inner.addWidget(_section("Studying", [
            ("New cards a day", "Each new card costs several reviews later.", self.new_per_day),
            ("Reviews a day", "What does not fit waits for the next day.", self.reviews_per_day),
            ("Desired retention", RETENTION_MEANING, self.retention),
        ]))  # fmt: skip
        readiness = self._context.readiness
        inner.addWidget(_section("Labs", [
            ("Warm start", readiness.sentence if readiness else "", self.warm),
            ("Your editor", EDITOR_MEANING, self.editor),
        ]))  # fmt: skip
        inner.addWidget(self._data())
        inner.addStretch(1)
        middle = QWidget()
        middle.setLayout(inner)
        middle.setMaximumWidth(WIDTH)
        outer = row()
        outer.setContentsMargins(Space.PAGE, Space.WIDE, Space.PAGE, Space.WIDE)
        outer.addWidget(middle)
        content = QWidget()
        content.setLayout(outer)
        layout = column()
        layout.addWidget(scrolled(content))
        self.setLayout(layout)

    def _size(self) -> QWidget:
        holder = QWidget()
        across = row()
        across.addWidget(self.text_size, 1)
        across.addWidget(self._size_value)
        holder.setLayout(across)
        return holder

    def _data(self) -> Card:
        card = Card(spacing=Space.SMALL)
        card.body.addWidget(label("Your data", "heading"))
        card.body.addWidget(label("Everything is in one folder on this machine:", "caption"))
        card.body.addWidget(self.folder)
        actions = row()
        actions.addWidget(self.backup)
        actions.addWidget(self.open_folder)
        actions.addWidget(self.backed_up, 1)
        card.body.addLayout(actions)
        return card


def _section(title: str, lines: list[tuple[str, str, QWidget]]) -> Card:
    card = Card(spacing=Space.MEDIUM)
    card.body.addWidget(label(title, "heading"))
    for number, (name, meaning, control) in enumerate(lines):
        if number:
            card.body.addWidget(line())
        words = column(spacing=2)
        words.addWidget(label(name))
        if meaning:
            words.addWidget(label(meaning, "caption", wraps=True))
        across = row(spacing=Space.WIDE)
        across.addLayout(words, 1)
        control.setFixedWidth(CONTROL_WIDTH)
        across.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(across)
    return card


def _named(control: _Control, name: str) -> _Control:
    control.setAccessibleName(name)
    return control


def _number(name: str, least: int, most: int, suffix: str = "") -> QSpinBox:
    made = QSpinBox()
    made.setAccessibleName(name)
    made.setRange(least, most)
    made.setSuffix(suffix)
    made.setKeyboardTracking(False)
    made.lineEdit().setTextMargins(Space.SMALL, 0, 0, 0)  # a stylesheet cannot reach it
    return made


def _zones(parent: QWidget) -> QCompleter:
    names = [bytes(name.data()).decode() for name in QTimeZone.availableTimeZoneIds()]
    completer = QCompleter(names, parent)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    return completer
