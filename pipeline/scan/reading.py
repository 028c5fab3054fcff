"""Pieces of text → words: one call of the engine for a page, a second where it doubts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipeline.characters import is_blank, is_han
from pipeline.lexicon import Rival, best_rival
from pipeline.model import Code, Finding, Severity, Word
from pipeline.ocr.engine import LineReading, check_readings
from pipeline.scan.anew import set_anew
from pipeline.scan.crops import MARGIN, Piece, picture_left, piece_to_picture
from pipeline.scan.ink import Grey, Mask
from pipeline.scan.lost import Losses
from pipeline.scan.words import spell, to_points, to_word

if TYPE_CHECKING:
    from pipeline.ocr.engine import OcrEngine

DOUBTFUL = 0.85
"""Lines with a less certain character are looked at a second time."""
CLOSER = 0.1
"""Margin of the second picture of a doubtful line, in line heights."""
OTHER_MARGINS = (MARGIN, 0.2, 0.4, CLOSER)
"""Margins tried in turn for a line in which a character was lost."""
BRACKETS = ("（）", "()", "〔〕", "[]", "【】")
"""Pairs: of these, one alone is never what was lost."""
NARROWEST_HAN, NARROWEST = 0.5, 0.15
"""Heights of the line that a Chinese character, and any other, takes at least."""


@dataclass(frozen=True, slots=True)
class Look:
    """One picture of a piece: `left` is the page x of its left edge, `width` its width (pixels).

    `others` is what was read in the piece besides, by another model or in another picture; `beside`
    what was read in the lines before and behind it in its cell.
    """

    piece: Piece
    reading: LineReading
    left: float
    width: int
    others: tuple[str, ...] = ()
    beside: tuple[str, str] = ("", "")

    @property
    def rival(self) -> Rival | None:
        """What the likeliest other character of the line is, by the words that it makes."""
        reading = self.reading
        scores, rivals = reading.char_scores or (), reading.char_rivals or ()
        return best_rival(reading.text, scores, rivals, *self.beside)

    @property
    def centres(self) -> list[float] | None:
        """Page x of each character read, in pixels."""
        if self.reading.char_centres is None:
            return None
        return [self.left + share * self.width for share in self.reading.char_centres]

    def corrected(self, reading: LineReading) -> Look:
        """The look with another reading; what was read stays beside it."""
        return replace(self, reading=reading, others=(*self.others, self.reading.text))


def read_lines(
    pieces: Sequence[Piece], grey: Grey, losses: Losses, engine: OcrEngine
) -> list[Look]:
    """Read pieces of running text; what is doubtful or lost ink carefully, with other margins."""
    looks = look_at(pieces, grey, engine, MARGIN)
    again = [index for index, look in enumerate(looks) if look.reading.lowest < DOUBTFUL]
    closer = look_at([pieces[index] for index in again], grey, engine, CLOSER, careful=True)
    for index, look in zip(again, closer, strict=True):
        looks[index] = _surer(looks[index], look)
    lost = [index for index, look in enumerate(looks) if losses.beside(look)]
    others = _look_anew([looks[index] for index in lost], grey, losses, engine)
    for index, look in zip(lost, others, strict=True):
        looks[index] = look
    lost = [index for index in lost if losses.beside(looks[index])]
    for margin in OTHER_MARGINS:
        others = look_at([pieces[index] for index in lost], grey, engine, margin, careful=True)
        for index, look in zip(lost, others, strict=True):
            if look.reading.text.strip() and not losses.beside(look):
                looks[index] = replace(look, others=looks[index].others)
        lost = [index for index in lost if losses.beside(looks[index])]
    for index in lost:
        looks[index] = _read_in_parts(looks[index], grey, losses, engine)
    return looks


def _surer(first: Look, closer: Look) -> Look:
    """The look with the more certain least character; what the other read stays beside it."""
    best, other = first, closer
    if closer.reading.lowest > first.reading.lowest:
        best, other = closer, first
    return replace(best, others=(*first.others, *closer.others, other.reading.text))


def _look_anew(looks: Sequence[Look], grey: Grey, losses: Losses, engine: OcrEngine) -> list[Look]:
    """The lines with room made around what was left out; as they are where nothing is gained.

    All that was read before must be read again, and marks besides.
    """
    marks = [
        [crowd.mark for crowd in losses.beside(look) if crowd.mark is not None] for look in looks
    ]
    made = {
        index: set_anew(look.piece, marks[index], grey, losses.mask)
        for index, look in enumerate(looks)
        if marks[index]
    }
    readings = recognise(engine, [anew.picture for anew in made.values()], careful=True)
    found = list(looks)
    for (index, anew), reading in zip(made.items(), readings, strict=True):
        look = looks[index]
        if reading.char_centres is None or not _adds_marks(
            look.reading.text, reading.text, len(marks[index])
        ):
            continue
        shares = tuple(
            min(1.0, max(0.0, (x - look.left) / look.width))
            for x in anew.to_page(reading.char_centres)
        )
        told = replace(reading, char_centres=shares, second=look.reading.second)
        if not losses.beside(replace(look, reading=told)):
            found[index] = replace(look, reading=told)
    return found


def _read_in_parts(look: Look, grey: Grey, losses: Losses, engine: OcrEngine) -> Look:
    """The line cut where a character was lost, when its parts read whole; else as it is."""
    lost = losses.beside(look)
    for cut in (cut for crowd in lost for cut in crowd.cuts):
        box = look.piece.box
        parts = [
            replace(look.piece, box=replace(box, x1=cut)),
            replace(look.piece, box=replace(box, x0=cut)),
        ]
        joined = _join(look, look_at(parts, grey, engine, MARGIN, careful=True), len(lost))
        if joined is not None and not losses.beside(joined):
            return joined
    return look


def _join(whole: Look, parts: Sequence[Look], lost: int) -> Look | None:
    """The readings of both parts as one; None when they are not the whole and up to `lost` marks.

    Halves of a character read as characters of their own, and the recogniser guesses beyond a cut.
    """
    centres = [x for part in parts for x in part.centres or ()]
    text = "".join(part.reading.text for part in parts)
    if len(centres) != len(text) or not _adds_marks(whole.reading.text, text, lost):
        return None
    shares = tuple((x - whole.left) / whole.width for x in centres)
    score = min(part.reading.score for part in parts)
    certain = [p for part in parts for p in part.reading.char_scores or ()]
    scores = tuple(certain) if len(certain) == len(text) else None
    others = [one for part in parts for one in part.reading.char_rivals or ()]
    rivals = tuple(others) if len(others) == len(text) else None
    reading = LineReading(text, score, shares, scores, whole.reading.second, rivals)
    return replace(whole, reading=reading)


def _adds_marks(before: str, after: str, most: int) -> bool:
    """Whether `after` is `before` with one to `most` marks put in, and nothing else."""
    left = [letter for letter in before if not is_blank(letter)]
    added = []
    for letter in after:
        if left and letter == left[0]:
            left.pop(0)
        elif not is_blank(letter):
            added.append(letter)
    # A mark at the cut shows in both parts and is read twice.
    doubled = any(
        one == other and one not in "—…" for one, other in pairwise(after) if one in added
    )
    # Half of a pair of brackets is a stroke of a character that was cut.
    paired = all(added.count(pair[0]) == added.count(pair[1]) for pair in BRACKETS)
    marks = paired and not doubled and not any(map(str.isalnum, added))
    return not left and 0 < len(added) <= most and marks


def look_at(
    pieces: Sequence[Piece], grey: Grey, engine: OcrEngine, margin: float, careful: bool = False
) -> list[Look]:
    """Read pieces once, from pictures with a margin of so many line heights."""
    pictures = [piece_to_picture(piece, grey, margin) for piece in pieces]
    return [
        Look(
            piece,
            within_room(reading, piece),
            picture_left(piece, margin),
            picture.shape[1],
            () if reading.second is None else (reading.second,),
        )
        for piece, picture, reading in zip(
            pieces, pictures, recognise(engine, pictures, careful), strict=True
        )
    ]


def within_room(reading: LineReading, piece: Piece) -> LineReading:
    """The reading, or none at all where its characters have no room on the ink of the piece.

    A recogniser that invents repeats itself beyond what a line can hold; what it says then is worth
    nothing, and the ink counts as unread.
    """
    letters = [letter for letter in reading.text if not is_blank(letter)]
    needed = sum(NARROWEST_HAN if is_han(letter) else NARROWEST for letter in letters)
    if needed * piece.height <= piece.box.width + piece.height:
        return reading
    return LineReading("", 0.0, (), ())


def recognise(
    engine: OcrEngine, pictures: list[NDArray[np.uint8]], careful: bool
) -> list[LineReading]:
    """One reading for each picture; OcrError where the engine gives another number."""
    if not pictures:
        return []
    return check_readings(engine.recognise_lines(pictures, careful), len(pictures))


def look_to_word(look: Look, mask: Mask, scale: float) -> Word | None:
    """The word of a piece of running text; None where nothing was read.

    `scale`: points a pixel. Its score is what the recogniser says of itself.
    """
    piece, reading = look.piece, look.reading
    spelling = spell(reading.text, look.centres, piece.box, mask, piece.height)
    if not spelling.text:
        return None
    return to_word(spelling, piece.box, reading.score, reading.text, scale)


def unread(looks: Sequence[Look], losses: Losses, scale: float) -> list[Finding]:
    """Findings for ink that was not read: large enough to be text, or beside what was read."""
    findings = []
    for look in looks:
        piece = look.piece
        message = ""
        if not look.reading.text.strip():
            if max(piece.box.width, piece.box.height) > piece.height / 2:
                message = "There is ink here that was not read as text."
        elif lost := "".join(crowd.letter for crowd in losses.beside(look)):
            message = (
                f"Ink beside '{lost}' was not read, or a mark is gone: {look.reading.text.strip()}"
            )
        if message:
            box = to_points(piece.box, scale)
            findings.append(Finding("scan", Code.LOW_SCORE, Severity.WARNING, message, box=box))
    return findings
