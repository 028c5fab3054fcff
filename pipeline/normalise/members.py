"""Pieces of a leader cell → the parties it names, each with its post and its part in the task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.normalise.offices import Piece
from pipeline.normalise.posts import Sort

_PADDING = re.compile(r"^等?(?:同志|领导)?")

# Words in a post whose holder is left open.
_UNNAMED = re.compile("分管|主管|协管|联系")

_HOLDERS = (Sort.POST, Sort.ORGAN, Sort.GROUP)


@dataclass(frozen=True, slots=True)
class Member:
    """One party of a leader cell.

    `printed` is the name as read, `name` the corrected one; for a post or a body both are its
    text. `post` and `part` stand beside a person: 副县长, 牵头. `certainty` (0–1) and `evidence`,
    short codes, are those of the reading; `settled`: it is known whom the name means.
    """

    printed: str
    name: str
    sort: Sort
    post: str = ""
    part: str = ""
    certainty: float = 1.0
    evidence: tuple[str, ...] = ()
    settled: bool = True


@dataclass(slots=True)
class _Draft:
    members: list[Member] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)
    part: str = ""
    clause: int = 0  # members before the clause that a tail (…牵头) closes

    def add(self, text: str, sort: Sort) -> None:
        post = ""
        if sort is Sort.PERSON:
            post, self.posts = "、".join(self.posts), []
        else:
            self.flush()
        self.members.append(Member(text, text, sort, post, self.part))

    def flush(self) -> None:
        """Posts that no person follows stand for themselves."""
        if self.posts:
            text, self.posts = "、".join(self.posts), []
            self.members.append(Member(text, text, Sort.POST, "", self.part))

    def post(self, text: str, *, after: bool, parted: bool) -> None:
        """A post of the person before it, or of the next; 王强、分管副县长 are two parties."""
        last = self.members[-1] if self.members else None
        if after and last is not None and last.sort is Sort.PERSON:
            if parted and (not last.post or _UNNAMED.search(text)):
                self.members.append(Member(text, text, Sort.POST, "", self.part))
                return
            joined = "、".join(filter(None, (last.post, text)))
            self.members[-1] = replace(last, post=joined)
        else:
            self.posts.append(text)

    def note(self, piece: Piece) -> None:
        """A post in brackets, or a part: 王建国（牵头）."""
        if piece.inner and self.members:
            self.members[-1] = replace(self.members[-1], part=_PADDING.sub("", piece.text))
        elif not piece.inner:
            self.post(piece.text, after=True, parted=False)

    def tail(self, text: str) -> None:
        part = _PADDING.sub("", text)
        self.flush()
        if part:
            for at in range(self.clause, len(self.members)):
                self.members[at] = replace(self.members[at], part=part)
        self.clause = len(self.members)


def pieces_to_members(pieces: Sequence[Piece]) -> tuple[Member, ...]:
    """The parties in printed order. Posts stand all before their persons, or all after them."""
    flat = list(_flat(pieces))
    first = next((p.sort for p in flat if p.sort in (Sort.PERSON, Sort.POST)), None)
    draft = _Draft()
    for piece in flat:
        text, sort = piece.text, piece.sort
        if sort is Sort.LABEL:
            draft.flush()
            draft.part, draft.clause = text.rstrip("：:"), len(draft.members)
        elif sort is Sort.TAIL:
            draft.tail(text)
        elif sort is Sort.POST:
            draft.post(text, after=first is Sort.PERSON, parted=piece.parted)
        elif sort is Sort.NOTE:
            draft.note(piece)
        else:
            if piece.parted:
                draft.flush()
            draft.add(text, sort)
    draft.flush()
    return tuple(draft.members)


def _flat(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces with brackets opened: 副县长（王建国） has a person in them, 王建国（兼） a remark."""
    before = None
    for piece in pieces:
        if piece.sort is not Sort.NOTE:
            yield piece
        elif before in _HOLDERS and [inner.sort for inner in piece.inner] == [Sort.PERSON]:
            yield piece.inner[0]
        elif piece.inner and all(inner.sort is Sort.POST for inner in piece.inner):
            yield from (replace(inner, sort=Sort.NOTE) for inner in piece.inner)
        elif [inner.sort for inner in piece.inner] in ([Sort.TAIL], [Sort.LABEL]):
            yield replace(piece, text=piece.inner[0].text)
        before = piece.sort
