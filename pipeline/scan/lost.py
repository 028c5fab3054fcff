"""What recognition left unread on a page, worked out once for each look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.scan.crowds import Crowd, find_crowds
from pipeline.scan.ink import Mask

if TYPE_CHECKING:
    from pipeline.scan.reading import Look


class Losses:
    """Asks for each look of a page what it lost; `mask` is the page's ink without rulings.

    Reading, judging and reporting ask the same of most lines.
    """

    def __init__(self, mask: Mask) -> None:
        self.mask = mask
        self._found: dict[tuple[object, ...], Sequence[Crowd]] = {}

    def beside(self, look: Look) -> Sequence[Crowd]:
        """The characters read beside which ink was left unread; empty where all ink was read."""
        piece, reading = look.piece, look.reading
        # What the ink is compared with; what else a look holds takes longer to tell apart.
        key = (piece.box, piece.height, reading.text, reading.char_centres, look.left, look.width)
        if key not in self._found:
            self._found[key] = find_crowds(
                reading.text, look.centres, piece.box, self.mask, piece.height
            )
        return self._found[key]
