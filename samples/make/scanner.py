"""PDF → image-only PDF, TIFF or PNG, as a scanner would return it."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageFilter


@dataclass(frozen=True, slots=True)
class ScanLook:
    """How a page is scanned: dots per inch, clockwise skew in degrees, noise, coding.

    `coding` is `jpeg` (8 bits, `quality`) or `grey16` (16 greys, lossless).
    """

    dpi: int = 200
    skew: float = 0.0
    noise: float = 2.0
    blur: float = 0.4
    colour: bool = False
    coding: str = "jpeg"
    quality: int = 75


def scan_pages(pdf: Path, look: ScanLook, seed: int = 0) -> list[Image.Image]:
    """Render every page and give it the scanner's look; the same seed gives the same pixels."""
    random = np.random.default_rng(seed)
    document = pdfium.PdfDocument(pdf)
    pages = []
    for page in document:
        image = page.render(scale=look.dpi / 72).to_pil().convert("RGB" if look.colour else "L")
        pages.append(_age(image, look, random))
    document.close()
    return pages


def _age(image: Image.Image, look: ScanLook, random: np.random.Generator) -> Image.Image:
    white = (255, 255, 255) if image.mode == "RGB" else 255
    if look.skew:
        image = image.rotate(-look.skew, Image.Resampling.BICUBIC, fillcolor=white)
    if look.blur:
        image = image.filter(ImageFilter.GaussianBlur(look.blur * look.dpi / 200))
    pixels = np.asarray(image).astype(np.float64)
    if look.noise:
        pixels = pixels + random.normal(0, look.noise, pixels.shape[:2] + (1,) * (pixels.ndim - 2))
    return Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8), image.mode)


def write_image_pdf(images: list[Image.Image], path: Path, look: ScanLook) -> None:
    """Write a PDF of one full-page image a page; no text layer."""
    bodies: list[bytes] = []

    def put(body: bytes) -> int:
        bodies.append(body)
        return len(bodies)

    catalog, tree = put(b""), put(b"")
    kids = []
    for image in images:
        width, height = (side * 72 / look.dpi for side in image.size)
        picture = put(_picture(image, look))
        drawing = f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Im Do Q".encode()
        content = put(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawing), drawing))
        kids.append(
            put(
                f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {width:.2f} {height:.2f}] "
                f"/Resources << /XObject << /Im {picture} 0 R >> >> "
                f"/Contents {content} 0 R >>".encode()
            )
        )
    bodies[catalog - 1] = f"<< /Type /Catalog /Pages {tree} 0 R >>".encode()
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    bodies[tree - 1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{listed}] >>".encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_file(bodies))


def write_tiff(images: list[Image.Image], path: Path, look: ScanLook) -> None:
    """Write a multi-page TIFF, losslessly compressed, in 16 greys."""
    greys = [image.point(lambda grey: (grey + 8) // 17 * 17) for image in images]
    dots = (look.dpi, look.dpi)
    greys[0].save(
        path, save_all=True, append_images=greys[1:], compression="tiff_adobe_deflate", dpi=dots
    )


def write_mixed_pdf(pdf: Path, scanned: Path, keep: int, path: Path) -> None:
    """The first `keep` pages of `pdf`, then the pages of `scanned` after them."""
    mixed = pdfium.PdfDocument.new()
    for source, pages in ((pdf, slice(0, keep)), (scanned, slice(keep, None))):
        document = pdfium.PdfDocument(source)
        mixed.import_pages(document, list(range(len(document)))[pages])
        document.close()
    save_same(mixed, path)
    mixed.close()


def save_same(document: pdfium.PdfDocument, path: Path) -> None:
    """Save with fixed identifier and date, so that the same content gives the same file."""
    buffer = io.BytesIO()
    document.save(buffer)
    fixed = re.sub(rb"/ID ?\[ ?<[^>]*> ?<[^>]*> ?\]", _same_length, buffer.getvalue())
    path.write_bytes(re.sub(rb"/CreationDate\(D:\d{14}", b"/CreationDate(D:20000101000000", fixed))


def _same_length(identifier: re.Match[bytes]) -> bytes:
    return re.sub(rb"[0-9A-Fa-f](?=[0-9A-Fa-f]*>)", b"0", identifier[0])


def _picture(image: Image.Image, look: ScanLook) -> bytes:
    space = "/DeviceRGB" if image.mode == "RGB" else "/DeviceGray"
    size = f"/Type /XObject /Subtype /Image /Width {image.width} /Height {image.height}"
    if look.coding == "jpeg" or image.mode == "RGB":
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=look.quality, dpi=(look.dpi, look.dpi))
        data, bits, coding = buffer.getvalue(), 8, "/DCTDecode"
    else:
        greys = (np.asarray(image).astype(np.uint16) + 8) // 17
        greys = np.pad(greys, ((0, 0), (0, greys.shape[1] % 2))).astype(np.uint8)
        packed = (greys[:, 0::2] << 4) | greys[:, 1::2]
        data, bits, coding = zlib.compress(packed.tobytes(), 9), 4, "/FlateDecode"
    entry = f"<< {size} /ColorSpace {space} /BitsPerComponent {bits} /Filter {coding} "
    return entry.encode() + b"/Length %d >>\nstream\n%b\nendstream" % (len(data), data)


def _file(bodies: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(bodies) + 1,
        start,
    )
    return bytes(out)
