"""Categories that lost the mark behind their number get it back, in doubt."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.config import load_settings
from pipeline.model import Cell, Severity, Table
from pipeline.normalise.categories import mark_numbers
from pipeline.normalise.headers import table_to_header

SETTINGS = load_settings()


def categories(texts: Sequence[str], score: float = 0.95) -> tuple[list[str], list[Severity]]:
    rows = [("类别", "序号", "具体措施", "牵头领导"), *((t, "1", "推进。", "王强") for t in texts)]
    cells = [
        Cell(row, column, text=text, score=score)
        for row, own in enumerate(rows)
        for column, text in enumerate(own)
    ]
    table = Table(1, len(rows), 4, tuple(cells), 1)
    marked, findings = mark_numbers(table, table_to_header(table, SETTINGS.headers))
    found = [marked.cell_at(row, 0).text for row in range(1, len(rows))]
    return found, [finding.severity for finding in findings]


def test_the_mark_of_the_next_number_is_put_in_with_a_doubt() -> None:
    texts, doubts = categories(["一、稳增长", "", "二促\n改革", "三 惠民生", "其他"])
    assert texts == ["一、稳增长", "", "二、促\n改革", "三、惠民生", "其他"]
    assert doubts == [Severity.WARNING] * 2
    assert categories(["一、稳增长", "二、促改革", "三农工作"])[1] == [Severity.WARNING]
    # Where all count without a gap, no doubt is left.
    assert categories(["一、稳增长", "二促改革", "三惠民生"])[1] == [Severity.INFO] * 2


@pytest.mark.parametrize(
    ("texts", "score"),
    [
        (["一、稳增长", "三农工作"], 0.95),  # not the next number
        (["一体化发展", "二促改革"], 0.95),  # no other category has the mark
        (["一、稳增长", "二促改革"], 1.0),  # a text layer has the characters that were set
        (["一、稳增长", "二、促改革"], 0.95),
    ],
)
def test_other_categories_stay_as_they_are(texts: list[str], score: float) -> None:
    assert categories(texts, score) == (texts, [])
