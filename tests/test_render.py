from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipeline.config import Limits, Scan, Settings
from pipeline.errors import InputError
from pipeline.model import Raster
from pipeline.render import page_picture, page_sizes, read_pictures, render_page
from tests.pdfs import A4, Page, bar, corner_picture, jpeg, place, png, show, write

SHEET = corner_picture(496, 702)
"""A4 at 60 dpi: black at the top left, grey at the top right."""


def corners(pixels: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Grey values near the corners, clockwise from the top left."""
    rows, columns = pixels.shape[0] // 20, pixels.shape[1] // 20
    spots = [(rows, columns), (rows, -columns), (-rows, -columns), (-rows, columns)]
    return tuple(round(float(pixels[y, x].mean()), -1) for y, x in spots)  # type: ignore[return-value]


UPRIGHT = (0, 130, 260, 260)


def scan(
    path: Path, content: str | None = None, image: Image.Image = SHEET, **page: object
) -> Path:
    drawn = place("Im", 0, 0, *A4) if content is None else content
    return write(path, [Page(drawn, images={"Im": png(image)}, **page)])  # type: ignore[arg-type]


def picture(path: Path, settings: Settings | None = None) -> Raster:
    return page_picture(path, 1, settings or Settings())


# --- PDF pages ------------------------------------------------------------------------------


def test_a_drawn_page(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [Page(), Page(bar(0, 421, 297, 421), size=(595, 842))])
    raster = render_page(path, 2, 72)
    assert raster.pixels.shape == (842, 595, 3)
    assert raster.dpi == 72
    assert corners(raster.pixels) == (0, 260, 260, 260)
    with pytest.raises(IndexError):
        render_page(path, 3, 72)


def test_colours_are_in_rgb_order(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [Page(bar(0, 0, 595, 842, "1 0 0 rg"))])
    assert render_page(path, 1, 20).pixels[5, 5].tolist() == [255, 0, 0]
    red = scan(tmp_path / "b.pdf", image=Image.new("RGB", (300, 424), (255, 0, 0)))
    assert picture(red).pixels[5, 5].tolist() == [255, 0, 0]


def test_page_sizes_are_those_shown(tmp_path: Path) -> None:
    pages = [Page(), Page(rotate=90), Page(crop=(10, 20, 110, 220))]
    assert page_sizes(write(tmp_path / "a.pdf", pages)) == ((595, 842), (842, 595), (100, 200))


def test_the_picture_of_a_scan_is_taken_as_it_is(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (702, 496), np.uint8)
    raster = picture(scan(tmp_path / "a.pdf", image=Image.fromarray(noise)))
    assert raster.dpi == pytest.approx(60, abs=0.1)
    assert np.array_equal(raster.pixels[:, :, 0], noise)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(
    "matrix",
    ["595 0 0 842 0 0", "-595 0 0 842 595 0", "595 0 0 -842 0 842", "0 842 -595 0 595 0",
     "0 -842 595 0 0 842"],
)  # fmt: skip
def test_turned_and_mirrored_pictures_look_like_the_page(
    tmp_path: Path, rotate: int, matrix: str
) -> None:
    sheet = SHEET if matrix.startswith(("595", "-595")) else SHEET.resize((702, 496))
    path = scan(tmp_path / "a.pdf", f"q {matrix} cm /Im Do Q", sheet, rotate=rotate)
    taken, drawn = picture(path), render_page(path, 1, 60)
    assert abs(taken.pixels.shape[0] - drawn.pixels.shape[0]) <= 1
    assert corners(taken.pixels) == corners(drawn.pixels)


def test_margins_around_the_picture_belong_to_the_page(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf", place("Im", 59.5, 42.1, 476, 757.8))
    raster = picture(path)
    width, height = raster.pixels.shape[1], raster.pixels.shape[0]
    assert width * 72 / raster.dpi == pytest.approx(595, rel=0.02)
    assert height * 72 / raster.dpi == pytest.approx(842, rel=0.02)
    assert raster.pixels[height // 30, width // 30].tolist() == [255, 255, 255]
    assert raster.pixels[height // 10, width // 7].tolist() == [0, 0, 0]


def test_a_crop_box_cuts_the_picture(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf", crop=(0, 0, 595, 421))
    raster = picture(path)
    assert raster.pixels.shape[0] == pytest.approx(351, abs=2)
    assert corners(raster.pixels) == (260, 260, 260, 260)


def test_fax_pixels_are_made_square(tmp_path: Path) -> None:
    raster = picture(scan(tmp_path / "a.pdf", image=SHEET.resize((992, 702))))
    assert raster.dpi == pytest.approx(120, abs=0.2)
    assert raster.pixels.shape == (1404, 992, 3)
    assert corners(raster.pixels) == UPRIGHT


@pytest.mark.parametrize("mode", ["1", "L", "CMYK"])
def test_colour_spaces(tmp_path: Path, mode: str) -> None:
    raster = picture(scan(tmp_path / "a.pdf", image=SHEET.convert(mode)))
    assert raster.dpi == pytest.approx(60, abs=0.1)
    black, _, white, also_white = corners(raster.pixels)
    assert (white, also_white) == (260, 260)
    # Black of a CMYK picture without a profile is a dark grey.
    assert black <= 60


def test_inverted_and_masked_pictures_come_out_as_shown(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf", image=SHEET.convert("1"))
    for key, value in (("/Decode", [1, 0]), ("/ImageMask", True)):
        with pikepdf.open(path) as pdf:
            image = pdf.pages[0].obj["/Resources"]["/XObject"]["/Im"]
            image[key] = value
            if key == "/ImageMask":
                del image["/ColorSpace"]
            pdf.save(tmp_path / "b.pdf")
        shown = render_page(tmp_path / "b.pdf", 1, 60)
        assert corners(picture(tmp_path / "b.pdf").pixels) == corners(shown.pixels)


def test_a_soft_mask_is_applied(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf", image=Image.new("RGB", (496, 702), "black"))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        image = pdf.pages[0].obj["/Resources"]["/XObject"]["/Im"]
        mask = pdf.make_stream(bytes([0] * 351 * 496 + [255] * 351 * 496))
        mask["/Type"], mask["/Subtype"] = image["/Type"], image["/Subtype"]
        mask["/Width"], mask["/Height"], mask["/BitsPerComponent"] = 496, 702, 8
        mask["/ColorSpace"] = pikepdf.Name("/DeviceGray")
        image["/SMask"] = mask
        pdf.save(path)
    assert corners(picture(path).pixels) == (260, 260, 0, 0)


def test_what_lies_on_the_picture_is_drawn_with_it(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf", place("Im", 0, 0, *A4) + bar(500, 0, 95, 100))
    assert corners(picture(path).pixels) == (0, 130, 0, 260)


def test_hidden_text_does_not_keep_the_picture_from_being_taken(tmp_path: Path) -> None:
    hidden = show("岳阳县人民政府", 60, 700, extra="3 Tr")
    raster = picture(scan(tmp_path / "a.pdf", place("Im", 0, 0, *A4) + hidden))
    assert raster.dpi == pytest.approx(60, abs=0.1)


def test_strips_are_drawn_at_their_own_resolution(tmp_path: Path) -> None:
    strips = "".join(place("Im", 0, 84.2 * at, 595, 84.2) for at in range(10))
    path = scan(tmp_path / "a.pdf", strips, image=Image.new("L", (2066, 292), 200))
    raster = picture(path)
    assert raster.dpi == pytest.approx(250, abs=1)
    assert raster.pixels.shape[1] == pytest.approx(2066, abs=2)


def test_pages_without_pictures_are_drawn_at_the_set_resolution(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [Page(show("任务", 60, 700))])
    assert picture(path, Settings(scan=Scan(dpi=96))).dpi == 96


def test_the_longest_side_is_kept(tmp_path: Path) -> None:
    settings = Settings(scan=Scan(max_side=500))
    assert max(picture(scan(tmp_path / "a.pdf"), settings).pixels.shape) == 500
    path = write(tmp_path / "b.pdf", [Page(show("任务", 60, 700), size=(3000, 100))])
    assert max(picture(path, settings).pixels.shape) <= 501


def test_too_large_pages_and_pictures_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [Page(size=(8000, 8000))])
    with pytest.raises(InputError, match="too large"):
        picture(path)
    with pytest.raises(InputError, match="496 × 702 pixels"):
        picture(scan(tmp_path / "b.pdf"), Settings(limits=Limits(image_pixels=1000)))


def test_a_damaged_picture_is_an_error_and_no_white_page(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        image = pdf.pages[0].obj["/Resources"]["/XObject"]["/Im"]
        image.write(b"\xff\xd8\xff no JPEG", filter=pikepdf.Name("/DCTDecode"))
        pdf.save(path)
    with pytest.raises(InputError, match="damaged"):
        picture(path)


def test_threads_do_not_meet_in_pdfium(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf")
    shapes: list[tuple[int, ...]] = []
    threads = [
        threading.Thread(target=lambda: shapes.append(picture(path).pixels.shape)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shapes == [(702, 496, 3)] * 8


# --- image files ----------------------------------------------------------------------------


def pictures(path: Path, settings: Settings | None = None) -> list[Raster]:
    return list(read_pictures(path, settings or Settings()))


def test_pages_of_a_tiff_come_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    pages = [SHEET, SHEET.convert("L").resize((300, 424)), SHEET.convert("1")]
    pages[0].save(path, save_all=True, append_images=pages[1:], dpi=(60, 60))
    rasters = pictures(path)
    assert [raster.pixels.shape for raster in rasters] == [
        (702, 496, 3),
        (424, 300, 3),
        (702, 496, 3),
    ]
    assert all(corners(raster.pixels)[0] == 0 for raster in rasters)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_of_a_camera_is_undone(tmp_path: Path, orientation: int) -> None:
    transposed = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = SHEET.transpose(transposed[orientation]) if orientation > 1 else SHEET
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "a.jpg"
    stored.save(path, exif=exif, quality=95)
    (raster,) = pictures(path)
    assert raster.pixels.shape == (702, 496, 3)
    assert corners(raster.pixels) == UPRIGHT


def test_transparent_paper_is_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (100, 140), (0, 0, 0, 0))
    clear.save(tmp_path / "a.png")
    clear.convert("LA").save(tmp_path / "b.png")
    palette = Image.new("P", (100, 140), 0)
    palette.putpalette([0, 0, 0] + [255, 0, 0] * 255)
    palette.save(tmp_path / "c.png", transparency=0)
    for name in "abc":
        (raster,) = pictures(tmp_path / f"{name}.png")
        assert (raster.pixels == 255).all()


def test_sixteen_bits_keep_their_contrast(tmp_path: Path) -> None:
    values = np.full((140, 100), 65535, np.uint16)
    values[:20, :20], values[:20, -20:] = 0, 32896
    for name in ("a.png", "a.tif"):
        Image.fromarray(values).save(tmp_path / name)
        (raster,) = pictures(tmp_path / name)
        assert corners(raster.pixels) == UPRIGHT


def test_cmyk_and_palette(tmp_path: Path) -> None:
    SHEET.convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    SHEET.quantize(8).save(tmp_path / "b.png")
    for name in ("a.jpg", "b.png"):
        (raster,) = pictures(tmp_path / name)
        assert corners(raster.pixels) == UPRIGHT


@pytest.mark.parametrize(
    ("size", "stated", "dpi"),
    [
        ((1654, 2339), 200, 200),
        ((1654, 2339), 72, 72),
        ((1240, 1754), None, 150),
        ((3000, 4000), 72, 342),
        ((2480, 3508), 1, 300),
        ((4961, 7016), None, 424 / 7016 * 6000),
    ],
)
def test_resolutions(tmp_path: Path, size: tuple[int, int], stated: int | None, dpi: float) -> None:
    path = tmp_path / "a.png"
    Image.new("1", size, 1).save(path, **({"dpi": (stated, stated)} if stated else {}))
    (raster,) = pictures(path)
    assert raster.dpi == pytest.approx(dpi, rel=0.01)


def test_unequal_resolutions_of_a_fax(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    SHEET.resize((1728, 1145)).convert("1").save(path, compression="group4", dpi=(204, 98))
    (raster,) = pictures(path)
    assert raster.dpi == pytest.approx(204, rel=0.01)
    assert raster.pixels.shape[0] == pytest.approx(1145 * 204 / 98, rel=0.01)


def test_a_damaged_page_does_not_end_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    pages = [corner_picture(200, 300) for _ in range(3)]
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_adobe_deflate")
    data = bytearray(path.read_bytes())
    with Image.open(path) as image:
        image.seek(1)
        offset, length = image.tag_v2[273][0], image.tag_v2[279][0]
    data[offset : offset + length] = b"\x00" * length
    path.write_bytes(bytes(data))
    reader = read_pictures(path, Settings())
    assert next(reader).pixels.shape == (300, 200, 3)
    with pytest.raises(InputError, match="damaged"):
        next(reader)
    assert next(reader).pixels.shape == (300, 200, 3)
    assert next(reader, None) is None


def test_a_cut_off_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(SHEET)[:2000])
    with pytest.raises(InputError, match="damaged"):
        pictures(path)


def test_a_large_picture_is_brought_down(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    SHEET.save(path, dpi=(60, 60))
    (raster,) = pictures(path, Settings(scan=Scan(max_side=351)))
    assert raster.pixels.shape == (351, 248, 3)
    assert raster.dpi == pytest.approx(30, abs=0.1)
