"""Pages as upright pictures: the boxes that were written must fit them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from pipeline.config import Settings
from pipeline.manifest import input_record
from pipeline.model import PageRecord, Spot, Step
from pipeline.show.paper import page_raster, record_to_pages
from tests.engines import FixedEngine
from tests.readings import a_reading
from tests.review_rooms import no_engine, page_boxes, write_notice
from tests.scan_pages import DPI, grid, paper, prose


def page_with_table(left: int) -> np.ndarray:
    """A page of 200 dpi with lines of text and a ruled table that begins `left` pixels in."""
    page = paper(1654, 2339)
    prose(page, 200, 200, lines=12, count=36)
    grid(page, (left, 900, 1450), (800, 1000, 1400))
    return page


def dark(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(pixels).convert("L")) < 128


def test_the_record_of_a_run_tells_the_pages() -> None:
    parted = (
        PageRecord(1, "text", "text layer", 595.0, 842.0),
        PageRecord(2, "scan", "a", 595.0, 842.0, 90, 0.5, spot=Spot(2, 1)),
        PageRecord(2, "scan", "a", 600.0, 842.0, 90, 0.5, spot=Spot(2, 2, 595.0)),
    )
    steps = tuple(
        replace(record, steps=(Step("part", True, (("pages", 2), ("side", side))),))
        for record, side in zip(parted[1:], ("left", "right"), strict=True)
    )
    first, second = record_to_pages(input_record(a_reading(pages=(parted[0], *steps))))
    assert (first.page, first.width, first.height) == (1, 595.0, 842.0)
    assert (second.page, second.width, second.height) == (2, 1195.0, 842.0)
    assert [(part.side, part.left) for part in second.parts] == [("left", 0.0), ("right", 595.0)]
    assert record_to_pages({}) == ()


def test_machine_read_text_has_no_pages() -> None:
    record = replace(a_reading().pages[0], route="markup")
    assert record_to_pages(input_record(a_reading(pages=(record,)))) == ()


def test_boxes_fit_a_born_digital_page(tmp_path: Path, settings: Settings) -> None:
    path = write_notice(tmp_path / "a.pdf")
    (info,) = record_to_pages(input_record(a_reading()))
    raster = page_raster(path, info, 144.0, no_engine, settings)
    box = page_boxes(1)[0]
    ink = dark(raster.pixels)
    row = ink[
        round(box.top * 2) - 1 : round(box.top * 2) + 2, round(box.x0 * 2) : round(box.x1 * 2)
    ]
    assert row.any(axis=0).mean() > 0.95  # the ruling over the first row is where its box begins


def test_two_pages_of_a_sheet_stand_where_their_boxes_are(
    tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / "scan.png"
    sheet = np.concatenate((page_with_table(180), page_with_table(400)), axis=1)
    Image.fromarray(sheet).save(path, dpi=(DPI, DPI))
    # Read in this order: the right half first, and so it stands at the left.
    records = tuple(
        PageRecord(
            1,
            "scan",
            "a picture",
            595.0,
            842.0,
            spot=Spot(1, half, 595.0 * (half - 1)),
            steps=(Step("part", True, (("pages", 2), ("side", side))),),
        )
        for half, side in ((1, "right"), (2, "left"))
    )
    (info,) = record_to_pages(input_record(a_reading(pages=records)))
    raster = page_raster(path, info, DPI, FixedEngine, settings)
    scale = raster.dpi / 72
    assert raster.pixels.shape[1] == round(1190 * scale)
    ink = dark(raster.pixels)
    table = ink[round(820 * scale * 72 / DPI) : round(980 * scale * 72 / DPI)].mean(axis=0)
    columns = np.flatnonzero(table > 0.9) / scale * DPI / 72  # the upright rulings, as drawn
    assert np.abs(columns - 400).min() < 8
    assert np.abs(columns - (180 + 595 * DPI / 72)).min() < 8
