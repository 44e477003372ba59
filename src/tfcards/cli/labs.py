"""`tfcards lab`: listing and running labs, exporting what came of it. Authors' commands apart."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tfcards import clock
from tfcards.cli.place import Place
from tfcards.cli.study import Json
from tfcards.core.model import Attempt
from tfcards.errors import BadInputError, UnavailableError
from tfcards.labs.content.manifest import Lab
from tfcards.labs.exports import Form
from tfcards.labs.exports import export as write_as
from tfcards.labs.result import from_json

if TYPE_CHECKING:
    from tfcards.sessions.lab_history import Tried
    from tfcards.sessions.road import Node

app = typer.Typer(help="List, run and prove labs.", no_args_is_help=True)

LabId = Annotated[str, typer.Argument(metavar="ID", help="A lab's id, or its number: 01.")]


@app.command("list")
def list_labs(context: typer.Context, as_json: Json = False) -> None:
    """Show the road: every stage with its labs, how each stands and what is missing to open it."""
    from tfcards.sessions.outside_runs import running_labs
    from tfcards.sessions.roadmap import roadmap

    place: Place = context.obj
    with place.collection() as collection:
        road = roadmap(
            collection, place.labs(), place.outline(), clock.now, running_labs(place.data)
        )
    if as_json:
        nodes = sorted(filter(lambda node: node.row, road.nodes), key=_place)
        typer.echo(json.dumps([_as_dict(node) for node in nodes], indent=2))
        return
    typer.echo(road.summary)
    for section in road.sections:
        typer.echo(f"\n{section.heading}. {section.memory}".rstrip(". ") + ".")
        for node in section.nodes:
            _say_lab(node)


def _say_lab(node: "Node") -> None:
    row = node.row
    name = "" if row is None else row.lab.id
    best = "" if row is None or row.best is None else f"{row.best:.0%}"
    level = f" ({node.level})" if node.level else ""
    typer.echo(f"  {name:<24} {node.standing:<12} {best:>4}  {node.title}{level}")
    if row is not None:
        typer.echo(f"{'':<46}{row.reason}")


def _place(node: "Node") -> tuple[int, str]:
    return (node.row.lab.stage if node.row else 0, node.id)


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
    labs = place.labs()
    lab = find(labs, lab_id)
    with place.collection() as collection:
        session = LabSession.open(collection, lab, place.data, clock.now, labs)
        session.require_open()
        if file is not None:
            session.submit(file)
        if session.about_turn and not as_json:
            typer.echo(f"{session.row.reason} Your files for it are in {session.work}")
        run_to_the_end(session, None if as_json else typer.echo)
        typer.echo(session.result_json() if as_json else session.verdict())
    if session.outcome != "passed":
        raise typer.Exit(3 if session.outcome == "grader_error" else 1)


@app.command("attempts")
def attempts(context: typer.Context, lab_id: LabId, as_json: Json = False) -> None:
    """Show every graded attempt of a lab; the best is marked. `export` takes the same numbers."""
    from tfcards.sessions.lab_history import tried

    place: Place = context.obj
    lab = find(place.labs(), lab_id)
    with place.collection() as collection:
        found = tried(collection, lab.id)
    if as_json:
        typer.echo(json.dumps([_attempt_as_dict(one) for one in found], indent=2))
        return
    if not found:
        typer.echo(f"No graded attempt of {lab.title} yet. Make one: tfcards lab run {lab.id}")
        return
    typer.echo(f"{'':>4} {'when':<16} {'outcome':<14} {'points':>9} {'seconds':>8} {'seed':>11}")
    for one in found:
        points = f"{one.score:g}/{one.max_score:g}"
        typer.echo(
            f"{one.number:>4} {one.at:%Y-%m-%d %H:%M} {one.outcome:<14} {points:>9}"
            f" {one.seconds:>8.1f} {one.seed:>11}{'  best' if one.is_best else ''}"
        )


@app.command("export")
def export(
    context: typer.Context,
    attempt: Annotated[
        str, typer.Argument(metavar="ATTEMPT", help="Its number among the lab's attempts, or last.")
    ],
    lab_id: Annotated[str, typer.Option("--lab", metavar="ID", help="Which lab.")],
    form: Annotated[Form, typer.Option("--to", help="Whose shape.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to; else it is printed.")
    ] = None,
) -> None:
    """Write an attempt's result as other graders and CI servers read it."""
    place: Place = context.obj
    lab = find(place.labs(), lab_id)
    with place.collection() as collection:
        attempts = collection.attempts(lab.id)
    kept = _numbered(attempts, attempt, lab.id)
    text = write_as(from_json(json.loads(kept.result)), form)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise UnavailableError(f"{out} cannot be written: {error.strerror}.") from error
    typer.echo(f"Written to {out}.")


def _numbered(attempts: list[Attempt], name: str, lab_id: str) -> Attempt:
    if not attempts:
        text = f"There is no graded attempt of {lab_id} yet. Make one: tfcards lab run {lab_id}"
        raise BadInputError(text)
    if name == "last":
        return attempts[-1]
    if not name.isdecimal() or not 1 <= int(name) <= len(attempts):
        text = f"There is no attempt {name!r} of {lab_id}; write 1 to {len(attempts)}, or last."
        raise BadInputError(text)
    return attempts[int(name) - 1]


def find(labs: list[Lab], name: str) -> Lab:
    """The lab of that id or number, or a sentence that lists the ids there are."""
    for lab in labs:
        if name in (lab.id, lab.id.split("-")[0]):
            return lab
    known = ", ".join(lab.id for lab in labs) or "none found"
    raise BadInputError(f"There is no lab '{name}'. Labs: {known}.")


def _as_dict(node: "Node") -> dict[str, object]:
    row = node.row
    assert row is not None
    return {
        "id": row.lab.id,
        "title": row.lab.title,
        "stage": row.lab.stage,
        "state": row.state.value,
        "reason": row.reason,
        "best": row.best,
        "attempts": row.attempts,
        "again_on": None if row.again_on is None else str(date.fromordinal(row.again_on)),
        "missing_cards": row.unlock.missing,
        "missing_labs": row.unlock.labs_missing,
        "minutes_to_open": row.unlock.minutes,
        "running": node.standing == "running",
    }


def _attempt_as_dict(one: "Tried") -> dict[str, object]:
    return {
        "number": one.number,
        "at": one.at.isoformat(),
        "outcome": one.outcome,
        "score": one.score,
        "max_score": one.max_score,
        "seconds": one.seconds,
        "seed": one.seed,
        "is_best": one.is_best,
        "checks": [
            {"id": check.id, "status": check.status, "score": check.score, "points": check.points}
            for check in one.checks
        ],
    }
