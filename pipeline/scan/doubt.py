"""How sure a line is: from what recognition says of itself and from what else bears on it.

A small logistic model, whose weights (`configs/doubt.toml`) are fitted on scans with faults by
`make fit`. Its values are few and each can be seen on the page, so that a chance
can be explained.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, fields

import cv2
import numpy as np

from pipeline.characters import in_gb2312, is_blank, is_han
from pipeline.doubt_settings import Doubt
from pipeline.ocr.engine import LineReading
from pipeline.scan.ink import Mask
from pipeline.scan.lost import Losses
from pipeline.scan.marks import COLONS, may_have_tail
from pipeline.scan.named import odd_in_name
from pipeline.scan.reading import Look
from pipeline.scan.spans import text_to_spans

UNSURE = 0.9
_BLANK = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_RUNNING = re.compile(r"[、，。；,;\d]")
LONGEST_NAMES = 9
"""Characters that two names take, and the blank between them."""
PARTING = frozenset(",、。.;:")
LEAST, MOST = -4.0, 7.0
"""Bounds of the log-odds of a character: what networks say beyond is not to be told apart."""
SUREST = 0.9999
ODD = 0.5
"""The chance of a line that holds what is hardly ever right: of 17 such lines two were right."""
USUAL_HEIGHT = 30.0
"""Pixels of a line of 10.5 points at 200 dots per inch."""
LIKELIER = 1.0
"""Log-odds of another character, by the words it makes, from which one is as odd as a stray mark:
of 5,550 lines read right none had as much."""
CHANCE = 0.04
"""Heights of the line by which two dots alike differ in a scan."""
TAILED = 0.002
"""The probability of ； from which a ： is doubted."""
OTHER_MARK = 0.05
"""The probability of another mark from which a mark is doubted: of 1,470 lines 5 had as much, and 4
of these were read wrong."""
SELDOM = re.compile(r"[·•∙'`^~|*+#_<>=☑√¨∴\\「」]|^[.,:;、。]|\d:|[年月日前底局\d]-$|^-\d")
"""Signs that few notices print, and marks where few have them; of a reading in one width (NFKC)."""
NEVER = re.compile(
    r"^[「」“”‘’《》()【】、,.;:!?\"']+$|[.,:;、。][,、;:。]|[,、。;:.]%|%%|\.\.|\.(?=[-–—~])|[-–][-–—]|—[-–]|^[-–—](?=[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff])°|\.(?=[年月日])|(?<=[^\d.])\.(?=\d)"
    r"|(?<=[\u4e00-\u9fff])(?<![一二三四五六七八九十])\.(?:(?=[\u4e00-\u9fff])|$)"
    r"|(?<=[\u4e00-\u9fff])、\(|(?<=[\u4e00-\u9fff%)])(?<![件表图第])\d{1,2}\.(?=[\u4e00-\u9fff])"
    r"|\d\.\d+(?=人次|[家件户名项期处]|个(?!百))|\d;\d|\d,\d{1,2}(?!\d)"
    r"|(?<![A-Za-z])[Iil](?=[次个项年月日家名%])|(?<=[\u4e00-\u9fff])[Iil](?=[\u4e00-\u9fff])"
)
"""Marks, an i for a 1, and parts of what is counted whole (70.0人次), where no notice prints them,
nor marks inside numbers (2；3个); of a reading in one width."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What bears on whether a line is misread; see `Doubt` for each value."""

    lowest: float
    unsure: float
    differs: float
    marks_differ: float
    agrees: float
    lost: float
    lifted: float
    touching: float
    small: float
    rare: float
    words: float
    stray: float
    dirty: float
    stacked: float


