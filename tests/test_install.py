"""The install script's look at the machine: what is missing is named as packages to install."""

import ctypes
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "scripts"
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux packages")


@linux_only
def test_each_missing_library_is_named_by_its_package():
    look = runpy.run_path(str(SCRIPTS / "system_packages.py"))
    look["LIBRARIES"].clear()
    look["LIBRARIES"].update({"libnothing.so.9": "libnothing9", "libc.so.6": "libc6"})
    assert look["missing"]() == ["libnothing9"]


@linux_only
def test_every_library_it_knows_is_one_qt_needs():
    look = runpy.run_path(str(SCRIPTS / "system_packages.py"))
    for library in look["LIBRARIES"]:
        ctypes.CDLL(library)  # the tests run where the window can


def test_the_script_is_sound_shell():
    done = subprocess.run(["sh", "-n", str(SCRIPTS / "install.sh")], check=False)
    assert done.returncode == 0
