"""`tfcards import`, `export` and `backup`: moving cards in and out."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tfcards import clock
from tfcards.cli.place import Place
from tfcards.cli.study import DeckName, Json, deck_id_of
from tfcards.core.draft import ImportReport


def import_path(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A deck file, or a folder of them.")],
    as_json: Json = False,
) -> None:
    """Add a deck file to your cards; again brings in what changed and keeps your edits."""
    from tfcards.sessions.library import import_path as add

    place: Place = context.obj
    with place.collection() as collection:
        report = add(collection, path, clock.now())
    typer.echo(json.dumps(_as_dict(report), indent=2) if as_json else _sentence(path, report))
    for skipped in () if as_json else report.skipped:
        typer.echo(f"  left out: {skipped.where}: {skipped.why}")
    for guid in () if as_json else report.conflicts:
        typer.echo(f"  kept your text: {guid} changed on both sides")


def export_path(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A .md file for one deck, or a folder for several.")],
    deck: DeckName = None,
) -> None:
    """Write your decks as Markdown deck files."""
    from tfcards.sessions.library import export_path as write

    place: Place = context.obj
    with place.collection() as collection:
        for written in write(collection, path, deck_id_of(collection, deck)):
            typer.echo(written)


def backup(context: typer.Context) -> None:
    """Save a verified copy of the collection and print where it is."""
    place: Place = context.obj
    with place.collection() as collection:
        typer.echo(collection.backup(clock.now()))


def restore(
    context: typer.Context,
    backup: Annotated[Path, typer.Argument(help="A backup, as `tfcards backup` printed it.")],
) -> None:
    """Put a backup in the place of your collection; the replaced one is kept beside it."""
    from tfcards.store import Collection

    place: Place = context.obj
    replaced = Collection.restore(place.data, backup, clock.now())
    typer.echo(f"Restored {backup}. What it replaced is in {replaced}.")


def _sentence(path: Path, report: ImportReport) -> str:
    return (
        f"{path}: {len(report.added)} notes added, {len(report.updated)} updated, "
        f"{len(report.unchanged)} unchanged, {len(report.conflicts)} kept as you edited them."
    )


def _as_dict(report: ImportReport) -> dict[str, object]:
    return {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "conflicts": report.conflicts,
        "skipped": [{"where": s.where, "why": s.why} for s in report.skipped],
    }
