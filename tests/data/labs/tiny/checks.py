"""Checks of the tiny lab."""

import numpy as np

from tfcards.labkit import Lab, Verdict, check


@check("offset-added", title="`add` adds the offset", points=2, task=1, cards=("np-add",))
def offset_added(lab: Lab) -> Verdict:
    values = lab.rng.normal(size=(4, 3))
    offset = float(lab.rng.normal())
    return lab.close(lab.call("sums.add", values, offset), values + offset, what="`add`")


@check("any-shape", title="`add` takes any shape", task=1, visible=False, after=("offset-added",))
def any_shape(lab: Lab) -> Verdict:
    values = lab.rng.integers(0, 9, size=lab.rng.integers(1, 4, size=3))
    return lab.equal(lab.call("sums.add", values, 1), values + 1, kind="array")


@check("report", title="The run leaves a report", task=2, cards=("np-sum",))
def report(lab: Lab) -> Verdict:
    text = lab.artifact("out/report.txt").read_text()
    return (
        lab.passed("The report is there.")
        if text == "9"
        else lab.failed("Wrong sum.", observed=text)
    )


assert np.__version__
