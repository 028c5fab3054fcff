"""The shapes of red seals, as masks: 255 where there is ink."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw, ImageFont

ARC = math.radians(230)  # of the ring, over which the words run
SQUARE = "石磊之印"  # an invented name's chop, read downwards from the right


def round_seal(size: int, words: str, font: str) -> Image.Image:
    """Ring, words along its inside, star in the middle (国发〔1999〕25号 has the shape)."""
    image = _ring((size, size))
    _words_around(image, words, font)
    middle = size / 2
    star = [
        (
            middle + radius * math.cos(-math.pi / 2 + number * math.pi / 5),
            middle + radius * math.sin(-math.pi / 2 + number * math.pi / 5),
        )
        for number in range(10)
        for radius in (0.14 * size if number % 2 == 0 else 0.055 * size,)
    ]
    ImageDraw.Draw(image).polygon(star, fill=255)
    return image


def oval_seal(size: tuple[int, int], words: str, font: str) -> Image.Image:
    """An oval ring, words along its inside, 专用章 in the middle."""
    image = _ring(size)
    _words_around(image, words, font)
    face = ImageFont.truetype(font, size[1] // 6)
    middle = (size[0] / 2, 0.62 * size[1])
    ImageDraw.Draw(image).text(middle, "业务专用章", 255, face, anchor="mm")
    return image


def square_seal(size: int, font: str) -> Image.Image:
    """A square frame around four characters, two and two."""
    image = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(image)
    pen.rectangle((2, 2, size - 3, size - 3), outline=255, width=max(2, size // 20))
    face = ImageFont.truetype(font, round(0.38 * size))
    for number, character in enumerate(SQUARE):
        x = (0.71 if number < 2 else 0.29) * size
        y = (0.29 if number % 2 == 0 else 0.71) * size
        pen.text((x, y), character, 255, face, anchor="mm")
    return image


def _ring(size: tuple[int, int]) -> Image.Image:
    image = Image.new("L", size, 0)
    ends = (2, 2, size[0] - 3, size[1] - 3)
    ImageDraw.Draw(image).ellipse(ends, outline=255, width=max(2, min(size) // 35))
    return image


def _words_around(image: Image.Image, words: str, font: str) -> None:
    """Set `words` along the inside of the ring, heads outward, the middle one on top."""
    width, height = image.size
    letter = min(width, height) // 8
    face = ImageFont.truetype(font, letter)
    for number, character in enumerate(words):
        angle = -math.pi / 2 - ARC / 2 + ARC * (number + 0.5) / len(words)
        x = width / 2 + (width / 2 - letter) * math.cos(angle)
        y = height / 2 + (height / 2 - letter) * math.sin(angle)
        # The head points along the ring's normal, which on an oval is not the radius.
        normal = math.atan2(math.sin(angle) * width, math.cos(angle) * height)
        tile = Image.new("L", (2 * letter, 2 * letter), 0)
        ImageDraw.Draw(tile).text((letter, letter), character, 255, face, anchor="mm")
        tile = tile.rotate(-math.degrees(normal) - 90, Image.Resampling.BICUBIC)
        image.paste(255, (round(x) - letter, round(y) - letter), tile)
