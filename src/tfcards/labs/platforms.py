"""How sure it is that code can be run on a system, and what holds it there without a cage."""

import sys

if sys.platform == "linux":

    def proven() -> str:
        """How sure it is that runs work here."""
        return "tested on Linux"

elif sys.platform == "win32":

    def proven() -> str:
        """How sure it is that runs work here."""
        return "written for Windows, but never run there: tested on Linux, with Windows imitated"

else:

    def proven() -> str:
        """How sure it is that runs work here."""
        return f"written for {sys.platform}, but never run there: tested on Linux, with it imitated"


if sys.platform == "win32":

    def uncaged() -> str:
        """What holds a run where there is no cage."""
        return "basic: a job object, limits of time, memory and files"

else:

    def uncaged() -> str:
        """What holds a run where there is no cage."""
        return "basic: own session, limits of time, memory and files"
