"""Add and report."""

from pathlib import Path

import numpy as np


def add(values, offset):
    """Every value plus the offset."""
    return values + 1


def main():
    """Leave a report."""
    Path("out").mkdir(exist_ok=True)
    Path("out/report.txt").write_text(str(add(np.array([1, 2]), 3).sum()))
    print("report written")


if __name__ == "__main__":
    main()
