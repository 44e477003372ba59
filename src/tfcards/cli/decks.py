"""`tfcards deck`: proving deck files."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tfcards.cli.place import Place
from tfcards.cli.study import Json
from tfcards.paths import content_folder, own_folder

app = typer.Typer(help="Check deck files.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Check deck files."""


@app.command("check")
def check(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="Deck files, folders of them.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All built-in decks.")] = False,
    run: Annotated[bool, typer.Option("--run", help="Also run every snippet.")] = False,
    as_json: Json = False,
) -> None:
    """Prove deck files: format, ids, references, and with --run every snippet by running it."""
    from tfcards.sessions.deck_check import check as check_decks

    if bool(paths) == every:
        raise typer.BadParameter("Name a file or folder, or use --all.")
    place: Place = context.obj
    shipped = content_folder("decks")
    if paths:
        beside = [shipped, own_folder(place.data, "decks")]
        report = check_decks(paths, beside=beside, run=run, workers=2)
    else:
        report = check_decks([shipped], labs=place.labs(), shipped=True, run=run, workers=2)
    typer.echo(json.dumps(report.as_dict(), indent=2) if as_json else report.text())
    if not report.is_fine:
        raise typer.Exit(1)
