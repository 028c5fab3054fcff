"""Finds the fonts, refuses text they cannot show, and runs Typst."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

SYSTEM_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/share/texlive"),
    Path("/usr/share/texmf"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface: the family Typst knows, its file, its weight, the family for Latin and digits."""

    family: str
    file: str
    weight: str = "regular"
    latin: str | None = "Libertinus Serif"
    package: str = "texlive-lang-chinese"


FACES: dict[str, Face] = {
    "song": Face("FandolSong", "FandolSong-Regular.otf"),
    "song-bold": Face("FandolSong", "FandolSong-Bold.otf", "bold"),
    "fang": Face("FandolFang R", "FandolFang-Regular.otf"),
    "kai": Face("FandolKai", "FandolKai-Regular.otf"),
    "hei": Face("FandolHei", "FandolHei-Regular.otf"),
    "ukai": Face("AR PL UKai", "ukai.ttc", latin=None, package="fonts-arphic-ukai"),
    "wqy": Face("WenQuanYi Zen Hei", "wqy-zenhei.ttc", latin=None, package="fonts-wqy-zenhei"),
    "noto-sans": Face(
        "Noto Sans CJK SC", "NotoSansCJK-Regular.ttc", latin=None, package="fonts-noto-cjk"
    ),
    "noto-serif": Face(
        "Noto Serif CJK SC", "NotoSerifCJK-Regular.ttc", latin=None, package="fonts-noto-cjk"
    ),
    "title": Face(
        "Noto Serif CJK SC",
        "NotoSerifCJK-Bold.ttc",
        "bold",
        latin=None,
        package="fonts-noto-cjk",
    ),
}


class FontError(Exception):
    """A font is missing, or lacks a character the text needs."""


@cache
def font_file(name: str, folder: Path | None) -> Path:
    """The font's file in `folder` or the system's folders; raises `FontError` when absent."""
    for root in ([folder] if folder else []) + list(SYSTEM_FOLDERS):
        if root.is_dir():
            for path in root.rglob(name):
                return path
    raise FontError(f"font file {name} not found; install its package or pass --fonts FOLDER")


@cache
def _lacks(path: Path, character: str) -> bool:
    font = _face(path)
    mask = font.getmask(character)
    return bytes(mask) == _notdef(path) or not mask.getbbox()


@cache
def _face(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), 40)


@cache
def _notdef(path: Path) -> bytes:
    return bytes(_face(path).getmask("\U000ffffe"))


def style(key: str) -> str:
    """Arguments of Typst's `text` that choose this face and no other."""
    face = FACES[key]
    family = f'"{face.family}"'
    if face.latin:
        family = f'(name: "{face.latin}", covers: "latin-in-cjk"), {family}'
    return f'font: ({family},), weight: "{face.weight}", fallback: false'


def check_text(text: str, key: str, folder: Path | None) -> None:
    """Raise `FontError` naming every character of `text` that the face cannot show."""
    face = FACES[key]
    path = font_file(face.file, folder)
    lacking = sorted(
        character
        for character in set(text)
        if not character.isspace()
        and not (face.latin and ord(character) < 0x180)
        and _lacks(path, character)
    )
    if lacking:
        raise FontError(f"{face.family} lacks {' '.join(lacking)}")


@cache
def font_folders(folder: Path | None) -> tuple[Path, ...]:
    """Folders of the faces that are here: Typst does not look into TeX's, and prints blanks."""
    found = [folder] if folder else []
    for face in FACES.values():
        try:
            found.append(font_file(face.file, folder).parent)
        except FontError:  # `check_text` tells of it where a notice is set in that face
            continue
    return tuple(dict.fromkeys(found))


def compile_pdf(source: str, path: Path, folder: Path | None) -> None:
    """Typeset Typst source to `path`; the file is the same at every run."""
    import typst

    path.parent.mkdir(parents=True, exist_ok=True)
    fonts = typst.Fonts(font_paths=list(font_folders(folder)))
    data = typst.compile(
        source.encode("utf-8"),
        format="pdf",
        font_paths=fonts,
        timestamp=0,
        pdf_tags=False,
    )
    path.write_bytes(data)
