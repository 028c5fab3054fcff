"""PDFs for the tests: tables set by reportlab, and pages written operator by operator.

No font file is needed: reportlab's STSong-Light and the fonts below are references to fonts that
the reader supplies; what they say about Unicode is the point of the tests.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

A4 = (595.0, 842.0)
FONT = "STSong-Light"


@dataclass
class Page:
    """One page: operators, boxes and what they refer to. Lengths in points, origin bottom left."""

    content: str = ""
    size: tuple[float, float] = A4
    crop: tuple[float, float, float, float] | None = None
    rotate: int = 0
    images: dict[str, bytes] = field(default_factory=dict)


def show(text: str, x: float, y: float, size: float = 12, extra: str = "") -> str:
    """Operators that show `text` from the base line point (x, y); `extra` goes before it."""
    codes = text.encode("utf-16-be").hex()
    return f"q BT {extra} /F0 {size} Tf 1 0 0 1 {x} {y} Tm <{codes}> Tj ET Q\n"


def line(x0: float, y0: float, x1: float, y1: float, width: float = 0.5) -> str:
    return f"q {width} w {x0} {y0} m {x1} {y1} l S Q\n"


def bar(x: float, y: float, width: float, height: float, colour: str = "0 g") -> str:
    """A filled rectangle."""
    return f"q {colour} {x} {y} {width} {height} re f Q\n"


def place(name: str, x: float, y: float, width: float, height: float) -> str:
    """Place a picture by its name."""
    return f"q {width} 0 0 {height} {x} {y} cm /{name} Do Q\n"


def write(
    path: Path,
    pages: Sequence[Page],
    unicode_of: Callable[[str], str] | None = lambda character: character,
    vertical: bool = False,
    **save: object,
) -> Path:
    """Write pages whose font maps the character shown to `unicode_of` it; None: maps nothing."""
    pdf = pikepdf.new()
    shown = {character for page in pages for character in _shown(page.content)}
    font = _font(pdf, sorted(shown), unicode_of, vertical)
    for page in pages:
        pictures = {f"/{name}": pdf.make_stream(b"") for name in page.images}
        for name, data in page.images.items():
            _fill_image(pictures[f"/{name}"], data)
        fields = {
            "/Type": pikepdf.Name("/Page"),
            "/MediaBox": [0, 0, *page.size],
            "/Rotate": page.rotate,
            "/Contents": pdf.make_stream(page.content.encode("latin-1")),
            "/Resources": pikepdf.Dictionary(
                {
                    "/Font": pikepdf.Dictionary({"/F0": font}),
                    "/XObject": pikepdf.Dictionary(pictures),
                }
            ),
        }
        if page.crop:
            fields["/CropBox"] = list(page.crop)
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(pikepdf.Dictionary(fields))))
    pdf.save(path, **save)  # type: ignore[arg-type]
    return path


def write_table(
    path: Path, rows: Sequence[Sequence[str]], widths: Sequence[float], pages: int = 1
) -> Path:
    """A ruled table of one-line cells on every page, set by reportlab."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(path), pagesize=A4)
    height, size = 20.0, 10.5
    for _ in range(pages):
        canvas.setFont(FONT, size)
        top = 780.0
        for number, row in enumerate(rows):
            x = 40.0
            for cell, width in zip(row, widths, strict=True):
                canvas.rect(x, top - (number + 1) * height, width, height)
                canvas.drawString(x + 4, top - (number + 1) * height + 6, cell)
                x += width
        canvas.showPage()
    canvas.save()
    return path


def png(image: Image.Image) -> bytes:
    """The picture without loss: PNG, or TIFF where PNG has no such colours."""
    buffer = io.BytesIO()
    image.save(buffer, "TIFF" if image.mode == "CMYK" else "PNG")
    return buffer.getvalue()


def jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def corner_picture(width: int = 400, height: int = 600) -> Image.Image:
    """A white sheet with a black mark at the top left and a grey one at the top right."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 4, height // 8), fill="black")
    draw.rectangle((width - width // 4, 0, width, height // 8), fill=(128, 128, 128))
    return image


def _shown(content: str) -> str:
    parts = (part.split(">")[0] for part in content.split("<")[1:])
    return "".join(bytes.fromhex(part).decode("utf-16-be") for part in parts)


def _font(
    pdf: pikepdf.Pdf,
    characters: Sequence[str],
    unicode_of: Callable[[str], str] | None,
    vertical: bool,
) -> pikepdf.Object:
    name = pikepdf.Name
    descendant = pikepdf.Dictionary(
        {
            "/Type": name("/Font"),
            "/Subtype": name("/CIDFontType2"),
            "/BaseFont": name("/Song"),
            "/CIDSystemInfo": pikepdf.Dictionary(
                {"/Registry": "Adobe", "/Ordering": "Identity", "/Supplement": 0}
            ),
            "/DW": 1000,
            "/W": [32, [500] * 95],
            "/FontDescriptor": pikepdf.Dictionary(
                {
                    "/Type": name("/FontDescriptor"),
                    "/FontName": name("/Song"),
                    "/Flags": 4,
                    "/Ascent": 860,
                    "/Descent": -140,
                    "/FontBBox": [0, -140, 1000, 860],
                }
            ),
        }
    )
    fields = {
        "/Type": name("/Font"),
        "/Subtype": name("/Type0"),
        "/BaseFont": name("/Song"),
        "/Encoding": name("/Identity-V" if vertical else "/Identity-H"),
        "/DescendantFonts": [pdf.make_indirect(descendant)],
    }
    if unicode_of is not None:
        pairs = "".join(
            f"<{ord(ch):04x}> <{unicode_of(ch).encode('utf-16-be').hex()}>\n" for ch in characters
        )
        cmap = (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CMapName /Test def 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
            f"{len(characters)} beginbfchar\n{pairs}endbfchar\nendcmap end end\n"
        )
        fields["/ToUnicode"] = pdf.make_stream(cmap.encode())
    return pdf.make_indirect(pikepdf.Dictionary(fields))


def _fill_image(stream: pikepdf.Object, data: bytes) -> None:
    image = Image.open(io.BytesIO(data))
    colour = {"L": "/DeviceGray", "1": "/DeviceGray", "CMYK": "/DeviceCMYK"}
    stream["/Type"], stream["/Subtype"] = pikepdf.Name("/XObject"), pikepdf.Name("/Image")
    stream["/Width"], stream["/Height"] = image.width, image.height
    stream["/BitsPerComponent"] = 1 if image.mode == "1" else 8
    stream["/ColorSpace"] = pikepdf.Name(colour.get(image.mode, "/DeviceRGB"))
    if image.format == "JPEG":
        stream.write(data, filter=pikepdf.Name("/DCTDecode"))
    else:
        stream.write(image.tobytes())
