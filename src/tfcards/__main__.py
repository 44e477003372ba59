"""The `tfcards` command: errors a learner can read become a sentence and an exit code."""

import sys

from tfcards.errors import BadInputError, TfcardsError

WRONG, UNAVAILABLE = 1, 3


def main() -> None:
    """Run the command line; without arguments, open the window by the shortest way."""
    try:
        if len(sys.argv) == 1:
            from tfcards.app import run  # the shortest way to a first paint: no command parser

            sys.exit(run())
        from tfcards.cli import app

        app()
    except TfcardsError as error:
        print(error, file=sys.stderr)  # noqa: T201  # the command line's own voice
        sys.exit(WRONG if isinstance(error, BadInputError) else UNAVAILABLE)


if __name__ == "__main__":
    main()
