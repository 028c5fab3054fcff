"""Paper and light: what shows through, dirt, shadows, the scanner's dark edge."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from tests.scanlab.sheets import Sheet


def bleed_through(sheet: Sheet, depth: float, random: np.random.Generator, back: Sheet) -> Sheet:
    """The back page, mirrored and blurred, at `depth` of its blackness."""
    height, width = sheet.pixels.shape[:2]
    mirrored = cv2.resize(back.pixels[:, ::-1], (width, height))
    soft = cv2.GaussianBlur(mirrored, (0, 0), 0.12 * sheet.mm).astype(np.float32)
    moved = np.roll(soft, (round(2.3 * sheet.mm), round(1.7 * sheet.mm)), (0, 1))
    shade = 1 - depth * (255 - moved) / 255
    return replace(sheet, pixels=_bytes(sheet.pixels * shade))


def shade(sheet: Sheet, dark: float, random: np.random.Generator) -> Sheet:
    """Light that falls off across the page down to `dark` of full, with one soft shadow."""
    height, width = sheet.pixels.shape[:2]
    angle = random.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0 : height : max(1, height // 64), 0 : width : max(1, width // 64)]
    along = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
    light = 1 - (1 - dark) * (along - along.min()) / (np.ptp(along) + 1e-9)
    at = random.uniform(0.2, 0.8)
    light *= 1 - (1 - dark) * 0.5 * np.exp(-(((x / width - at) / 0.12) ** 2))
    whole = cv2.resize(light.astype(np.float32), (width, height))
    return replace(sheet, pixels=_bytes(sheet.pixels * whole[:, :, None]))


def dark_border(sheet: Sheet, wide: float, random: np.random.Generator) -> Sheet:
    """The dark bed of the scanner along two sides, up to `wide` millimetres, not quite straight."""
    pixels = sheet.pixels.copy()
    height, width = pixels.shape[:2]
    bed = (np.array([28, 27, 30]) + random.normal(0, 4, (height, width, 1))).clip(0, 255)
    y, x = np.mgrid[0:height, 0:width]
    left = wide * sheet.mm * (0.4 + 0.6 * y / height)
    foot = height - wide * sheet.mm * (0.3 + 0.5 * x / width)
    outside = (x < left) if random.random() < 0.5 else (x > width - left)
    outside |= y > foot
    pixels[outside] = np.broadcast_to(bed, pixels.shape)[outside].astype(np.uint8)
    return replace(sheet, pixels=pixels)


def punch_holes(sheet: Sheet, count: float, random: np.random.Generator) -> Sheet:
    """So many dark holes, 6 mm across, 12 mm from the left edge."""
    pixels = sheet.pixels.copy()
    height = pixels.shape[0]
    for number in range(round(count)):
        y = height * (number + 1) / (round(count) + 1)
        place = (round(12 * sheet.mm), round(y))
        cv2.circle(pixels, place, round(3 * sheet.mm), (30, 30, 30), -1, cv2.LINE_AA)
    return replace(sheet, pixels=pixels)


def specks(sheet: Sheet, density: float, random: np.random.Generator) -> Sheet:
    """So many dark specks per square centimetre, 0.1 to 0.4 mm across."""
    pixels = sheet.pixels.copy()
    height, width = pixels.shape[:2]
    count = round(density * height * width / (10 * sheet.mm) ** 2)
    for _ in range(count):
        place = int(random.integers(width)), int(random.integers(height))
        radius = max(0.5, float(random.uniform(0.05, 0.2)) * sheet.mm)
        grey = int(random.integers(20, 110))
        centre = (round(place[0] * 16), round(place[1] * 16))
        cv2.circle(pixels, centre, round(radius * 16), (grey,) * 3, -1, cv2.LINE_AA, 4)
    return replace(sheet, pixels=pixels)


def streak(sheet: Sheet, count: float, random: np.random.Generator) -> Sheet:
    """So many lines that dirt on the glass draws from edge to edge, 0.1 to 0.3 mm thick."""
    pixels = sheet.pixels.copy()
    view = pixels if random.random() < 0.5 else pixels.transpose(1, 0, 2)
    for _ in range(round(count)):
        wide = max(1, round(float(random.uniform(0.1, 0.3)) * sheet.mm))
        left = int(random.integers(round(0.06 * view.shape[1]), round(0.94 * view.shape[1])))
        light = random.uniform(0.15, 0.8)
        own = view[:, left : left + wide]
        view[:, left : left + wide] = _bytes(own * light)
    return replace(sheet, pixels=pixels)


def grain(sheet: Sheet, deviation: float, random: np.random.Generator) -> Sheet:
    """The scanner itself: a little blur, and noise of so many grey levels."""
    soft = cv2.GaussianBlur(sheet.pixels, (0, 0), 0.4 * sheet.dpi / 200)
    noise = random.normal(0, deviation, (*soft.shape[:2], 1))
    return replace(sheet, pixels=_bytes(soft + noise))


def _bytes(pixels: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    return np.clip(pixels + 0.5, 0, 255).astype(np.uint8)
