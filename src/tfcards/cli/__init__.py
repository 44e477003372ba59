"""The command line: one module per group of commands; every command works without a screen."""

from pathlib import Path
from typing import Annotated

import typer

import tfcards
from tfcards.cli import authoring, decks, doctor, files, labs, study
from tfcards.cli.place import Place

app = typer.Typer(
    name="tfcards",
    help="Learn TensorFlow with cards that come back in time and labs that run for real.\n\n"
    "Without a command, the window opens. Exit codes: 0 done, 1 the work or deck is wrong,\n"
    "2 wrong usage, 3 it could not be done here.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"tfcards {tfcards.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def open_window(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of your cards.", envvar="TFCARDS_DATA", show_default=False),
    ] = None,
    version: Annotated[  # noqa: ARG001  # handled by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Open the window, or run a command."""
    context.obj = Place(data)
    if context.invoked_subcommand is None:
        from tfcards.app import run

        raise typer.Exit(run(data))


app.command("due")(study.due)
app.command("review")(study.review)
app.command("import")(files.import_path)
app.command("export")(files.export_path)
app.command("backup")(files.backup)
app.command("restore")(files.restore)
app.command("doctor")(doctor.doctor)
labs.app.command("new")(authoring.new)
labs.app.command("check")(authoring.check)
labs.app.command("calibrate")(authoring.calibrate)
app.add_typer(labs.app, name="lab")
app.add_typer(decks.app, name="deck")
