"""The options of the commands, each with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

REDO = ("failed", "changed", "all")

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="TOML file laid over the shipped settings.",
        metavar="FILE",
        readable=False,
    ),
]
Roster = Annotated[
    Path | None,
    typer.Option(
        "--roster",
        help="Persons known beforehand, one a line: text, CSV or TOML.",
        metavar="FILE",
        readable=False,
    ),
]
Gazetteer = Annotated[
    Path | None,
    typer.Option(
        "--gazetteer",
        help="Units known beforehand, each in full with its short forms: text, CSV or TOML.",
        metavar="FILE",
        readable=False,
    ),
]
Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Documents and folders of documents: paths, s3://… or hdfs://….", metavar="INPUT…"
    ),
]
Out = Annotated[str, typer.Option("--out", "-o", help="Path or URI to write to.", metavar="OUT")]
OutWritten = Annotated[
    str, typer.Argument(help="Path or URI that `gongwen run` wrote to.", metavar="OUT")
]
Again = Annotated[
    str | None,
    typer.Option(
        help="Read known documents again: failed; all; changed hashes every input anew.",
        metavar="|".join(REDO),
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(min=0, help="Processes that read; else one a core. 0: this process, no limits."),
]
PageSeconds = Annotated[float, typer.Option(min=0.1, help="Limit for a page.")]
DocumentSeconds = Annotated[float, typer.Option(min=0.1, help="Limit for a document.")]
Memory = Annotated[float, typer.Option(min=0.1, help="Limit for a worker, in GiB.")]
Recycle = Annotated[int, typer.Option(min=1, help="Pages after which a worker is replaced.")]
Tables = Annotated[
    bool, typer.Option("--tables/--no-tables", help="Bring the tables up to date at the end.")
]
EXECUTORS = ("local", "ray")
Executor = Annotated[
    str,
    typer.Option(help="Who reads: local, or ray for many machines.", metavar="|".join(EXECUTORS)),
]
Address = Annotated[
    str,
    typer.Option(help="Of the Ray cluster, or auto; else one is started here.", metavar="ADDRESS"),
]
Watch = Annotated[
    bool, typer.Option("--watch", help="Go on: run again whenever an input has changed.")
]
LogJson = Annotated[
    bool, typer.Option("--log-json", help="Lines of JSON on stderr, one a document.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but errors.")]
Json = Annotated[bool, typer.Option("--json", help="Write JSON, all of it.")]
Reviewed = Annotated[str, typer.Argument(help="Folder that `gongwen run` wrote.", metavar="OUT")]
Teach = Annotated[
    Path | None,
    typer.Option("--roster", help="Text file of persons that is read, and taught.", metavar="FILE"),
]
TeachUnits = Annotated[
    Path | None,
    typer.Option(
        "--gazetteer", help="Text file of units that is read, and taught.", metavar="FILE"
    ),
]
Port = Annotated[int, typer.Option("--port", help="Port to serve at.", min=1, max=65535)]
Host = Annotated[
    str,
    typer.Option(
        "--host", help="Address to serve at; another than loopback needs GONGWEN_REVIEW_TOKEN."
    ),
]
Who = Annotated[
    str | None, typer.Option("--who", help="Who corrects; else the user's name.", metavar="NAME")
]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in a browser.")]
Unreviewed = Annotated[
    bool, typer.Option("--unreviewed", help="Take rows that nobody has reviewed as they were read.")
]
GoldenFile = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="File to write; else it is shown.", metavar="JSON"),
]
Doc = Annotated[
    str, typer.Argument(help="Document: its path, or digits of its doc_id.", metavar="DOC")
]
