"""A page picture → the upright, straight page, its print apart from seals, its unit known.

    size → streaks → orientation → skew → flat → colour → solids → light → contrast → noise

Each step is a function that gives what it made and a `Step` saying what it found and whether it
changed anything; the steps stand in the manifest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.config import Settings
from pipeline.model import Raster, Step
from pipeline.scan.ink import Grey, Mask, character_height, even_background, ink_level, ink_mask
from pipeline.scan.prepare.colour import lift_colour, separate
from pipeline.scan.prepare.flat import find_flat, lay_flat
from pipeline.scan.prepare.light import clear_solids, even_light, even_print
from pipeline.scan.prepare.noise import DIRTY, DIRTY_EVERYWHERE, drop_specks_alone
from pipeline.scan.prepare.orientation import turn, turn_upright
from pipeline.scan.prepare.sheet import fit_size
from pipeline.scan.prepare.sketch import Sketch
from pipeline.scan.prepare.skew import tell_skew
from pipeline.scan.prepare.streaks import clear_streaks
from pipeline.scan.prepare.trace import trace_rulings

if TYPE_CHECKING:
    from pipeline.ocr.engine import OcrEngine

__all__ = ["Prepared", "prepare"]

HALF = 128
"""The grey between black and white."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The upright page, and the steps that made it from the picture that came in.

    `raster` keeps its colours; `grey` is uint8 (height, width), black print on white paper;
    `lifted` is 255 where ink of seals, stamps and pens was taken from it, `streaked` where streaks
    of the scanner were (None: nowhere); `unit` is the usual character height in pixels.
    """

    raster: Raster
    grey: Grey
    unit: float
    steps: tuple[Step, ...] = ()
    lifted: Mask | None = None
    streaked: Mask | None = None

    @property
    def points_per_pixel(self) -> float:
        return self.raster.points_per_pixel

    @property
    def rotation(self) -> int:
        """Degrees clockwise, a multiple of 90, that were applied."""
        return int(self._fact("orientation", "degrees"))

    @property
    def turn_is_doubtful(self) -> bool:
        """Whether no witness told which way up the page is."""
        return bool(self._fact("orientation", "doubtful"))

    @property
    def is_dirty(self) -> bool:
        """Whether so many specks lay about that some may lie in the text."""
        lone = self._fact("noise", "per_100_characters")
        return lone > DIRTY or self._fact("noise", "everywhere") > DIRTY_EVERYWHERE

    @property
    def skew(self) -> float:
        """Degrees clockwise that were applied after the turn."""
        return self._fact("skew", "degrees")

    @property
    def was_flattened(self) -> bool:
        """Whether slant or bend was taken out."""
        return any(step.name == "flat" and step.changed for step in self.steps)

    @property
    def streaks(self) -> int:
        """How many lines of dirt over the whole sheet were painted over."""
        return int(self._fact("streaks", "down") + self._fact("streaks", "across"))

    @property
    def stays_bent(self) -> bool:
        """Whether rulings are crooked in a way that could not be taken out."""
        return self._fact("flat", "crooked") > 0

    def _fact(self, name: str, fact: str) -> float:
        facts = (dict(step.facts) for step in self.steps if step.name == name)
        return next((float(found[fact]) for found in facts if fact in found), 0.0)


def prepare(
    raster: Raster, engine: OcrEngine | None, settings: Settings, seen: Sketch | None = None
) -> Prepared:
    """Turn the page upright and straight, part its print from all else, even its light.

    `engine` is asked for the orientation only where the ink speaks against an upright page; with
    None the ink alone decides. `seen` is the sketch of the picture, where it was made already.
    """
    raster, size = fit_size(raster, settings.scan.max_side)
    cleared = clear_streaks(raster)
    raster, turned = turn_upright(cleared.raster, engine, seen)
    grey = even_background(lift_colour(raster.pixels))
    mask = ink_mask(grey, ink_level(grey))
    unit = character_height(mask, raster.dpi)
    rulings = trace_rulings(mask, unit)
    degrees, skew = tell_skew(mask, unit, settings.scan.max_skew, rulings)
    flat, flattened = find_flat(mask, unit, degrees, rulings)
    raster = lay_flat(raster, mask, degrees, flat)
    streaked = None
    if cleared.trail is not None:
        trail = turn(cleared.trail, int(dict(turned.facts)["degrees"]))
        trail = lay_flat(trail, mask, degrees, flat)
        streaked = ink_mask(np.ascontiguousarray(trail.pixels[:, :, 0]), HALF)
    separated = separate(raster.pixels, unit)
    grey, solids = clear_solids(separated.grey, unit, raster.dpi)
    grey, light = even_light(grey)
    grey, contrast = even_print(grey, unit)
    grey, noise = drop_specks_alone(grey, unit)
    before = (size, cleared.step, turned)
    steps = (*before, skew, flattened, separated.step, solids, light, contrast, noise)
    # The light is even already where the height was first measured.
    if any(step.changed for step in steps if step not in (*before, light)):
        unit = character_height(ink_mask(grey, ink_level(grey)), raster.dpi)
    return Prepared(raster, grey, unit, steps, separated.lifted, streaked)
