"""Ink that is put on the paper after the print: seals, stamps, pens, watermarks."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.scanlab.seals import oval_seal, round_seal, square_seal
from tests.scanlab.sheets import Pixels, Sheet

RED = (214, 28, 36)
BLUE = (36, 64, 176)
OFFICES = ("清源县人民政府办公室", "云岭县发展和改革局", "平川县人民政府")


def put_seal(sheet: Sheet, alpha: float, random: np.random.Generator, font: str) -> Sheet:
    """A round red seal, 42 mm across, over the last columns of the table."""
    office = OFFICES[int(random.integers(len(OFFICES)))]
    return _seal(sheet, round_seal(round(42 * sheet.mm), office, font), alpha, random)


def put_chop(sheet: Sheet, alpha: float, random: np.random.Generator, font: str) -> Sheet:
    """An oval red seal of 45 × 30 mm or a square one of 25 mm, over the last columns."""
    office = OFFICES[int(random.integers(len(OFFICES)))]
    if random.random() < 0.5:
        stamp = oval_seal((round(45 * sheet.mm), round(30 * sheet.mm)), office, font)
    else:
        stamp = square_seal(round(25 * sheet.mm), font)
    return _seal(sheet, stamp, alpha, random)


def _seal(sheet: Sheet, stamp: Image.Image, alpha: float, random: np.random.Generator) -> Sheet:
    stamp = stamp.rotate(float(random.uniform(-12, 12)), Image.Resampling.BICUBIC, expand=True)
    width, height = stamp.size
    left, top, right, bottom = sheet.table
    x = random.uniform(max(left, right - 2.5 * width), max(left + 1, right - width))
    y = random.uniform(top, max(top + 1, bottom - height))
    return _print_on(sheet, np.asarray(stamp), (round(x), round(y)), (RED, alpha), random)


def put_stamp(sheet: Sheet, alpha: float, random: np.random.Generator, font: str) -> Sheet:
    """A blue receipt stamp, 60 × 22 mm, slightly turned, over the table."""
    width, height = round(60 * sheet.mm), round(22 * sheet.mm)
    image = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(image)
    line = max(2, round(0.5 * sheet.mm))
    pen.rectangle((line, line, width - line, height - line), outline=255, width=line)
    pen.line((0, height // 2, width, height // 2), fill=255, width=line)
    face = ImageFont.truetype(font, round(6 * sheet.mm))
    pen.text((width // 2, height // 4), "收文第〇三八号", 255, face, anchor="mm")
    pen.text((width // 2, 3 * height // 4), "2025年03月18日", 255, face, anchor="mm")
    turned = image.rotate(float(random.uniform(-6, 6)), Image.Resampling.BICUBIC, expand=True)
    left, top, right, bottom = sheet.table
    x = random.uniform(left, max(left + 1, right - width))
    y = random.uniform(top, max(top + 1, bottom - height))
    return _print_on(sheet, np.asarray(turned), (round(x), round(y)), (BLUE, alpha), random)


def put_watermark(sheet: Sheet, alpha: float, random: np.random.Generator, font: str) -> Sheet:
    """Grey words across the page at 30 degrees, letters 18 mm high."""
    height, width = sheet.pixels.shape[:2]
    side = round(math.hypot(width, height))
    image = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(image)
    face = ImageFont.truetype(font, round(18 * sheet.mm))
    for row in range(0, side, round(70 * sheet.mm)):
        pen.text((row % 200, row), "内部资料　注意保存　" * 4, 255, face)
    turned = image.rotate(30, Image.Resampling.BILINEAR)
    cut = np.asarray(turned)[(side - height) // 2 :, (side - width) // 2 :][:height, :width]
    shade = 1 - alpha * cut.astype(np.float32)[:, :, None] / 255
    return replace(sheet, pixels=_bytes(sheet.pixels * shade))


def scribble(sheet: Sheet, size: float, random: np.random.Generator) -> Sheet:
    """Five words by hand, letters about `size` millimetres high, in the margin under the table.

    Where the table reaches the foot they stand above it, across whatever is printed there, as the
    notes of those who sign do; blue or black.
    """
    pixels = sheet.pixels.copy()
    colour = (30, 40, 150) if random.random() < 0.5 else (40, 40, 40)
    left, top, right, bottom = sheet.table
    letter, gap = size * sheet.mm, 2 * sheet.mm
    at = bottom + gap
    if at + letter > pixels.shape[0]:
        at = max(0.0, top - letter - gap)
    start = (left + random.uniform(0.2, 0.6) * (right - left), at)
    for number in range(5):
        x = start[0] + number * 1.15 * letter
        for _ in range(5):
            points = random.uniform(0, letter, (4, 2)) + np.array((x, start[1]))
            thick = max(1, round(0.35 * sheet.mm))
            cv2.polylines(pixels, [_curve(points)], False, colour, thick, cv2.LINE_AA)
    return replace(sheet, pixels=pixels)


def _curve(points: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """A cubic Bézier curve through the plane of four points."""
    t = np.linspace(0, 1, 24)[:, None]
    a, b, c, d = points
    curve = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    return np.round(curve).astype(np.int32)


def _print_on(
    sheet: Sheet,
    stamp: Pixels,
    place: tuple[int, int],
    ink: tuple[tuple[int, int, int], float],
    random: np.random.Generator,
) -> Sheet:
    """Lay a stamp (255: ink) over the page; ink lets through what is dark below it."""
    colour, alpha = ink
    height, width = sheet.pixels.shape[:2]
    x, y = max(0, min(place[0], width - 1)), max(0, min(place[1], height - 1))
    part = stamp[: height - y, : width - x].astype(np.float32) / 255
    rough = random.normal(0, 1, part.shape).astype(np.float32)
    worn = np.clip(0.9 + 0.25 * cv2.GaussianBlur(rough, (0, 0), 2) * 4, 0.4, 1.0)
    share = (alpha * part * worn)[:, :, None]
    through = 1 - share * (1 - np.array(colour, np.float32) / 255)
    pixels = sheet.pixels.copy()
    below = pixels[y : y + part.shape[0], x : x + part.shape[1]]
    pixels[y : y + part.shape[0], x : x + part.shape[1]] = _bytes(below * through)
    return replace(sheet, pixels=pixels)


def _bytes(pixels: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    return np.clip(pixels + 0.5, 0, 255).astype(np.uint8)
