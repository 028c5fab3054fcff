"""Whether the text layer of a page is to be believed, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.characters import common_han, is_blank, is_han, is_odd, map_radicals
from pipeline.config import RouteRules
from pipeline.textlayer.marks import Mark, PageMarks, Picture

# Enough characters for shares of them to mean something.
_SAMPLE = 20
# A page of text turned to outlines has hundreds of filled curves; charts and seals have fewer.
_OUTLINED = 150


@dataclass(frozen=True, slots=True)
class Verdict:
    """The route of a page. `broken`: a text layer is there, but it is not what the page shows."""

    route: Literal["text", "scan"]
    reason: str
    broken: bool = False


def judge(page: PageMarks, marks: Sequence[Mark], rules: RouteRules) -> Verdict:
    """Choose the route from the page's visible characters `marks` and from what else it draws."""
    cover = _cover(page)
    hidden = sum(mark.paint == "hidden" for mark in page.marks)
    if not marks:
        return _judge_without_text(page, cover, hidden)
    reason = _garbled(marks, rules)
    if reason:
        return Verdict("scan", reason, broken=True)
    share = _text_share(page, marks)
    few = len(marks) < rules.min_characters or share < rules.text_share
    if cover >= rules.image_cover and few:
        what = f"only {len(marks)} characters over a picture of {cover:.0%} of the page"
        return Verdict("scan", what, broken=True)
    if page.outlines > _OUTLINED and few:
        what = f"only {len(marks)} characters beside {page.outlines} outlined shapes"
        return Verdict("scan", what, broken=True)
    return Verdict("text", f"text layer of {len(marks)} characters")


def covering_picture(page: PageMarks, rules: RouteRules) -> Picture | None:
    """The last opaque picture that hides what was drawn before it, None when there is none."""
    area = page.width * page.height
    for picture in reversed(page.pictures):
        if picture.opaque and _area(picture) >= rules.image_cover * area:
            return picture
    return None


def _judge_without_text(page: PageMarks, cover: float, hidden: int) -> Verdict:
    if cover > 0.02:
        if hidden:
            what = f"picture of {cover:.0%} of the page with {hidden} hidden characters"
            return Verdict("scan", what)
        return Verdict("scan", f"no text layer, picture of {cover:.0%} of the page")
    if page.outlines > _OUTLINED:
        return Verdict("scan", f"no text layer, {page.outlines} outlined shapes")
    if hidden:
        return Verdict("scan", f"all {hidden} characters are hidden", broken=True)
    if page.strokes or page.fills or page.pictures:
        return Verdict("text", "no characters, only lines and areas")
    return Verdict("text", "blank page")


def _garbled(marks: Sequence[Mark], rules: RouteRules) -> str:
    text = map_radicals("".join([mark.text for mark in marks]))
    odd = sum(is_odd(character) for character in text if not character.isascii())
    odd += sum(not character.isprintable() for character in text if character.isascii())
    if odd > rules.odd_share * len(text):
        return f"garbled text layer, {odd} of {len(text)} characters without a meaning"
    if len(text) < _SAMPLE:
        return ""
    latin = sum("\x80" <= character <= "\u024f" for character in text)
    han = [character for character in text if is_han(character)]
    if latin > rules.latin_share * len(text) and latin > len(han):
        return f"garbled text layer, {latin} of {len(text)} characters are accented Latin"
    common = common_han()
    known = sum(character in common for character in han)
    if len(han) >= _SAMPLE and known < rules.common_share * len(han):
        return f"garbled text layer, only {known} of {len(han)} Chinese characters are common ones"
    return ""


def _cover(page: PageMarks) -> float:
    """Share of the page under pictures; strips and tiles add up."""
    area = page.width * page.height
    return min(1.0, sum(_area(picture) for picture in page.pictures) / area) if area else 0.0


def _text_share(page: PageMarks, marks: Sequence[Mark]) -> float:
    drawn = sum([(mark.x1 - mark.x0) * (mark.bottom - mark.top) for mark in marks])
    return drawn / (page.width * page.height)


def _area(picture: Picture) -> float:
    x0, top, x1, bottom = picture.box
    return (x1 - x0) * (bottom - top)


def is_drawn(mark: Mark) -> bool:
    """Whether the character leaves ink: it is neither blank nor invisible."""
    return mark.paint != "hidden" and not is_blank(mark.text)
