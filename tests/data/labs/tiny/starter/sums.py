"""Add and report."""


def add(values, offset):
    """Every value plus the offset."""
    # TODO(1): add the offset
    raise NotImplementedError


def main():
    """Leave a report."""
    # TODO(2): write the sum of add([1, 2], 3) to out/report.txt


if __name__ == "__main__":
    main()
