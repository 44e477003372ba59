"""`tfcards lab`: listing, running and proving labs."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tfcards import clock
from tfcards.cli.place import Place
from tfcards.cli.study import Json
from tfcards.errors import BadInputError
from tfcards.labs.manifest import Lab

if TYPE_CHECKING:
    from tfcards.sessions.labs import LabRow

app = typer.Typer(help="List, run and prove labs.", no_args_is_help=True)

LabId = Annotated[str, typer.Argument(metavar="ID", help="A lab's id, or its number: 01.")]


@app.command("list")
def list_labs(context: typer.Context, as_json: Json = False) -> None:
    """Show every lab with its state and what is missing to open it."""
    from tfcards.sessions.labs import lab_rows

    place: Place = context.obj
    with place.collection() as collection:
        rows = lab_rows(collection, place.labs(), clock.now)
    if as_json:
        typer.echo(json.dumps([_as_dict(row) for row in rows], indent=2))
        return
    for row in rows:
        best = "" if row.best is None else f"{row.best:.0%}"
        typer.echo(f"{row.lab.id:<20} {row.state:<8} {best:>5}  {row.lab.title}")
        typer.echo(f"{'':<36}{row.reason}")


@app.command("run")
def run(
    context: typer.Context,
    lab_id: LabId,
    file: Annotated[
        Path | None, typer.Option("--file", help="Grade this file instead of your workspace.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run and grade a lab on your workspace, and keep the attempt."""
    from tfcards.sessions.lab import LabSession, run_to_the_end

    place: Place = context.obj
    lab = find(place.labs(), lab_id)
    with place.collection() as collection:
        session = LabSession.open(collection, lab, place.data, clock.now)
        session.require_open()
        if file is not None:
            session.submit(file)
        run_to_the_end(session, None if as_json else typer.echo)
        typer.echo(session.result_json() if as_json else session.verdict())
    if session.outcome != "passed":
        raise typer.Exit(3 if session.outcome == "grader_error" else 1)


@app.command("check")
def check(
    context: typer.Context,
    lab_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A lab's id.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every lab.")] = False,
    seeds: Annotated[int, typer.Option(help="How many seeds the solution must pass.", min=1)] = 2,
    as_json: Json = False,
) -> None:
    """Prove a lab: the starter fails, the solution passes, each wrong solution fails as named."""
    from tfcards.labs.proof import check as prove

    place: Place = context.obj
    if (lab_id is None) != every:
        raise typer.BadParameter("Name a lab, or use --all.")
    labs = place.labs() if lab_id is None else [find(place.labs(), lab_id)]
    progress = (lambda _: None) if as_json else typer.echo
    proofs = [prove(lab, seeds=seeds, on_progress=progress) for lab in labs]
    if as_json:
        typer.echo(json.dumps([proof.as_dict() for proof in proofs], indent=2))
    else:
        for proof in proofs:
            typer.echo(proof.text())
    if place.has_damaged_labs or not all(proof.is_fine for proof in proofs):
        raise typer.Exit(1)


def find(labs: list[Lab], name: str) -> Lab:
    """The lab of that id or number, or a sentence that lists the ids there are."""
    for lab in labs:
        if name in (lab.id, lab.id.split("-")[0]):
            return lab
    known = ", ".join(lab.id for lab in labs) or "none found"
    raise BadInputError(f"There is no lab '{name}'. Labs: {known}.")


def _as_dict(row: "LabRow") -> dict[str, object]:
    return {
        "id": row.lab.id,
        "title": row.lab.title,
        "state": row.state.value,
        "reason": row.reason,
        "best": row.best,
        "attempts": row.attempts,
        "missing_cards": row.unlock.missing,
        "missing_labs": row.unlock.labs_missing,
    }
