"""`tfcards deck`: proving deck files, and the code of your cards."""

import json
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from tfcards import clock
from tfcards.cli.place import Place
from tfcards.cli.study import Json
from tfcards.core.wording import cards_text
from tfcards.paths import content_folder, own_folder

app = typer.Typer(help="Check deck files and the code of cards.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Check deck files and the code of cards."""


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


@app.command("verify")
def verify(context: typer.Context, as_json: Json = False) -> None:
    """Run the code of your cards again that was last verified on another TensorFlow than this."""
    from tfcards.labs.warm import served
    from tfcards.sessions.card_code import CardCode
    from tfcards.sessions.rerun import Rerun, findings
    from tfcards.sessions.suspects import suspects

    place: Place = context.obj
    with place.collection() as collection:
        code = CardCode(collection, clock.now)
        rerun = Rerun(findings(suspects(collection)).stale)
        with served() if rerun.total else nullcontext():
            for done, (note, result) in enumerate(rerun.results(), start=1):
                code.keep(note, result)
                if not as_json:
                    said = "as said" if result.ok else "not as said"
                    typer.echo(f"{done}/{rerun.total} {note.guid}: {said}", err=True)
        found = findings(suspects(collection))
    if as_json:
        broken = [asdict(one) for one in found.broken]
        release = {"tensorflow": found.release, "ran": rerun.total, "broken": broken}
        typer.echo(json.dumps(release, indent=2))
    else:
        for one in found.broken:
            typer.echo(f"{one.guid}: {one.problem}")
        typer.echo(_verdict(found.release, rerun.total, len(found.broken)))
    if found.broken:
        raise typer.Exit(1)


def _verdict(release: str, ran: int, broken: int) -> str:
    what = f"{cards_text(ran)} run again on TensorFlow {release}." if ran else "No card is stale."
    if broken:
        return f"{what} The code of {cards_text(broken)} does not do what the card says."
    return f"{what} No card is known to be broken."
