"""Runs the content streams of a page on the device."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import resolve1, stream_value

from pipeline.textlayer.device import MarksDevice
from pipeline.textlayer.lexer import Operator, lex
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

    def execute(self, streams: Sequence[object]) -> None:
        """Run content streams by the quick lexer where it can read them all."""
        contents = [stream_value(stream) for stream in streams]
        known = {content.objid for content in contents}
        # Streams without a number, or that call themselves, are left to the parent's care.
        if None not in known and not known & self.parent_stream_ids:
            # The end of a stream ends a token (PDF 32000-1:2008, 7.8.2).
            tokens = lex(b"\n".join([content.get_data() for content in contents]))
            if tokens is not None:
                self.stream_ids = {content.objid for content in contents if content.objid}
                self._run(tokens)
                return
        super().execute(streams)

    def _run(self, tokens: Sequence[Any]) -> None:
        operands = self.argstack
        for token in tokens:
            if type(token) is not Operator:
                operands.append(token)
                continue
            method, count = _method(token)
            if not method:
                continue
            if not count:
                getattr(self, method)()
                # Colour operators take their operands themselves, into a new list.
                operands = self.argstack
            elif len(operands) >= count:
                arguments = operands[-count:]
                del operands[-count:]
                getattr(self, method)(*arguments)
            else:
                operands.clear()

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


@lru_cache(maxsize=1024)
def _method(operator: bytes) -> tuple[str, int]:
    """The interpreter's method for an operator and the number of its operands; "" if none."""
    name = operator.decode("ascii").replace("*", "_a").replace('"', "_w").replace("'", "_q")
    method = getattr(MarksInterpreter, f"do_{name}", None)
    return (f"do_{name}", method.__code__.co_argcount - 1) if method else ("", 0)


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
