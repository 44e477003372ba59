"""A deck's study options, validated: a wrong value is refused with what is allowed."""

from dataclasses import dataclass
from datetime import timedelta

from tfcards.errors import BadInputError

DEFAULT_PARAMETERS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip  # FSRS-6 defaults, as published with fsrs 6


@dataclass(frozen=True, slots=True)
class Options:
    """How the cards of a deck are studied. Steps shorter than a day are minutes within it."""

    desired_retention: float = 0.9
    learning_steps: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    relearning_steps: tuple[timedelta, ...] = (timedelta(minutes=10),)
    new_per_day: int = 20
    reviews_per_day: int = 200
    maximum_interval: int = 36_500
    leech_lapses: int = 8
    bury_siblings: bool = True
    fuzz: bool = True
    parameters: tuple[float, ...] = DEFAULT_PARAMETERS

    def __post_init__(self) -> None:
        """Refuse values the scheduler could not use."""
        problems = [sentence for sentence in _problems(self) if sentence]
        if problems:
            raise BadInputError("Deck options: " + " ".join(problems))


def _problems(options: Options) -> list[str]:
    one_day = timedelta(days=1)
    steps = options.learning_steps + options.relearning_steps
    checks = [
        (0.7 <= options.desired_retention <= 0.99, "desired retention must be 0.70 to 0.99."),
        (all(timedelta(0) < s < one_day for s in steps), "steps must be under one day each."),
        (0 <= options.new_per_day <= 9999, "new cards a day must be 0 to 9999."),
        (0 <= options.reviews_per_day <= 9999, "reviews a day must be 0 to 9999."),
        (1 <= options.maximum_interval <= 36_500, "the longest interval must be 1 to 36500 days."),
        (options.leech_lapses >= 0, "leech lapses must be 0 (off) or more."),
        (len(options.parameters) == 21, "FSRS-6 takes 21 parameters."),
    ]
    return ["" if fine else sentence for fine, sentence in checks]
