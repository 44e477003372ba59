"""When a card comes back: memory, steps, fuzz and the learner's days together. No clock, no files.

What holds for every answer: the preview equals the result; due(Again) <= due(Hard) <= due(Good)
<= due(Easy); nothing is due before its own answer; the same input gives the same schedule.
Elapsed days are the learner's calendar days. When the clock was set back (`now` before the last
answer) no day counts as elapsed and the card is scheduled from `now`. All moments are cut to
whole milliseconds, as the log keeps them.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tfcards.core import fuzz
from tfcards.core.day import Calendar
from tfcards.core.model import Card, Memory, Rating, Review, ReviewKind, State
from tfcards.core.options import Options
from tfcards.core.replay import replay
from tfcards.core.schedule_memory import MemoryModel, Recalled, model_name
from tfcards.core.steps import Step, next_step

__all__ = ["Answer", "Explanation", "Scheduler", "model_name", "replay"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer makes of a card, its line in the log, and the wait its button shows."""

    card: Card
    review: Review
    interval: timedelta


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an answer gives the date it gives.

    `recall` is the chance of recall at the moment of the answer; `elapsed_days` are the learner's
    days since the last one. `wanted_days` is the interval at which recall falls to the wanted
    share; fuzz may move it within `shortest_days` to `longest_days`; `days` is what it became
    (0 while the card waits at `step`).
    """

    elapsed_days: int
    recall: float | None
    before: Memory | None
    after: Memory
    wanted_days: int
    shortest_days: int
    longest_days: int
    days: int
    step: Step | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One rating's result: where the card waits, and for how long."""

    recalled: Recalled
    step: Step | None
    due_day: int
    due_at: datetime | None
    interval: timedelta


