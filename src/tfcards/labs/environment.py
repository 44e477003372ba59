"""What this environment lacks to run a lab, found without importing any of it."""

from importlib.util import find_spec

from tfcards.labs.manifest import Lab


def lacks(lab: Lab) -> str:
    """Why the lab cannot run here and what to do, or nothing when it can."""
    if lab.framework == "tensorflow" and find_spec("tensorflow") is None:
        return "TensorFlow is not installed in this environment. Run make install."
    return ""
