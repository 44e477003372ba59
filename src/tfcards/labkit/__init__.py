"""What a lab's checks are written against. Standard library, numpy and TensorFlow only; never imported by the app."""

from tfcards.labkit.api import Check, LearnerError, Verdict, check
from tfcards.labkit.lab import Lab
from tfcards.labkit.values import Output, Ragged, Variable

__all__ = ["Check", "Lab", "LearnerError", "Output", "Ragged", "Variable", "Verdict", "check"]
