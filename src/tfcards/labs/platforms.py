"""Which systems can run labs and the code on cards: what doctor and the window say about it."""

import sys

if sys.platform == "win32":

    def lacking() -> str:
        """Why this system cannot run code of the learner's, as a sentence, or nothing."""
        return (
            "Labs and the code on cards cannot be run on Windows yet. "
            "They can in the Windows Subsystem for Linux."
        )

else:

    def lacking() -> str:
        """Why this system cannot run code of the learner's, as a sentence, or nothing."""
        return ""


if sys.platform == "linux":

    def proven() -> str:
        """How sure it is that runs work here."""
        return "tested on Linux"

else:

    def proven() -> str:
        """How sure it is that runs work here."""
        return f"written for {sys.platform}, but tested on Linux only"
