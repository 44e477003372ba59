"""`tfcards due` and `tfcards review`: studying in a terminal."""

import json
import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from tfcards import clock
from tfcards.cli.place import Place
from tfcards.core.model import DeckCounts, Rating
from tfcards.errors import BadInputError

if TYPE_CHECKING:
    from tfcards.sessions.review import ReviewSession
    from tfcards.store import Collection

DeckName = Annotated[str | None, typer.Option("--deck", help="Only this deck and its sub-decks.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]


def due(context: typer.Context, as_json: Json = False) -> None:
    """Show what is due today, deck by deck."""
    place: Place = context.obj
    with place.collection() as collection:
        now = clock.now()
        counts = collection.counts(collection.calendar().day(now), now)
    if as_json:
        typer.echo(json.dumps([_as_dict(c) for c in counts], indent=2))
        return
    typer.echo(f"{'new':>5} {'learn':>5} {'due':>5} {'all':>6}  deck")
    for c in counts:
        note = "  (begins with `tfcards review --deck`)" if c.waits else ""
        typer.echo(f"{c.new:>5} {c.learning:>5} {c.due:>5} {c.total:>6}  {c.deck.name}{note}")


def review(context: typer.Context, deck: DeckName = None) -> None:
    """Review cards in the terminal: Enter shows the answer, 1 to 4 rate it, u undoes, q stops."""
    from tfcards.sessions.review import ReviewSession

    place: Place = context.obj
    with place.collection() as collection:
        deck_id = deck_id_of(collection, deck)
        if deck_id is not None:
            collection.begin_deck(deck_id)
        session = ReviewSession(collection, clock.now, deck_id)
        while session.card is not None and _one_card(session):
            pass
        _say_goodbye(session)


def _as_dict(c: DeckCounts) -> dict[str, str | int]:
    return {
        "deck": c.deck.name,
        "new": c.new,
        "learning": c.learning,
        "due": c.due,
        "total": c.total,
        "waits": c.waits,
    }


def deck_id_of(collection: "Collection", name: str | None) -> int | None:
    """The deck of that name, or a sentence that lists the names there are."""
    if name is None:
        return None
    decks = collection.decks()
    for found in decks:
        if found.name.casefold() == name.casefold():
            return found.id
    known = ", ".join(found.name for found in decks) or "none yet"
    raise BadInputError(f"There is no deck named '{name}'. Decks: {known}.")


def _one_card(session: "ReviewSession") -> bool:
    left = session.remaining
    typer.secho(
        f"\n{'─' * min(72, shutil.get_terminal_size().columns)}\n"
        f"{left.new} new · {left.learning} learning · {left.due} due",
        dim=True,
    )
    typer.echo(session.text())
    if typer.prompt("Enter shows the answer, q stops", default="", show_default=False) == "q":
        return False
    session.reveal()
    typer.echo(session.text())
    return _rate(session)


def _rate(session: "ReviewSession") -> bool:
    previews = session.previews()
    choices = "  ".join(f"{r.value} {r.name.title()} ({previews[r]})" for r in Rating)
    answer = typer.prompt(f"{choices}  u undo  q stop", default=str(session.suggested.value))
    match answer.strip():
        case "q":
            return False
        case "u":
            typer.echo(session.undo() or "There is nothing to undo.")
        case "1" | "2" | "3" | "4":
            session.rate(Rating(int(answer)))
        case other:
            typer.echo(f"'{other}' is not a rating; use 1 to 4, u or q.")
    return True


def _say_goodbye(session: "ReviewSession") -> None:
    summary = session.summary
    minutes = f"{summary.minutes:.1f} minutes"
    typer.echo(f"\n{summary.reviews} reviews, {summary.again} again, {minutes}.")
    if summary.waits_until is not None:
        local = summary.waits_until.astimezone()
        typer.echo(f"Cards you are learning come back at {local:%H:%M}.")
