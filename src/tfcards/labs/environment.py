"""What this environment has and lacks to run TensorFlow, found without importing any of it."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from importlib.util import find_spec

from tfcards.labs.content.manifest import Lab


def lacks(lab: Lab) -> str:
    """Why the lab cannot run here and what to do, or nothing when it can."""
    if lab.framework == "tensorflow" and find_spec("tensorflow") is None:
        return "TensorFlow is not installed in this environment. Run make install."
    return ""


def tensorflow_version() -> str:
    """The version of the installed TensorFlow, by its package; "" when there is none."""
    try:
        return version_of("tensorflow")
    except PackageNotFoundError:
        return ""


def release(version: str) -> str:
    """The release a version of TensorFlow belongs to, 2.21 for 2.21.1: cards speak of releases."""
    return ".".join(version.split(".")[:2])
