"""What an opened check shows of its numbers."""

from dataclasses import replace

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from tfcards.sessions.lab_run import CheckRow
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.workbench.checks import LabChecks

CHECK = CheckRow(
    "accuracy",
    "Accurate",
    2,
    status="failed",
    message="Accuracy on hidden points.",
    observed="0.5",
    limit="≥ 0.9",
)


def opened(qtbot: QtBot, appearance: Appearance, check: CheckRow) -> str:
    """All that is read in the check's details, without its markup."""
    checks = LabChecks(appearance.theme, str)
    qtbot.addWidget(checks)
    checks.show_checks([check])
    checks.open_first_failure()
    document = QTextDocument()
    shown = [one.text() for one in checks.row(check.id).findChildren(QLabel) if not one.isHidden()]
    document.setHtml("".join(f"<p>{text}</p>" for text in shown))
    return " ".join(document.toPlainText().split())


def test_the_range_of_the_reference_solution_is_shown_where_there_is_one(
    qtbot: QtBot, appearance: Appearance
) -> None:
    assert "Reference" not in opened(qtbot, appearance, CHECK)
    told = opened(qtbot, appearance, replace(CHECK, reference="0.93 to 0.97"))
    assert "Observed 0.5 Asked ≥ 0.9 Reference solution 0.93 to 0.97" in told


def test_rows_come_by_themselves_in_order_with_the_first_failure_open(
    qtbot: QtBot, appearance: Appearance
) -> None:
    many = [replace(CHECK, id=f"c{n}", title=f"Number {n}", status="passed") for n in range(40)]
    many[30] = replace(many[30], status="failed")
    checks = LabChecks(appearance.theme, str)
    qtbot.addWidget(checks)
    checks.resize(500, 300)
    checks.show()
    checks.show_checks(many)
    checks.open_first_failure()
    assert len(openers(checks)) < len(many)
    qtbot.waitUntil(lambda: len(openers(checks)) == len(many), timeout=10_000)
    assert [one.accessibleName().split(":")[0] for one in openers(checks)] == [
        one.title for one in many
    ]
    assert [n for n, one in enumerate(openers(checks)) if one.isChecked()] == [30]
    opened = checks.row("c30").opener
    qtbot.waitUntil(lambda: not opened.visibleRegion().isEmpty(), timeout=10_000)


def openers(checks: LabChecks) -> list[QToolButton]:
    """Those of the rows there are, from top to bottom."""
    return sorted(
        checks.findChildren(QToolButton), key=lambda one: one.mapTo(checks, one.pos()).y()
    )
