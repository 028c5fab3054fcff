"""Runs the content streams of a page on the device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import resolve1

from pipeline.textlayer.device import MarksDevice
from pipeline.textlayer.marks import PageMarks
from pipeline.textlayer.paths import Box, Matrix, intersection, sorted_box

if TYPE_CHECKING:
    from pdfminer.pdfpage import PDFPage


class MarksInterpreter(PDFPageInterpreter):
    """pdfminer's interpreter, with clipping paths and the old fill operator."""

    device: MarksDevice

    def __init__(self, rsrcmgr: Any, device: MarksDevice) -> None:
        super().__init__(rsrcmgr, device)
        self._clips: list[Box | None] = []

    def do_q(self) -> None:
        super().do_q()
        self._clips.append(self.device.clip)

    def do_Q(self) -> None:  # noqa: N802
        super().do_Q()
        if self._clips:
            self.device.clip = self._clips.pop()

    def do_W(self) -> None:  # noqa: N802
        self.device.clip_to(self.curpath)

    def do_W_a(self) -> None:  # noqa: N802
        self.device.clip_to(self.curpath)

    def do_F(self) -> None:  # noqa: N802
        self.do_f()


def page_to_marks(page: PDFPage, interpreter: MarksInterpreter) -> PageMarks:
    """Run the content of one page. Width and height are those of the crop box, turned by /Rotate.

    Raises ValueError when the content streams are damaged beyond reading, and whatever the
    interpreter raises on a damaged page.
    """
    x0, y0, x1, y1 = visible_box(page)
    turned = page.rotate in (90, 270)
    width, height = (y1 - y0, x1 - x0) if turned else (x1 - x0, y1 - y0)
    to_display: Matrix = {
        90: (0, 1, 1, 0, -y0, -x0),
        180: (-1, 0, 0, 1, x1, -y0),
        270: (0, -1, -1, 0, y1, x1),
    }.get(page.rotate, (1, 0, 0, -1, -x0, y1))
    marks = PageMarks(width, height)
    interpreter.device.start(marks)
    interpreter.render_contents(page.resources, page.contents, ctm=to_display)
    if not (marks.marks or marks.strokes or marks.fills or marks.pictures):
        _require_content(page)
    return marks


def _require_content(page: PDFPage) -> None:
    # The parser makes an empty page of a stream that it cannot decode, which is not the same.
    streams = [resolve1(content) for content in page.contents]
    if any(resolve1(stream.get("Length", 0)) and not stream.get_data() for stream in streams):
        raise ValueError("the page's content is damaged")


def visible_box(page: PDFPage) -> Box:
    """The crop box cut to the media box, in the page's own space; the media box when that fails."""
    media, crop = sorted_box(page.mediabox), sorted_box(page.cropbox)
    box = intersection(media, crop)
    return box if box[2] - box[0] > 1 and box[3] - box[1] > 1 else media
