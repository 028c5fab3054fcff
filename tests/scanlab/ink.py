"""Ink that is put on the paper after the print: seals, stamps, pens, watermarks."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.scanlab.sheets import Pixels, Sheet

RED = (214, 28, 36)
BLUE = (36, 64, 176)
OFFICES = ("清源县人民政府办公室", "云岭县发展和改革局", "平川县人民政府")


def put_seal(sheet: Sheet, alpha: float, random: np.random.Generator, font: str) -> Sheet:
    """A round red seal, 42 mm across, over the last columns of the table."""
    size = round(42 * sheet.mm)
    stamp = _round_seal(size, OFFICES[int(random.integers(len(OFFICES)))], font)
    stamp = stamp.rotate(float(random.uniform(-12, 12)), Image.Resampling.BICUBIC)
    left, top, right, bottom = sheet.table
    x = random.uniform(max(left, right - 2.5 * size), max(left + 1, right - size))
    y = random.uniform(top, max(top + 1, bottom - size))
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
    """Handwriting in the margin with letters about `size` millimetres high, blue or black."""
    pixels = np.ascontiguousarray(sheet.pixels)
    colour = (30, 40, 150) if random.random() < 0.5 else (40, 40, 40)
    left, top, right, _ = sheet.table
    letter = size * sheet.mm
    start = (left, max(letter, top - 1.6 * letter - 2 * sheet.mm))
    for number in range(5):
        x = start[0] + (0.45 * (right - left)) + number * 1.15 * letter
        for _ in range(5):
            points = random.uniform(0, letter, (4, 2)) + np.array((x, start[1]))
            cv2.polylines(
                pixels,
                [_curve(points)],
                False,
                colour,
                max(1, round(0.35 * sheet.mm)),
                cv2.LINE_AA,
            )
    return replace(sheet, pixels=pixels)


def _curve(points: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """A cubic Bézier curve through the plane of four points."""
    t = np.linspace(0, 1, 24)[:, None]
    a, b, c, d = points
    curve = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    return np.round(curve).astype(np.int32)


def _round_seal(size: int, words: str, font: str) -> Image.Image:
    """Ring, words along its inside, star in the middle (国发〔1999〕25号 has the shape)."""
    image = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(image)
    pen.ellipse((2, 2, size - 3, size - 3), outline=255, width=max(2, size // 35))
    middle, letter = size / 2, size // 8
    face = ImageFont.truetype(font, letter)
    span = math.radians(230)
    for number, character in enumerate(words):
        angle = -math.pi / 2 - span / 2 + span * (number + 0.5) / len(words)
        tile = Image.new("L", (2 * letter, 2 * letter), 0)
        ImageDraw.Draw(tile).text((letter, letter), character, 255, face, anchor="mm")
        tile = tile.rotate(-math.degrees(angle) - 90, Image.Resampling.BICUBIC)
        x, y = middle + 0.37 * size * math.cos(angle), middle + 0.37 * size * math.sin(angle)
        image.paste(255, (round(x) - letter, round(y) - letter), tile)
    star = [
        (
            middle + radius * math.cos(-math.pi / 2 + number * math.pi / 5),
            middle + radius * math.sin(-math.pi / 2 + number * math.pi / 5),
        )
        for number in range(10)
        for radius in (0.14 * size if number % 2 == 0 else 0.055 * size,)
    ]
    pen.polygon(star, fill=255)
    return image


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
