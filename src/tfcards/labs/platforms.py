"""Which systems can run labs and the code on cards: what doctor and the window say about it."""

import sys

if sys.platform == "win32":

    def lacking() -> str:
        """Why this system cannot run code of the learner's, as a sentence, or nothing."""
        return (
            "Windows cannot run labs or the code on cards yet; reviews work. "
            "In the Windows Subsystem for Linux all of it works."
        )

else:

    def lacking() -> str:
        """Why this system cannot run code of the learner's, as a sentence, or nothing."""
        return ""