class Scheduler:
    """Schedules cards with FSRS-6 by one deck's options, on the learner's calendar."""

    def __init__(self, options: Options, calendar: Calendar) -> None:
        self._options = options
        self._calendar = calendar
        self._memory = MemoryModel(
            options.parameters, options.desired_retention, options.maximum_interval
        )
        self.model = self._memory.name

    def preview(self, card: Card, now: datetime) -> dict[Rating, Answer]:
        """What each rating would do: exactly what `answer` does at the same moment."""
        now = _whole_milliseconds(now)
        outcomes = self._outcomes(card, now)
        return {
            rating: self._answer(card, rating, now, outcome) for rating, outcome in outcomes.items()
        }

    def answer(
        self,
        card: Card,
        rating: Rating,
        now: datetime,
        *,
        duration: timedelta = timedelta(0),
        kind: ReviewKind = ReviewKind.STUDY,
    ) -> Answer:
        """The card after `rating` at `now` (aware); `CRAM` is logged but leaves the card alone."""
        now = _whole_milliseconds(now)
        if kind is ReviewKind.CRAM:
            return self._untouched(card, rating, now, duration)
        answer = self._answer(card, rating, now, self._outcomes(card, now)[rating])
        return replace(answer, review=replace(answer.review, duration=duration, kind=kind))

    def recall(self, card: Card, now: datetime) -> float | None:
        """The chance, 0 to 1, that the card is recalled at `now`; None if it was never answered."""
        if card.memory is None or card.last_at is None:
            return None
        return self._memory.recall(card.memory, (now - card.last_at) / timedelta(days=1))

    def recall_after(self, memory: Memory, days: float) -> float:
        """The forgetting curve: the chance of recalling `memory` after `days`."""
        return self._memory.recall(memory, days)

    def lasting(self, recall: float) -> float:
        """Days of at least that chance of recall, for each day of a memory's stability."""
        return self._memory.lasting(recall)

    def explain(self, card: Card, rating: Rating, now: datetime) -> Explanation:
        """Why `rating` at `now` gives the date it gives."""
        now = _whole_milliseconds(now)
        today = self._calendar.day(now)
        outcome = self._outcomes(card, now)[rating]
        wanted = outcome.recalled.days
        shortest, longest = self._limits(card, rating, wanted)
        return Explanation(
            elapsed_days=_elapsed(card, today),
            recall=self.recall(card, now),
            before=card.memory,
            after=outcome.recalled.memory,
            wanted_days=wanted,
            shortest_days=shortest,
            longest_days=longest,
            days=0 if outcome.step else outcome.due_day - today,
            step=outcome.step,
        )

    def _outcomes(self, card: Card, now: datetime) -> dict[Rating, _Outcome]:
        """Every rating's outcome, each at least as late as the one of the worse rating."""
        today = self._calendar.day(now)
        elapsed = _elapsed(card, today)
        outcomes: dict[Rating, _Outcome] = {}
        worse: _Outcome | None = None
        for rating in Rating:
            recalled = self._memory.after(card.memory, rating, elapsed)
            step = next_step(self._options, card.state, card.step, rating)
            if step is None:
                days = self._days(card, rating, recalled.days)
                worse = _in_days(recalled, today, days, worse)
            else:
                worse = self._waiting(recalled, step, now, worse)
            outcomes[rating] = worse
        return outcomes

    def _waiting(
        self, recalled: Recalled, step: Step, now: datetime, worse: _Outcome | None
    ) -> _Outcome:
        wait = max(step.wait, worse.interval) if worse else step.wait
        due_at = _whole_milliseconds(now + wait)
        return _Outcome(recalled, step, self._calendar.day(due_at), due_at, due_at - now)

    def _days(self, card: Card, rating: Rating, wanted: int) -> int:
        return fuzz.within(self._limits(card, rating, wanted), fuzz.fraction(card.id, card.reps))

    def _limits(self, card: Card, rating: Rating, wanted: int) -> tuple[int, int]:
        """The shortest and longest that fuzz may make an interval of `wanted` days."""
        if not self._options.fuzz:
            return wanted, wanted
        last = _last_interval(card) if card.state is State.REVIEW else 0
        grows = rating is not Rating.AGAIN and wanted > last
        return fuzz.bounds(wanted, self._options.maximum_interval, last + 1 if grows else 1)

    def _answer(self, card: Card, rating: Rating, now: datetime, outcome: _Outcome) -> Answer:
        step = outcome.step
        answered = replace(
            card,
            state=step.state if step else State.REVIEW,
            step=step.index if step else 0,
            memory=outcome.recalled.memory,
            due_day=outcome.due_day,
            due_at=outcome.due_at,
            last_at=now,
            last_day=self._calendar.day(now),
            reps=card.reps + 1,
            lapses=card.lapses + (card.state is State.REVIEW and rating is Rating.AGAIN),
        )
        return Answer(answered, self._row(card, answered, rating, now), outcome.interval)

    def _untouched(self, card: Card, rating: Rating, now: datetime, duration: timedelta) -> Answer:
        row = self._row(card, card, rating, now)
        return Answer(card, replace(row, kind=ReviewKind.CRAM, duration=duration), timedelta(0))

    def _row(self, before: Card, after: Card, rating: Rating, now: datetime) -> Review:
        return Review(
            card_id=before.id,
            at=now,
            day=self._calendar.day(now),
            rating=rating,
            kind=ReviewKind.STUDY,
            duration=timedelta(0),
            model=self.model,
            state_before=before.state,
            state=after.state,
            step=after.step,
            memory=after.memory,
            due_day=after.due_day,
            due_at=after.due_at,
        )


def _in_days(recalled: Recalled, today: int, days: int, worse: _Outcome | None) -> _Outcome:
    """A review outcome: never before a worse rating's, even beyond the longest interval."""
    due_day = max(today + days, worse.due_day) if worse else today + days
    return _Outcome(recalled, None, due_day, None, timedelta(days=due_day - today))


def _elapsed(card: Card, today: int) -> int:
    """The learner's days since the last answer; 0 if there was none or the clock was set back."""
    return 0 if card.last_day is None else max(0, today - card.last_day)


def _last_interval(card: Card) -> int:
    if card.due_day is None or card.last_day is None:
        return 0
    return max(0, card.due_day - card.last_day)


def _whole_milliseconds(moment: datetime) -> datetime:
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
