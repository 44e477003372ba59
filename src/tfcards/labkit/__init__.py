"""What checks are written against. Standard library, numpy and TensorFlow only; not for the app."""

from tfcards.labkit.api import Check, LearnerError, Verdict, check
from tfcards.labkit.events import report
from tfcards.labkit.fit import curves
from tfcards.labkit.lab import Lab, Start
from tfcards.labkit.values import Output, Ragged, Variable

__all__ = [
    "Check",
    "Lab",
    "LearnerError",
    "Output",
    "Ragged",
    "Start",
    "Variable",
    "Verdict",
    "check",
    "curves",
    "report",
]
