"""How well a pile of cards is held in memory at one moment. Nothing is counted here."""

from dataclasses import dataclass

MASTERED = 0.8  # predicted recall from which a card counts, as labs ask for by default


@dataclass(frozen=True, slots=True)
class Mastery:
    """Of `total` cards, how many were `seen` at all and how many would be `recalled` now."""

    total: int = 0
    seen: int = 0
    recalled: int = 0

    def __add__(self, other: "Mastery") -> "Mastery":
        return Mastery(
            self.total + other.total, self.seen + other.seen, self.recalled + other.recalled
        )

    @property
    def share(self) -> float:
        """The share that would be recalled, 0 to 1."""
        return self.recalled / self.total if self.total else 0.0
