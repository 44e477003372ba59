"""When a lab opens: enough of its cards are likely recalled now, and the labs before it passed."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

SECONDS_A_REVIEW = 8
SECONDS_A_NEW_CARD = 30


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a lab asks for: a `share` of the cards (tags or guids) at `recall`, and labs passed.

    A card counts once it was recalled on `days` different days: right after a first look the
    predicted recall is high and says nothing yet.
    """

    cards: tuple[str, ...]
    recall: float = 0.8
    share: float = 0.8
    labs: tuple[str, ...] = ()
    days: int = 2


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """One card a lab asks for: its note's guid, and its predicted recall now (None: never seen).

    `days` counts the learner's days on which it was recalled (rated better than Again).
    """

    guid: str
    recall: float | None
    suspended: bool = False
    days: int = 0


@dataclass(frozen=True, slots=True)
class Unlock:
    """Whether a lab is open, and what is missing.

    `known` of `total` cards are at the asked recall and `needed` must be. `missing` has the guids
    of all cards that are not, quickest to mend first. `minutes` estimates the study of as many of
    them as are needed. `reason` says it in a sentence.
    """

    is_open: bool
    known: int
    needed: int
    total: int
    missing: tuple[str, ...]
    labs_missing: tuple[str, ...]
    minutes: int
    reason: str


def evaluate(
    requirement: Requirement,
    prerequisites: Sequence[Prerequisite],
    passed_labs: Collection[str],
    *,
    begun: bool,
    titles: Mapping[str, str] | None = None,
) -> Unlock:
    """Whether a lab is open to a learner who has these cards and passed these labs.

    `titles` are the names of labs by id, for the sentence.
    A lab that was begun stays open whatever is forgotten. Suspended cards do not count. A lab that
    asks for cards of which the collection has none stays closed.
    """
    counted = [card for card in prerequisites if not card.suspended]
    unknown = sorted((card for card in counted if not _is_known(card, requirement)), key=_effort)
    known = len(counted) - len(unknown)
    needed = math.ceil(requirement.share * len(counted) - 1e-9)
    lacking = unknown[: max(0, needed - known)]
    labs_missing = tuple(lab for lab in requirement.labs if lab not in passed_labs)
    names = [(titles or {}).get(lab, lab) for lab in labs_missing]
    absent = bool(requirement.cards) and not prerequisites
    is_open = begun or not (lacking or labs_missing or absent)
    return Unlock(
        is_open=is_open,
        known=known,
        needed=needed,
        total=len(counted),
        missing=tuple(dict.fromkeys(card.guid for card in unknown)),
        labs_missing=labs_missing,
        minutes=_minutes(lacking, requirement),
        reason=(
            _open_reason(known, len(counted), begun=begun)
            if is_open
            else _closed_reason(requirement, lacking, len(counted), names, absent=absent)
        ),
    )


def _is_known(card: Prerequisite, requirement: Requirement) -> bool:
    is_recalled = card.recall is not None and card.recall >= requirement.recall
    return is_recalled and card.days >= requirement.days


def _is_fresh(card: Prerequisite, requirement: Requirement) -> bool:
    """Whether it would count but for the days: recalled well, and not for long."""
    return card.recall is not None and card.recall >= requirement.recall


def _effort(card: Prerequisite) -> tuple[bool, int, float]:
    """Cards seen before come first, those nearest to being known before the others."""
    return (card.recall is None, -card.days, -(card.recall or 0.0))


def _minutes(cards: Sequence[Prerequisite], requirement: Requirement) -> int:
    """For the first look at each new card, and for the reviews on the days still lacking."""
    seconds = 0
    for card in cards:
        reviews = max(requirement.days - card.days, 1)
        first = SECONDS_A_NEW_CARD - SECONDS_A_REVIEW if card.recall is None else 0
        seconds += first + reviews * SECONDS_A_REVIEW
    return math.ceil(seconds / 60)


def _open_reason(known: int, total: int, *, begun: bool) -> str:
    if begun:
        return "Open: you have begun it."
    if not total:
        return "Open: it asks for no cards."
    return f"Open: you know {known} of its {_counted(total, 'card')}."


def _closed_reason(
    requirement: Requirement,
    lacking: Sequence[Prerequisite],
    total: int,
    labs: Sequence[str],
    *,
    absent: bool,
) -> str:
    sentences = []
    if absent:
        sentences.append("Import its cards first: none of them is in your collection.")
    if lacking:
        minutes = _counted(_minutes(lacking, requirement), "minute")
        sentences.append(f"Know {len(lacking)} more of {_counted(total, 'card')}: about {minutes}.")
    if any(card.days + 1 < requirement.days or _is_fresh(card, requirement) for card in lacking):
        sentences.append(f"Each counts once recalled on {requirement.days} different days.")
    if labs:
        sentences.append(f"Pass {_listed([f'“{name}”' for name in labs])} first.")
    return " ".join(sentences)


def _listed(names: Sequence[str]) -> str:
    """Names as in a sentence: "a", "a and b", "a, b and c"."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
