"""`tfcards lab new`, `calibrate`, `check`: what the author of a lab needs. No rules."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tfcards.cli.labs import LabId, find
from tfcards.cli.place import Place
from tfcards.cli.study import Json
from tfcards.labs.content.declared import Problem
from tfcards.paths import content_folder, own_folder


def new(
    context: typer.Context,
    lab_id: Annotated[str, typer.Argument(metavar="ID", help="Small letters, digits, dashes.")],
    title: Annotated[str, typer.Option(help="As learners read it.")] = "",
    folder: Annotated[
        Path | None,
        typer.Option("--dir", help="Where the lab's folder goes; your own labs unless given."),
    ] = None,
    framework: Annotated[str, typer.Option(help="tensorflow or none.")] = "tensorflow",
) -> None:
    """Make the folder of a new lab: small, complete, and proven by `tfcards lab check`."""
    from tfcards.labs.proving.template import write

    place: Place = context.obj
    parent = own_folder(place.data, "labs") if folder is None else folder
    made = write(parent, lab_id, title=title, framework=framework)
    typer.echo(f"{made} is a lab that works. Change it, and prove it: tfcards lab check {lab_id}")


def calibrate(
    context: typer.Context,
    lab_id: LabId,
    seeds: Annotated[int, typer.Option(help="How many runs of the solution.", min=1)] = 20,
) -> None:
    """Run a lab's solution on many seeds and write the thresholds of its checks."""
    from tfcards.labs.proving import calibrating

    place: Place = context.obj
    lab = find(place.labs(), lab_id)
    record = calibrating.calibrate(lab, seeds=seeds, on_progress=typer.echo)
    for name, found in record.checks.items():
        spread = f"min {found.min:g}  mean {found.mean:g}  max {found.max:g}"
        typer.echo(f"{name}: {spread}  threshold {found.threshold:g}")
    typer.echo(f"{record.runs} runs, {record.seconds_p95:g} s a run. Written beside lab.toml.")


def check(
    context: typer.Context,
    lab_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A lab's id.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every lab.")] = False,
    seeds: Annotated[int, typer.Option(help="How many seeds the solution must pass.", min=1)] = 5,
    at_a_time: Annotated[
        int, typer.Option(help="Runs at a time; the solution's always run alone.", min=1, max=16)
    ] = 2,
    as_json: Json = False,
) -> None:
    """Prove a lab: the starter fails, the solution passes, each wrong solution fails as named."""
    from tfcards.labs.proving import proof
    from tfcards.labs.warm import served

    place: Place = context.obj
    if (lab_id is None) != every:
        raise typer.BadParameter("Name a lab, or use --all.")
    labs = place.labs()
    damaged = _by_lab(place.damaged_labs)
    if lab_id is not None:
        damaged = {name: found for name, found in damaged.items() if name == lab_id}
        labs = [] if damaged else [find(labs, lab_id)]
    known = known_cards(place)
    progress = (lambda _: None) if as_json else typer.echo
    proofs = [proof.unreadable(name, found) for name, found in damaged.items()]
    with served():
        proofs += [
            proof.check(
                lab, seeds=seeds, at_a_time=at_a_time, known_cards=known, on_progress=progress
            )
            for lab in labs
        ]
    if as_json:
        typer.echo(json.dumps([one.as_dict() for one in proofs], indent=2))
    else:
        for one in proofs:
            typer.echo(one.text())
    if not all(one.is_fine for one in proofs):
        raise typer.Exit(1)


def known_cards(place: Place) -> set[str]:
    """Ids and tags (with those above) of all cards in shipped and own decks."""
    from tfcards import formats
    from tfcards.errors import BadInputError

    known: set[str] = set()
    for folder in (content_folder("decks"), own_folder(place.data, "decks")):
        for path in sorted(folder.glob("*/*.md")):
            try:
                draft = formats.read(path)
            except BadInputError as error:
                typer.echo(str(error), err=True)
                continue
            for note in draft.notes:
                known.add(note.guid)
                known.update(name for tag in note.tags for name in _with_those_above(tag))
    return known


def _with_those_above(tag: str) -> list[str]:
    parts = tag.split("::")
    return ["::".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _by_lab(problems: list[Problem]) -> dict[str, list[Problem]]:
    by_lab: dict[str, list[Problem]] = {}
    for one in problems:
        folder = next(
            (parent for parent in one.file.parents if (parent / "lab.toml").is_file()),
            one.file.parent,
        )
        by_lab.setdefault(folder.name, []).append(one)
    return by_lab
