"""The commands for persons who check what was read: `gongwen review` and `golden`."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import typer

from pipeline import options

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.review.room import Room


def review(
    out: options.Reviewed,
    config: options.Config = None,
    roster: options.Teach = None,
    gazetteer: options.TeachUnits = None,
    host: options.Host = "127.0.0.1",
    port: options.Port = 8417,
    who: options.Who = None,
    browser: options.Browser = True,
) -> None:
    """Look at pages and rows side by side, and correct them: a page for this machine's browser."""
    from pipeline.review import review as serve_room
    from pipeline.review.serve import choose_address

    address = choose_address(host, port)
    room = _room(out, config, who or _user(), (roster, gazetteer))

    def ready(url: str) -> None:
        typer.echo(url)
        typer.echo("Ctrl-C ends it; corrections are on disk as soon as the page says so.", err=True)
        if browser:
            typer.launch(url)

    serve_room(room, address, ready)
    if room.library.tables_are_stale():
        typer.echo(f"The tables lack corrections: gongwen compact {out} writes them.", err=True)


def golden(
    out: options.Reviewed,
    doc: options.Doc,
    file: options.GoldenFile = None,
    unreviewed: options.Unreviewed = False,
    config: options.Config = None,
) -> None:
    """Export a reviewed document as a truth for `gongwen eval`."""
    from pipeline.review.golden import shown_to_golden
    from pipeline.write import write_text

    room = _room(out, config, _user(), (None, None))
    shown = room.desk.open(room.library.find(doc))
    text = shown_to_golden(shown, unreviewed=unreviewed)
    if file is None:
        typer.echo(text, nl=False)
    else:
        write_text(text, file)


def _room(out: str, config: Path | None, who: str, files: tuple[Path | None, ...]) -> Room:
    from pipeline.config import load_settings
    from pipeline.ocr.engine import OcrEngine
    from pipeline.review import open_room

    settings = load_settings(config)

    def engine() -> OcrEngine:
        from pipeline.ocr.paddle import engine_factory

        return engine_factory(settings.ocr)()

    return open_room(out, settings, engine, who, files)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
