"""Marks told by their ink: ； has a tail."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.scan.marks import set_marks

HEIGHT = 30


@pytest.mark.parametrize(
    ("letter", "parts", "meant"),
    [
        ("：", [(4, 4), (8, 4)], "；"),  # (height, width) of the upper and the lower part
        ("；", [(4, 4), (8, 4)], "；"),
        ("；", [(3, 3), (4, 3)], "；"),  # small print
        ("：", [(5, 5), (4, 4)], "："),
        ("；", [(9, 6), (8, 5)], "；"),  # a neighbour's stroke is none of its dots
        ("：", [(2, 2), (5, 2)], "；"),
    ],
)
def test_what_has_a_tail_is_no_colon(letter: str, parts: list[tuple[int, int]], meant: str) -> None:
    ink = np.zeros((HEIGHT, 3 * HEIGHT), bool)
    for left in (0, 2 * HEIGHT):
        ink[2:-2, left + 2 : left + 28] = True
    for top, (high, wide) in zip((8, 19), parts, strict=True):
        ink[top : top + high, 34 : 34 + wide] = True
    right = 34 + max(wide for _, wide in parts)
    spans = [(2, 28), (34, right), (2 * HEIGHT + 2, 2 * HEIGHT + 28)]
    assert set_marks(["亩", letter, "恢"], spans, ink, HEIGHT)[1] == meant
