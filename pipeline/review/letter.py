"""The elements of the letter on the review page."""

from __future__ import annotations

from typing import Any

from pipeline.corrections.records import LETTER_LISTS
from pipeline.review.desk import Shown
from pipeline.show import render
from pipeline.show.labels import LETTER_LABELS
from pipeline.show.views import items_of


def letter_views(shown: Shown) -> list[dict[str, Any]]:
    """The elements of the letter, the blank ones too, and what was read where a person differs."""
    found = []
    for name, label in LETTER_LABELS.items():
        value, read = shown.corrected.rows.letter(name), shown.stored.rows.letter(name)
        found.append(
            {
                "column": name,
                "label": label,
                "items": items_of(value),
                "is_list": name in LETTER_LISTS,
                "corrected": value != read,
                "read": items_of(read),
            }
        )
    return found


def letter_html(shown: Shown) -> str:
    """The elements of the letter, each to be chosen and corrected."""
    return render("_letter.html", letter=letter_views(shown), can_edit=True)
