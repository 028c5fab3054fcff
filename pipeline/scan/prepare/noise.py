"""Noise: specks of dirt on paper and glass."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Step
from pipeline.scan.chains import may_chain, turned
from pipeline.scan.ink import Grey, Mask, ink_level, ink_mask, without
from pipeline.scan.parts import Parts, sparse_parts, usual_density

Chosen = NDArray[np.bool_]  # for each part, whether it is meant

# In character heights.
LONE = 0.32  # no larger mark stands alone: what does is dirt
SPECK = 0.17  # the dot of a full stop is as large; 、 and 。 are larger
BLOT = 0.2  # dirt beside print may be as large; 。 is larger
ALONE = 0.75  # a printed dot stands nearer than this to what it belongs to
FAR = 1.3  # and a larger mark, which may stand in the middle of its square, than this
APART, CLEAR = 0.07, 0.16  # how far round dirt stands from print, and dirt of any shape
BETWEEN, LOW = 1.5, 0.4  # a mark between two words: no farther from either, so near to their foot
SPACED = 5.0  # no mark of a line that is spaced out stands farther behind what is left of it
PAIRED = 0.55  # no farther stand the two parts of ； and ： from each other, one over the other
BROKEN = 0.1  # and no farther from the comma its tail, where thin print breaks that off
LIFTED = 0.3  # a dot in its line stands at the foot: higher ones belong to no digit
CHAIN, LINK = 1.5, 0.6  # dots in a row as long as this, none farther from the next, are a rule
DASH, THIN = 0.3, 0.1  # a dash goes on so far beside a dot of it, and is no thicker
PALEST = 215
"""The grey, of 255, that only thin strokes and the grain of paper are lighter than."""
CLEAN = 0.5
"""So few lone specks per hundred square characters, and a larger one beside text is a mark."""
MOST_ASKED = 2.0
"""Lone marks per hundred square characters among which none is looked at: most are dirt."""
DIRTY = 2.0
"""Lone specks per hundred square characters that make a page dirty: there, dots beside print may be
dirt as well."""
DIRTY_EVERYWHERE = 0.8
"""And so many, where they lie in most parts of the page: crumbs of handwriting lie in few."""


def drop_specks_alone(grey: Grey, unit: float) -> tuple[Grey, Step]:
    """Specks that stand alone painted over; `unit` is the character height in pixels.

    Marks of text (. ， 、 …) stand beside other ink, and the dots of a rule in a row.
    """
    level = ink_level(grey)
    parts = Parts(ink_mask(grey, level))
    small, near = _small_and_near(parts, unit)
    dirt = small & ~near
    dirt &= ~_chained(parts, small, unit)  # a rule runs past text, near which no dot is dirt
    dirt &= ~_spaced(parts, dirt, unit)
    dirt &= ~_on_dashes(grey, level, parts, dirt, unit)
    if not dirt.any():
        return grey, Step("noise", False, (("specks", 0),))
    density = 100 * int(dirt.sum()) / max(1.0, parts.mask.size / unit**2)
    everywhere = usual_density(parts.middles[dirt], parts.mask.shape, unit)
    specks = parts.paint(dirt)
    around = cv2.dilate(specks, np.ones((3, 3), np.uint8))
    cleaned = cv2.max(grey, without(np.asarray(around, np.uint8), without(parts.mask, specks)))
    facts = (
        ("specks", int(dirt.sum())),
        ("per_100_characters", round(density, 2)),
        ("everywhere", round(everywhere, 2)),
    )
    return np.asarray(cleaned, np.uint8), Step("noise", True, facts)


def find_specks(mask: Mask, unit: float, *, dirty: bool) -> tuple[Mask, Mask]:
    """255 on ink of `mask`, a page's without rulings, that is too small for text; two masks.

    The first: what stands alone (it stood beside a ruling, or is left of what lay on one). The
    second: what stands beside print and may be dirt where a page is `dirty`, on others none; in
    the picture it must stay, for some of it are dots of characters.
    """
    parts = Parts(mask)
    small, near = _small_and_near(parts, unit)
    alone = small & ~near
    alone &= ~_chained(parts, small, unit)
    alone &= ~_spaced(parts, alone, unit)
    beside = small & near & _blots(parts, unit) if dirty else np.zeros_like(small)
    return parts.paint(alone), parts.paint(beside)


def _small_and_near(parts: Parts, unit: float) -> tuple[Chosen, Chosen]:
    """Which parts are as small as specks, and which stand beside ink larger than those."""
    # A hyphen that stands for a blank cell is as long as a large speck, and thin.
    thin = np.minimum(parts.wide, parts.tall) < parts.size / 2
    tiny = parts.size <= SPECK * unit
    small = tiny | ((parts.size <= LONE * unit) & ~thin)
    small[0] = False
    if not small.any():
        return small, np.zeros_like(small)
    large = without(parts.mask, parts.paint(small))
    sums = _integral(large)
    near = _near(large, sums, parts, small, ALONE * unit)
    around = _near(large, sums, parts, small, FAR * unit)
    # Marks follow marks: the 。 behind a ” is far from any character.
    others = small & ~tiny & ~around
    if others.any():
        large = np.asarray(large | parts.paint(small & ~tiny & around), np.uint8)
        around |= _near(large, _integral(large), parts, others, FAR * unit)
    paired = tiny & _paired(parts, small & around, unit)
    return small, near | ((~tiny | paired) & around)


def _integral(mask: Mask) -> NDArray[np.int32]:
    """How many pixels of ink stand above and left of each place."""
    return np.asarray(cv2.integral(mask & 1), np.int32)


def _near(
    large: Grey, sums: NDArray[np.int32], parts: Parts, asked: Chosen, distance: float
) -> Chosen:
    """Which of the `asked` parts have their middle nearer than `distance` (pixels) to ink.

    `large` is 255 on the ink that counts, `sums` its integral. Most are told by the sums of two
    squares, of which one holds the circle around the middle and the other lies in it.
    """
    height, width = large.shape
    found = np.zeros(len(parts), bool)
    indices = np.flatnonzero(asked)
    places = np.round(parts.middles[indices]).astype(int)
    x, y = np.clip(places[:, 0], 0, width - 1), np.clip(places[:, 1], 0, height - 1)

    def holds_ink(reach: int) -> Chosen:
        left, right = np.maximum(0, x - reach), np.minimum(width, x + reach + 1)
        top, foot = np.maximum(0, y - reach), np.minimum(height, y + reach + 1)
        ink = sums[foot, right] - sums[top, right] - sums[foot, left] + sums[top, left]
        return np.asarray(ink > 0)

    outer = int(np.ceil(distance)) - 1
    inner = max(0, int(np.ceil(distance / np.sqrt(2))) - 1)
    inside, outside = holds_ink(inner), holds_ink(outer)
    found[indices[inside]] = True
    for at in np.flatnonzero(outside & ~inside):
        top, left = max(0, y[at] - outer), max(0, x[at] - outer)
        window = large[top : y[at] + outer + 1, left : x[at] + outer + 1]
        rows, columns = np.nonzero(window)
        away = (rows + top - y[at]) ** 2 + (columns + left - x[at]) ** 2
        found[indices[at]] = bool(away.min() < distance**2)
    return found


def _paired(parts: Parts, marks: Chosen, unit: float) -> Chosen:
    """Which marks stand one over the other as the parts of ； and ： do.

    In faces that set them in the middle of their square, their dots are as far from print as dirt.
    """
    found = np.zeros_like(marks)
    link = max(2, round(PAIRED * unit)) | 1
    dots = parts.paint(_overlaid(parts, marks, link))
    if not cv2.hasNonZero(dots):
        return found
    joined = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((link, 1), np.uint8))
    for box, own in sparse_parts(np.asarray(joined, np.uint8)):
        if box.width <= LONE * unit and box.height <= unit:
            joins = parts.under(own & (box.cut(dots) > 0), box)
            if len(joins) == 2 or _is_broken(parts.stats[joins], unit):
                found[joins] = True
    return found


def _is_broken(stats: NDArray[np.int32], unit: float) -> bool:
    """Whether three marks are a ； of thin print, whose tail broke off: nearly at its comma."""
    if len(stats) != 3:
        return False
    tops, feet = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
    _, comma, tail = np.argsort(tops)
    return bool(tops[tail] - feet[comma] <= max(1, BROKEN * unit))


def _overlaid(parts: Parts, marks: Chosen, link: int) -> Chosen:
    """The marks over or under which another one stands, no farther than `link` pixels."""
    overlaid = np.zeros_like(marks)
    indices = np.flatnonzero(marks)
    indices = indices[np.argsort(parts.stats[indices, cv2.CC_STAT_LEFT], kind="stable")]
    left, top, wide, tall = parts.stats[indices, :4].T
    right, foot = left + wide, top + tall
    for off in range(1, len(indices)):  # each and the one that begins so many places behind it
        first, second = slice(len(indices) - off), slice(off, None)
        near = left[second] <= right[first]
        if not (left[second] <= left[first] + wide.max()).any():
            break
        apart = np.maximum(top[first], top[second]) - np.minimum(foot[first], foot[second])
        near &= apart <= link
        overlaid[indices[first][near]] = overlaid[indices[second][near]] = True
    return overlaid


def _spaced(parts: Parts, lone: Chosen, unit: float) -> Chosen:
    """Which lone dots may be marks of a line that is spaced out, as 二　　、 in a narrow column.

    They are larger than a dot, with text left of them at their height; or they stand between two
    words at their foot, as the ， behind a ” does. Where other specks lie about they may be specks
    as well, and none is kept.
    """
    found = np.zeros_like(lone)
    asked = np.flatnonzero(lone)
    if not asked.size or 100 * asked.size >= MOST_ASKED * parts.mask.size / unit**2:
        return found
    ink = without(parts.mask, parts.paint(lone))
    height, width = ink.shape
    for index in asked:
        x, y = parts.middles[index]
        rows = slice(max(0, round(y - unit)), min(height, round(y + unit / 2)))
        if parts.size[index] > SPECK * unit:
            far, near = round(x - SPACED * unit), round(x - ALONE * unit)
            found[index] = ink[rows, max(0, far) : max(0, min(width, near))].any()
            continue
        left = ink[rows, max(0, round(x - BETWEEN * unit)) : max(0, round(x))]
        right = ink[rows, round(x) : min(width, round(x + BETWEEN * unit))]
        filled = np.flatnonzero(left.any(axis=1))
        low = filled.size and y >= rows.start + int(filled[-1]) + 1 - LOW * unit
        found[index] = low and right.any()
    others = int((lone & ~found).sum())
    clean = 100 * others < CLEAN * parts.mask.size / unit**2
    return found if clean else np.zeros_like(lone)


def _chained(parts: Parts, small: Chosen, unit: float) -> Chosen:
    """Which dots follow each other on a line: … and dotted rules are no dirt."""
    chained = np.zeros_like(small)
    link, longest = max(2, round(LINK * unit)) | 1, CHAIN * unit
    boxes = parts.stats[small, :4]
    directions = [
        across
        for across, own in ((True, boxes), (False, turned(boxes)))
        if may_chain(own, link, longest, unit)
    ]
    if not directions:
        return chained
    dots = parts.paint(small)
    for across in directions:
        shape = (1, link) if across else (link, 1)
        joined = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones(shape, np.uint8))
        least = (longest, 0) if across else (0, longest)
        for box, own in sparse_parts(np.asarray(joined, np.uint8), *least):
            chained[parts.under(own & (box.cut(dots) > 0), box)] = True
    return chained


def _on_dashes(grey: Grey, level: int, parts: Parts, lone: Chosen, unit: float) -> Chosen:
    """Which lone dots are dark places of a thin pale dash, with paper above and below it."""
    found = np.zeros_like(lone)
    pale = min(PALEST, (level + 255) // 2)
    reach, off = max(2, round(DASH * unit)), max(2, round(CLEAR * unit))
    height, width = grey.shape
    for index in np.flatnonzero(lone & (parts.tall <= max(2, THIN * unit))):
        x, y, wide, tall = (int(value) for value in parts.stats[index][:4])
        above, below = max(0, y - off), min(height - 1, y + tall - 1 + off)
        for first, last in ((x - reach, x), (x + wide, x + wide + reach)):
            if first < 0 or last > width:
                continue
            drawn = grey[y : y + tall, first:last].min(axis=0) < pale
            if drawn.all() and grey[[above, below], first:last].min() >= pale:
                found[index] = True
    return found


def _blots(parts: Parts, unit: float) -> Chosen:
    """Which components beside print may be dirt: far from any stroke, or near one and round.

    The dots of most characters stand nearer to their strokes and are long; the dot of a number
    stands at the foot.
    """
    mask, found = parts.mask, np.zeros(len(parts), bool)
    height, width = mask.shape
    foot = _at_foot(mask, parts.stats, unit)
    for index in np.flatnonzero(parts.size <= BLOT * unit):
        x, y, wide, tall, area = (int(value) for value in parts.stats[index])
        round_ = min(wide, tall) >= 0.75 * max(wide, tall) and area >= 0.5 * wide * tall
        gap = max(2, round((APART if round_ else CLEAR) * unit))
        around = mask[
            max(0, y - gap) : min(height, y + tall + gap),
            max(0, x - gap) : min(width, x + wide + gap),
        ]
        found[index] = not foot[index] and cv2.countNonZero(around) <= area
    return found


def _at_foot(large: Grey, stats: NDArray[np.int32], unit: float) -> Chosen:
    """Which components may be a dot in a line of text: ink left of them, as low, but none lower."""
    found = np.zeros(len(stats), bool)
    height = large.shape[0]
    sizes = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    sizes[0] = np.iinfo(sizes.dtype).max
    for index in np.flatnonzero(sizes <= BLOT * unit):
        x, y, _wide, tall = (int(value) for value in stats[index][:4])
        foot = y + tall
        left = large[
            max(0, foot - round(unit)) : min(height, foot + round(unit / 2)),
            max(0, x - round(0.6 * unit)) : x,
        ]
        rows = np.flatnonzero(left.any(axis=1))
        if rows.size:
            lowest = max(0, foot - round(unit)) + int(rows[-1]) + 1
            found[index] = abs(lowest - foot) < LIFTED / 2 * unit
    return found
