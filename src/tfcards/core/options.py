"""A deck's study options, validated: a wrong value is refused with what is allowed."""

from dataclasses import dataclass
from datetime import timedelta

from tfcards.errors import BadInputError

DEFAULT_PARAMETERS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip  # FSRS-6 defaults, as published with fsrs 6

PARAMETER_BOUNDS = (
    (0.001, 100.0), (0.001, 100.0), (0.001, 100.0), (0.001, 100.0), (1.0, 10.0), (0.001, 4.0),
    (0.001, 4.0), (0.001, 0.75), (0.0, 4.5), (0.0, 0.8), (0.001, 3.5), (0.001, 5.0), (0.001, 0.25),
    (0.001, 0.9), (0.0, 4.0), (0.0, 1.0), (1.0, 6.0), (0.0, 2.0), (0.0, 2.0), (0.0, 0.8),
    (0.1, 0.8),
)  # fmt: skip  # what FSRS-6 allows each parameter to be


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
        problems = _problems(self)
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
    wrong = [sentence for fine, sentence in checks if not fine]
    return wrong + _parameter_problems(options.parameters)


def _parameter_problems(parameters: tuple[float, ...]) -> list[str]:
    # "not (low <= x <= high)" also catches NaN, which is smaller and larger than nothing
    return [
        f"FSRS parameter {number} must be {low:g} to {high:g}, not {value:g}."
        for number, (value, (low, high)) in enumerate(
            zip(parameters, PARAMETER_BOUNDS, strict=False), start=1
        )
        if not low <= value <= high
    ]
