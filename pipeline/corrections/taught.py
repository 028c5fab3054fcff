"""The lists that persons' corrections have taught, for looking up what persons write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.gazetteer_file import with_gazetteer
from pipeline.roster_file import with_roster

if TYPE_CHECKING:
    from pipeline.config import Settings

ROSTER, GAZETTEER = "roster.txt", "gazetteer.txt"
"""Their names beside the tables."""


def with_taught(settings: Settings, roster: Path, gazetteer: Path) -> Settings:
    """`settings` with the persons and units of the files that are there.

    Raises ConfigError when one cannot be read or holds what is no name.
    """
    persons = roster if roster.exists() else None
    units = gazetteer if gazetteer.exists() else None
    return with_gazetteer(with_roster(settings, persons), units)
