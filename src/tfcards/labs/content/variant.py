"""The short form in which a passed lab comes back: one of its tasks, the rest finished."""

from dataclasses import replace
from typing import Final

from tfcards.labs.content.manifest import Lab

MINUTES: Final = 5  # what a task among `variant_tasks` should take, the second time


def variant(lab: Lab, repeats: int) -> Lab:
    """The lab for its next turn after so many repeats.

    One of its `variant_tasks`, each in turn; a lab that names none comes back whole.
    """
    if not lab.variant_tasks or lab.is_variant:
        return lab
    return variant_of(lab, lab.variant_tasks[repeats % len(lab.variant_tasks)])


def variant_of(lab: Lab, task: int) -> Lab:
    """The lab with this one task open, and only its checks."""
    checks = tuple(check for check in lab.checks if check.task == task)
    kept = {check.id for check in checks}
    return replace(
        lab,
        is_variant=True,
        minutes=MINUTES,
        tasks=tuple(one for one in lab.tasks if one.id == task),
        checks=tuple(
            replace(check, after=tuple(name for name in check.after if name in kept))
            for check in checks
        ),
    )
