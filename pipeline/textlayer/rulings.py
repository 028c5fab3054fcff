"""Strokes and thin filled areas to rulings: the pieces of one line become one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from pipeline.model import Ruling
from pipeline.textlayer.marks import Fill, PageMarks, Stroke

# Multiples of the median character height.
_THIN = 0.3
_SAME_LINE = 0.06
_GAP = 0.3
_SHORTEST = 0.6
# A filled area is a rule when it is this many times longer than thick.
_SLENDER = 3.0


class _Piece(NamedTuple):
    position: float
    start: float
    end: float
    thickness: float
    dot: bool


def marks_to_rulings(page: PageMarks, unit: float) -> tuple[Ruling, ...]:
    """The rulings of a page, horizontal ones first, each axis by position.

    `unit` is the median character height in points. White lines count only on a coloured ground.
    Dashed and dotted lines are joined; what stays shorter than a character is no ruling.
    """
    grounds = [fill for fill in page.fills if not fill.white and _is_area(fill, unit)]
    horizontal: list[_Piece] = []
    vertical: list[_Piece] = []
    for stroke in page.strokes:
        if stroke.white and not _on_ground(_middle(stroke), grounds):
            continue
        piece = _Piece(stroke.position, stroke.start, stroke.end, stroke.thickness, False)
        (horizontal if stroke.axis == "h" else vertical).append(piece)
    pictures = (Fill(picture.box, False) for picture in page.pictures)
    for fill in (*page.fills, *pictures):
        _add_thin_fill(fill, unit, grounds, (horizontal, vertical))
    return (*_join("h", horizontal, unit), *_join("v", vertical, unit))


def _is_area(fill: Fill, unit: float) -> bool:
    x0, top, x1, bottom = fill.box
    return min(x1 - x0, bottom - top) > _THIN * unit


def _add_thin_fill(
    fill: Fill, unit: float, grounds: Sequence[Fill], pieces: tuple[list[_Piece], list[_Piece]]
) -> None:
    x0, top, x1, bottom = fill.box
    wide, high = x1 - x0, bottom - top
    limit = _THIN * unit
    if min(wide, high) > limit or (wide <= 0 and high <= 0):
        return
    x, y = (x0 + x1) / 2, (top + bottom) / 2
    if fill.white and not _on_ground((x, y), grounds):
        return
    if wide >= _SLENDER * high:
        pieces[0].append(_Piece(y, x0, x1, high, False))
    elif high >= _SLENDER * wide:
        pieces[1].append(_Piece(x, top, bottom, wide, False))
    elif max(wide, high) <= limit:
        # A dot of a dotted line: its neighbours will say along which axis.
        pieces[0].append(_Piece(y, x0, x1, high, True))
        pieces[1].append(_Piece(x, top, bottom, wide, True))


def _join(axis: Literal["h", "v"], pieces: list[_Piece], unit: float) -> list[Ruling]:
    rulings: list[Ruling] = []
    for line in _collinear(pieces, _SAME_LINE * unit):
        line.sort(key=lambda piece: piece.start)
        chain: list[_Piece] = []
        end = 0.0
        for piece in line:
            if chain and piece.start - end > _GAP * unit:
                rulings.extend(_chain_to_ruling(axis, chain, unit))
                chain = []
            end = max(end, piece.end) if chain else piece.end
            chain.append(piece)
        rulings.extend(_chain_to_ruling(axis, chain, unit))
    return rulings


def _collinear(pieces: list[_Piece], tolerance: float) -> Iterable[list[_Piece]]:
    group: list[_Piece] = []
    for piece in sorted(pieces, key=lambda piece: piece.position):
        if group and piece.position - group[0].position > tolerance:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _chain_to_ruling(
    axis: Literal["h", "v"], chain: Sequence[_Piece], unit: float
) -> Iterable[Ruling]:
    start = chain[0].start
    end = max(piece.end for piece in chain)
    dotted = all(piece.dot for piece in chain)
    if end - start < _SHORTEST * unit or (dotted and len(chain) < 4):
        return
    length = sum(piece.end - piece.start for piece in chain)
    if length > 0:
        position = sum(piece.position * (piece.end - piece.start) for piece in chain) / length
    else:
        position = chain[0].position
    yield Ruling(axis, position, start, end, max(piece.thickness for piece in chain))


def _middle(stroke: Stroke) -> tuple[float, float]:
    along = (stroke.start + stroke.end) / 2
    return (along, stroke.position) if stroke.axis == "h" else (stroke.position, along)


def _on_ground(point: tuple[float, float], grounds: Sequence[Fill]) -> bool:
    x, y = point
    return any(
        fill.box[0] <= x <= fill.box[2] and fill.box[1] <= y <= fill.box[3] for fill in grounds
    )
