"""The short form in which a passed lab comes back: one of its tasks, from the starter."""

import math
from dataclasses import replace

from tfcards.labs.manifest import Lab


def variant(lab: Lab, repeats: int) -> Lab:
    """The lab for its next turn after so many repeats.

    One of its `variant_tasks`, each in turn; a lab that names none comes back whole.
    """
    if not lab.variant_tasks:
        return lab
    chosen = lab.variant_tasks[repeats % len(lab.variant_tasks)]
    checks = tuple(check for check in lab.checks if check.task == chosen)
    kept = {check.id for check in checks}
    return replace(
        lab,
        variant_tasks=(chosen,),
        minutes=math.ceil(lab.minutes / len(lab.tasks)),
        tasks=tuple(task for task in lab.tasks if task.id == chosen),
        checks=tuple(
            replace(check, after=tuple(name for name in check.after if name in kept))
            for check in checks
        ),
    )
