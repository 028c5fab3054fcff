"""What is shown: labels for all codes, marks that nobody sees, overview pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.corrections import COLUMNS, apply_corrections, reading_to_bundle
from pipeline.model import Code, Document
from pipeline.show import corrected_to_view, render
from pipeline.show.charts import (
    MOST,
    counted_bars,
    findings_by_kind,
    scores_by_row,
    serial_maps,
    tasks_by,
)
from pipeline.show.labels import CODE_LABELS, COLUMN_LABELS, LETTER_LABELS
from pipeline.show.pages import shortened, visible_plain, visible_text
from pipeline.show.sheets import value_shapes
from pipeline.show.views import RowsView, score_step
from tests.review_rooms import make_reading, write_notice


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> RowsView:
    source = write_notice(tmp_path_factory.mktemp("in") / "a.pdf")
    return corrected_to_view(apply_corrections(reading_to_bundle(make_reading(source, 8)), ()))


def with_serials(view: RowsView, *serials: str) -> RowsView:
    rows = tuple(
        replace(row, serial=serial) for row, serial in zip(view.rows, serials, strict=False)
    )
    return replace(view, rows=rows)


def test_every_code_column_and_element_has_its_label() -> None:
    assert set(CODE_LABELS) == set(Code)
    assert set(COLUMN_LABELS) == set(COLUMNS)
    assert set(LETTER_LABELS) == set(Document.__dataclass_fields__)


def test_marks_that_nobody_sees_are_shown() -> None:
    shown = visible_text("王\u202e建\u200b国\ud800\x07")
    assert str(shown).count('<span class="unseen"') == 4
    assert "\u202e" not in shown
    assert visible_text("a<b>&\"'") == "a&lt;b&gt;&amp;&#34;&#39;"
    assert visible_plain("a\u2066b") == "a[U+2066]b"
    assert visible_text("甲\n乙\t丙") == "甲\n乙\t丙"
    assert shortened("一二三四五", 4) == "一二三…"


def test_scores_have_ten_colours() -> None:
    assert (score_step(0.0), score_step(1.0)) == (0, 9)
    steps = [score_step(score / 100) for score in range(101)]
    assert steps == sorted(steps)


def test_a_cell_that_spans_rows_is_one_shape_for_all_of_them(view: RowsView) -> None:
    place = view.rows[0].fields[1].places
    fields = tuple(replace(item, places=place) for item in view.rows[1].fields)
    spanning = replace(view, rows=(view.rows[0], replace(view.rows[1], fields=fields)))
    (shape,) = [s for s in value_shapes(spanning, 1) if s.column == "name"]
    assert shape.rows == ("1-1-0", "1-2-0")


def test_the_serial_map_shows_gaps_and_repeats(view: RowsView) -> None:
    (found,) = serial_maps(with_serials(view, "1", "2", "5", "5", "附", "7", "8", "9"))
    assert found.missing == (3, 4, 6)
    assert found.odd == 1
    kinds = {place.serial: place.kind for place in found.places}
    assert kinds == {
        1: "there", 2: "there", 3: "missing", 4: "missing", 5: "repeated", 6: "missing",
        7: "there", 8: "there", 9: "there",
    }  # fmt: skip
    assert serial_maps(with_serials(view, "1", "999999")) == ()
    assert serial_maps(with_serials(view, "一", "二")) == ()


def test_bars_count_what_is_there(view: RowsView) -> None:
    (leader,) = tasks_by(view, ("leaders",), "x").bars
    assert (leader.label, leader.shown, leader.share) == ("王建国", "8", 1.0)
    assert [bar.kind for bar in findings_by_kind(view.findings).bars] == ["warning", "error"]
    assert sum(int(bar.shown) for bar in scores_by_row(view).bars) == 8
    many = counted_bars("x", [(str(n), n) for n in range(100, 0, -1)])
    assert (len(many.bars), many.others) == (MOST, 100 - MOST)


def test_a_value_that_is_missing_in_a_template_is_an_error() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        render("_rows.html")


def test_htmx_is_shipped_with_its_licence() -> None:
    folder = Path(__file__).resolve().parent.parent / "pipeline" / "show" / "static"
    assert 'version:"2.0.11"' in (folder / "htmx.min.js").read_text(encoding="utf-8")
    assert "Zero-Clause BSD" in (folder / "htmx.LICENSE").read_text(encoding="utf-8")
