"""Templates to HTML text; the files that go with them."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pipeline import __version__
from pipeline.show.labels import (
    COLUMN_LABELS,
    FACT_LABELS,
    FACT_VALUES,
    LETTER_LABELS,
    ROUTE_LABELS,
    SETTLED_LABELS,
    SEVERITY_LABELS,
    STATUS_LABELS,
    STEP_LABELS,
)
from pipeline.show.messages import error_in_chinese

if TYPE_CHECKING:
    from jinja2 import Environment

    from pipeline.show.views import PlaceView

_HERE = Path(__file__).parent
STATIC = _HERE / "static"

# Marks that turn the direction of text or take no room could make it look like another text.
_UNSEEN = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff0-\ufffb"
    r"\U000e0000-\U000e0fff\ud800-\udfff]"
)


def render(template: str, **values: object) -> str:
    """The template with the values filled in; a value that is missing raises."""
    return environment().get_template(template).render(**values)


@cache
def environment() -> Environment:
    """The templates, with everything escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        visible=visible_text,
        raw=Markup,  # for what is shipped, never for what a document says
        visible_plain=visible_plain,
        places=places_text,
        shortened=shortened,
        settled=settled_label,
        error=error_in_chinese,
    )
    found.globals.update(
        version=__version__,
        column_labels=COLUMN_LABELS,
        letter_labels=LETTER_LABELS,
        severity_labels=SEVERITY_LABELS,
        status_labels=STATUS_LABELS,
        route_labels=ROUTE_LABELS,
        step_labels=STEP_LABELS,
        fact_labels=FACT_LABELS,
        fact_values=FACT_VALUES,
    )
    return found


def warm() -> None:
    """Compile all templates, so that nobody who looks has to wait for it."""
    templates = environment()
    for name in templates.list_templates():
        templates.get_template(name)


def visible_text(text: object) -> Markup:
    """`text` escaped; a mark that nobody can see is shown by its number."""
    parts, last = [], 0
    whole = str(text)
    for found in _UNSEEN.finditer(whole):
        parts += [escape(whole[last : found.start()]), _mark(found.group())]
        last = found.end()
    return Markup("").join([*parts, escape(whole[last:])])


def visible_plain(text: object) -> str:
    """As `visible_text`, for an attribute or a title, where no mark-up can stand."""
    return _UNSEEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", str(text))


def shortened(text: object, most: int) -> str:
    """`text` in at most `most` characters."""
    whole = visible_plain(text)
    return whole if len(whole) <= most else whole[: most - 1] + "…"


def places_text(places: Iterable[PlaceView]) -> str:
    """Places for a script: page, left, top, right, bottom with commas, places with semicolons."""
    return ";".join(f"{p.page},{p.x0:.2f},{p.top:.2f},{p.x1:.2f},{p.bottom:.2f}" for p in places)


def settled_label(settled: str) -> str:
    """How a finding was settled, in Chinese."""
    how, _, reason = settled.partition(": ")
    return "：".join(filter(None, (SETTLED_LABELS.get(how, how), reason)))


def asset(name: str) -> str:
    """A script or style that is shipped."""
    return (STATIC / name).read_text(encoding="utf-8")


def digest(text: str) -> str:
    """The hash of a script inside the page, as a Content-Security-Policy takes it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _mark(character: str) -> Markup:
    name = unicodedata.name(character, "control character")
    code = f"U+{ord(character):04X}"
    return Markup('<span class="unseen" title="{}">{}</span>').format(name, code)