WEIGHED = tuple(field.name for field in fields(Evidence))


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the lines of one page.

    `losses` tells what was left unread, on the page's ink without rulings; `lines` are its rulings,
    `lifted` is where ink of stamps was taken out (None: nowhere), each 255 where it is; `dirty`:
    many specks lay about. `names` are the characters that are frequent in names.
    """

    weights: Doubt
    losses: Losses
    lines: Mask
    lifted: Mask | None
    dirty: bool
    names: frozenset[str] = frozenset()

    def evidence(self, look: Look, printed: str = "") -> Evidence:
        """What bears on one line; `printed` is what was read with the blanks that the print has."""
        piece, reading = look.piece, look.reading
        text = fold(reading.text)
        others = [fold(other) for other in look.others if other is not None]
        differing = [other for other in others if other != text]
        letters_differ = any(_letters(other) != _letters(text) for other in differing)
        certain = reading.char_scores or (reading.score,)
        # Of what the words of a line want; stacks make none.
        rival = None if piece.stack else look.rival
        odds = LEAST if rival is None else rival.odds
        shown = fold(printed) or text
        is_stray = (
            SELDOM.search(shown)
            or _holds_odd_mark(reading.text)  # of which the print made another mark
            or (self.dirty and ":" in text)
            or any(_ends_further(other, text) for other in differing)
            or _has_unsure_mark(reading)
            or odds > LIKELIER
        )
        return Evidence(
            lowest=log_odds(reading.lowest),
            unsure=float(min(4, sum(score < UNSURE for score in certain))),
            differs=float(letters_differ),
            marks_differ=float(bool(differing) and not letters_differ),
            agrees=float(bool(others) and not differing),
            lost=float(bool(not piece.stack and self.losses.beside(look))),
            lifted=self._lifted(look),
            touching=float(self._touches(look)),
            small=max(0.0, math.log(USUAL_HEIGHT / max(1.0, piece.height))),
            rare=float(any(is_han(letter) and not in_gb2312(letter) for letter in text)),
            words=min(MOST, max(LEAST, odds)) - LEAST,
            stray=float(bool(is_stray)),
            dirty=float(self.dirty),
            stacked=float(bool(piece.stack)),
        )

    def is_odd(self, look: Look, printed: str = "") -> bool:
        """Whether a line is hardly ever right, however sure recognition is of it."""
        return (
            _holds_odd_mark(printed or look.reading.text)
            or _lost_in_blank(printed)
            or _has_tail(look, self.losses.mask)
            or odd_in_name(look, self.names) is not None
        )

    def chance_right(self, look: Look, printed: str = "") -> float:
        """The chance that the line is read right, 0 to `SUREST`; `printed` as in `evidence`."""
        weights = self.weights
        found = self.evidence(look, printed)
        odds = weights.bias + sum(getattr(weights, n) * getattr(found, n) for n in WEIGHED)
        # 1.0 is the score of a text layer and of nothing that was recognised.
        most = ODD if self.is_odd(look, printed) else SUREST
        return min(most, 1 / (1 + math.exp(max(-50.0, min(50.0, odds)))))

    def _lifted(self, look: Look) -> float:
        if self.lifted is None:
            return 0.0
        under = look.piece.box.cut(self.lifted)
        return float((under > 0).mean()) if under.size else 0.0

    def _touches(self, look: Look) -> bool:
        """Whether ink of the line is next to a ruling: there strokes are cut off with it."""
        box = look.piece.box
        rows = slice(max(0, box.y0 - 2), box.y1 + 2)
        columns = slice(max(0, box.x0 - 2), box.x1 + 2)
        lines, text = self.lines[rows, columns], self.losses.mask[rows, columns]
        if not lines.any():
            return False
        wider = cv2.dilate(lines, np.ones((3, 3), np.uint8))
        return bool(cv2.bitwise_and(wider, text).any())


def _holds_odd_mark(text: str) -> bool:
    return NEVER.search(fold(text.replace("…", ""))) is not None


def _ends_further(other: str, text: str) -> bool:
    """Whether another reading has a full stop behind all of the text: it may have been dropped."""
    return other == text + "。"


def _lost_in_blank(printed: str) -> bool:
    """Whether a lone blank between Chinese characters of running text may be a mark that was lost.

    Of five such lines none was read right. Names and bodies may be parted by one, and then no marks
    stand beside them.
    """
    lone = len(printed) > LONGEST_NAMES and len(_BLANK.findall(printed)) == 1
    return lone and _RUNNING.search(printed) is not None


def _has_tail(look: Look, mask: Mask) -> bool:
    """Whether a ： may be a ；: the lower of its two dots is higher by more than chance.

    By anything where recognition thought of a ；.
    """
    text, piece = look.reading.text, look.piece
    letters = [letter for letter in text if not is_blank(letter)]
    places = [at for at, letter in enumerate(letters) if letter in COLONS]
    more = 0.0 if _thinks_of_tail(look.reading) else max(1.0, CHANCE * piece.height)
    if not places or look.centres is None or piece.stack:
        return False
    spans = text_to_spans(text, look.centres, piece.box, mask, piece.height)
    ink = piece.box.cut(mask) > 0
    return any(at < len(spans) and may_have_tail(ink[:, slice(*spans[at])], more) for at in places)


def _thinks_of_tail(reading: LineReading) -> bool:
    """Whether recognition thought of ； at a ：."""
    pairs = zip(reading.text, reading.char_rivals or (), strict=False)
    return any(
        fold(letter) == ":" and sum(p for other, p in rivals if fold(other) == ";") > TAILED
        for letter, rivals in pairs
    )


def _has_unsure_mark(reading: LineReading) -> bool:
    """Whether a mark may be another: no words tell, and of ： and ； recognition is seldom sure."""
    if _thinks_of_tail(reading):
        return True
    for letter, rivals in zip(reading.text, reading.char_rivals or (), strict=False):
        mark = fold(letter)
        others = [(fold(other), p) for other, p in rivals]
        if mark in PARTING and any(p > OTHER_MARK and other in PARTING for other, p in others):
            return True
    return False


def log_odds(chance: float) -> float:
    """The log-odds of a probability, within the bounds of what networks can tell."""
    safe = min(1 - 1e-6, max(1e-6, chance))
    return min(MOST, max(LEAST, math.log(safe / (1 - safe))))


def fold(text: str) -> str:
    """A reading without blanks, marks in one width (NFKC)."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
