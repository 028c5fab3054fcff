"""The commands that work on an output: `gongwen run`, `compact` and `status`."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import typer

from pipeline import options
from pipeline.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from pipeline.batch import Request
    from pipeline.config import Settings


def run(
    inputs: options.Inputs,
    out: options.Out,
    config: options.Config = None,
    roster: options.Roster = None,
    gazetteer: options.Gazetteer = None,
    redo: options.Again = None,
    workers: options.Workers = None,
    page_seconds: options.PageSeconds = 120.0,
    document_seconds: options.DocumentSeconds = 3600.0,
    memory: options.Memory = 4.0,
    recycle: options.Recycle = 1000,
    tables: options.Tables = True,
    executor: options.Executor = "local",
    address: options.Address = "",
    watch: options.Watch = False,
    log_json: options.LogJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Read new notices and bring tasks.parquet and its companions at OUT up to date."""
    from pipeline.batch import Redo, Request
    from pipeline.batch.crew import GIB, Limits
    from pipeline.config import load_settings
    from pipeline.gazetteer_file import with_gazetteer
    from pipeline.roster_file import with_roster

    _require(redo or "failed", options.REDO, "--redo")
    _require(executor, options.EXECUTORS, "--executor")
    settings = with_gazetteer(with_roster(load_settings(config), roster), gazetteer)
    limits = Limits(workers, recycle, page_seconds, document_seconds, int(memory * GIB))
    ray = address if executor == "ray" else None
    request = Request(tuple(inputs), out, limits, Redo(redo or "nothing"), tables, ray=ray)
    raise typer.Exit(_run(request, settings, watch=watch, log_json=log_json, quiet=quiet))


def _run(
    request: Request, settings: Settings, *, watch: bool, log_json: bool, quiet: bool
) -> ExitCode:
    from pipeline.batch import run_batch
    from pipeline.notes import notes_to
    from pipeline.progress import LogWatcher, ProgressWatcher

    # A service manager ends a run as Ctrl-C does; a script's shell has what it puts into the
    # background ignore SIGINT, and yet who sends one means it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    console = LogWatcher(sys.stderr) if log_json else ProgressWatcher(request.out, quiet=quiet)
    with console, notes_to(console.note):
        if watch:
            from pipeline.batch.watching import watch_inbox

            watch_inbox(request, settings, console, console.summary)
        record = run_batch(request, settings, console)
    console.summary(record)
    return record.exit_code


def _require(value: str, choices: tuple[str, ...], option: str) -> None:
    if value not in choices:
        raise UsageError(f"{option} takes {', '.join(choices)}, not '{value}'.")


def compact(
    out: options.OutWritten,
    config: options.Config = None,
    roster: options.Roster = None,
    gazetteer: options.Gazetteer = None,
) -> None:
    """Make the tables at OUT anew from the parts that are there, with all corrections."""
    from pipeline.batch import compact_output
    from pipeline.config import load_settings
    from pipeline.gazetteer_file import with_gazetteer
    from pipeline.roster_file import with_roster

    settings = load_settings(config)
    # Parts are chosen by the settings they were read with; the lists know what persons wrote.
    naming = with_gazetteer(with_roster(settings, roster), gazetteer)
    documents = compact_output(out, settings, naming)
    typer.echo(f"{documents} documents → {out}", err=True)


def status(out: options.OutWritten, json_text: options.Json = False) -> None:
    """Show what is done at OUT, what failed and why, what is in doubt, and missing serials."""
    from pipeline.batch.status import status_of
    from pipeline.console import print_status

    found = status_of(out)
    if json_text:
        typer.echo(found.to_json(), nl=False)
    else:
        print_status(found)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
