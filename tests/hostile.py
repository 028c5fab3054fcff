"""Damaged and malicious documents, made by a seeded mutator: the same seed gives the same bytes.

Two kinds: real documents with something done to their bytes (`DAMAGES`), and files built around one
trick (`TRICKS`). None of them is meant to be read right; all of them have to end.
"""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

Data = bytes
Damage = Callable[[Data, random.Random], Data]
Trick = Callable[[random.Random], Data]

MIB = 1 << 20


@dataclass(frozen=True)
class Hostile:
    """A file of the corpus: its name, what was done, and its bytes, made when asked for."""

    name: str
    how: str
    make: Callable[[], Data]

    @property
    def data(self) -> Data:
        return self.make()


def corpus(sources: Sequence[Path], count: int, seed: int = 5) -> list[Hostile]:
    """`count` files: every trick with its ending, then damages of the sources in turn."""
    made = []
    for number, (how, (ending, trick)) in enumerate(TRICKS.items()):
        name = NAMES.get(how, f"trick-{number:02d}")
        made.append(Hostile(f"{name}{ending}", how, partial(trick_of, trick, seed + number)))
    originals = [(path.suffix, path.read_bytes()) for path in sources]
    damages = list(DAMAGES.items())
    for number in range(count - len(made)):
        ending, data = originals[number % len(originals)]
        how, damage = damages[number % len(damages)]
        make = partial(damaged, damage, data, seed * 1_000_003 + number)
        made.append(Hostile(f"damaged-{number:03d}{ending}", how, make))
    return made[:count]


def some(files: Sequence[Hostile], count: int) -> list[Hostile]:
    """A slice that holds as many kinds as it can."""
    step = max(1, len(files) // count)
    return list(files[::step])[:count]


def trick_of(trick: Trick, seed: int) -> Data:
    return trick(random.Random(seed))


def damaged(damage: Damage, data: Data, seed: int) -> Data:
    """The bytes with something done to them; bits are flipped where that changes nothing."""
    changed = damage(data, random.Random(seed))
    return changed if changed != data else flip_bits(data, random.Random(seed))


# --- what is done to bytes ---


def truncate(data: Data, chance: random.Random) -> Data:
    return data[: chance.randrange(1, len(data))]


def flip_bits(data: Data, chance: random.Random) -> Data:
    changed = bytearray(data)
    for _ in range(max(1, len(data) // chance.choice((200, 2_000, 20_000)))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def blank_out(data: Data, chance: random.Random) -> Data:
    start = chance.randrange(len(data))
    length = chance.randrange(1, max(2, len(data) // 3))
    return data[:start] + bytes(min(length, len(data) - start)) + data[start + length :]


def cut_out(data: Data, chance: random.Random) -> Data:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randrange(1, max(2, len(data) // 4)) :]


def repeat(data: Data, chance: random.Random) -> Data:
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randrange(1, 4_000)]
    return data[:start] + piece * chance.randrange(2, 50) + data[start:]


def shuffle(data: Data, chance: random.Random) -> Data:
    size = max(64, len(data) // 20)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    chance.shuffle(pieces)
    return b"".join(pieces)


def lie_about_numbers(data: Data, chance: random.Random) -> Data:
    """Other numbers after the keys that readers trust: lengths, counts, sizes, offsets."""
    keys = (b"/Length ", b"/Count ", b"/Size ", b"/Width ", b"/Height ", b"/Prev ", b"/First ")
    numbers = (b"0 ", b"-1 ", b"1 ", b"4294967296 ", b"99999999 ", b"1e99 ", b"x ")
    for key in keys:
        if key in data and chance.random() < 0.5:
            data = data.replace(key, key + chance.choice(numbers), chance.randrange(1, 20))
    return data


def rename_keys(data: Data, chance: random.Random) -> Data:
    keys = (b"/Filter", b"/Font", b"/MediaBox", b"/Kids", b"/Type", b"/Contents", b"/ToUnicode")
    for key in keys:
        if chance.random() < 0.4:
            data = data.replace(key, key[:-1] + b"q", chance.randrange(1, 5))
    return data


DAMAGES: dict[str, Damage] = {
    "truncated": truncate,
    "bits flipped": flip_bits,
    "a stretch of zeros": blank_out,
    "a stretch missing": cut_out,
    "a stretch repeated": repeat,
    "shuffled": shuffle,
    "numbers that lie": lie_about_numbers,
    "keys renamed": rename_keys,
}


# --- files around one trick ---


def pdf(*objects: bytes, root: str = "1 0 R", trailer: str = "", xref: bool = True) -> bytes:
    """A PDF of objects 1, 2, 3 … as they are."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    if xref:
        out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
        out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    size = len(objects) + 1
    out.write(f"trailer\n<< /Size {size} /Root {root} {trailer} >>\n".encode())
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def stream(data: bytes, fields: str = "", length: int | None = None) -> bytes:
    size = len(data) if length is None else length
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (size, fields.encode(), data)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
FONT = "/Font << /F0 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"


def page(resources: str = FONT, box: str = "0 0 595 842", more: str = "") -> bytes:
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R "
        f"/Resources << {resources} >> {more} >>"
    ).encode()


def one_page(content: bytes, *others: bytes, resources: str = FONT, fields: str = "") -> bytes:
    return pdf(CATALOG, PAGES, page(resources), stream(content, fields), *others)


def packed(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


TEXT = b"BT /F0 12 Tf 72 700 Td (text) Tj ET"


def xref_to_itself(chance: random.Random) -> Data:
    whole = pdf(CATALOG, PAGES, page(), stream(TEXT))
    start = int(whole.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def xrefs_in_a_ring(chance: random.Random) -> Data:
    whole = pdf(CATALOG, PAGES, page(), stream(TEXT))
    first = int(whole.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    whole = whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %08d" % 0)
    second = len(whole)
    whole = whole.replace(b"/Prev 00000000", b"/Prev %08d" % second)
    return (
        whole
        + b"xref\n0 0\ntrailer\n<< /Size 5 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF"
        % (
            first,
            second,
        )
    )


def nested_arrays(chance: random.Random) -> Data:
    depth = 200_000
    return pdf(CATALOG, PAGES, page(more="/X 5 0 R"), stream(TEXT), b"[" * depth + b"]" * depth)


def nested_dictionaries(chance: random.Random) -> Data:
    depth = 100_000
    return pdf(CATALOG, PAGES, page(more="/X 5 0 R"), stream(TEXT), b"<</A" * depth + b">>" * depth)


def nested_in_content(chance: random.Random) -> Data:
    return one_page(b"[" * 200_000 + b"(x)" + b"]" * 200_000 + b" TJ")


def states_without_end(chance: random.Random) -> Data:
    return one_page(b"q " * 500_000 + TEXT)


def content_bomb(chance: random.Random) -> Data:
    return one_page(packed(b" " * (300 * MIB)), fields="/Filter /FlateDecode")


def content_bomb_of_lines(chance: random.Random) -> Data:
    return one_page(packed(b"0 0 m 9 9 l S " * (2 * MIB)), fields="/Filter /FlateDecode")


def content_bomb_in_layers(chance: random.Random) -> Data:
    filters = "/Filter [" + "/FlateDecode " * 4 + "]"
    return one_page(packed(bytes(200 * MIB), times=4), fields=filters)


def image_bomb(chance: random.Random) -> Data:
    fields = (
        "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 "
        "/ColorSpace /DeviceRGB /Filter /FlateDecode"
    )
    image = stream(packed(bytes(100 * MIB)), fields)
    resources = "/XObject << /I 5 0 R >>"
    return one_page(b"595 0 0 842 0 0 cm /I Do", image, resources=resources)


def lying_image(chance: random.Random) -> Data:
    fields = (
        "/Type /XObject /Subtype /Image /Width 2000000000 /Height 2000000000 "
        "/BitsPerComponent 8 /ColorSpace /DeviceGray"
    )
    resources = "/XObject << /I 5 0 R >>"
    return one_page(b"595 0 0 842 0 0 cm /I Do", stream(b"x", fields), resources=resources)


def a_grid_of(lines: int) -> Trick:
    """More rulings than any table has, both ways."""

    def trick(chance: random.Random) -> Data:
        rules = [
            f"{at * 500 / lines:.4f} 0 m {at * 500 / lines:.4f} 800 l S" for at in range(lines)
        ]
        rules += [
            f"0 {at * 800 / lines:.4f} m 500 {at * 800 / lines:.4f} l S" for at in range(lines)
        ]
        return one_page("\n".join(rules).encode())

    return trick


def rulings_at_random(chance: random.Random) -> Data:
    rules = []
    for _ in range(30_000):
        x, y = chance.uniform(0, 595), chance.uniform(0, 842)
        end = f"{x:.1f} {chance.uniform(0, 842):.1f}"
        if chance.random() < 0.5:
            end = f"{chance.uniform(0, 595):.1f} {y:.1f}"
        rules.append(f"{x:.1f} {y:.1f} m {end} l S")
    return one_page("\n".join(rules).encode())


def glyphs_without_end(chance: random.Random) -> Data:
    shows = b"BT /F0 6 Tf 1 0 0 1 50 400 Tm " + b"(abcdefghij) Tj " * 60_000 + b"ET"
    return one_page(shows)


def huge_sheet(chance: random.Random) -> Data:
    return pdf(CATALOG, PAGES, page(box="0 0 9999999 9999999"), stream(TEXT))


def endless_sheet(chance: random.Random) -> Data:
    return pdf(CATALOG, PAGES, page(box="0 0 1e38 1e38"), stream(TEXT))


def no_sheet(chance: random.Random) -> Data:
    return pdf(CATALOG, PAGES, page(box="0 0 0 0"), stream(TEXT))


def zero_font(chance: random.Random) -> Data:
    sizes = (b"0", b"-0", b"0.0000000001", b"-12", b"1e30", b"nan", b"99999999999999999999")
    return one_page(b"\n".join(b"BT /F0 %s Tf 72 700 Td (text) Tj ET" % size for size in sizes))


def singular_matrices(chance: random.Random) -> Data:
    frames = (b"0 0 0 0 0 0", b"1 1 1 1 0 0", b"1e38 0 0 1e38 0 0", b"1e-38 0 0 1e-38 0 0")
    return one_page(b"\n".join(b"q %s cm %s 0 0 m 5 5 l S Q" % (frame, TEXT) for frame in frames))


def form_in_itself(chance: random.Random) -> Data:
    form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>"
    body = stream(b"/X Do /X Do", form)
    return one_page(b"/X Do", body, resources="/XObject << /X 5 0 R >>")


def forms_in_a_ring(chance: random.Random) -> Data:
    def form(other: int) -> bytes:
        fields = f"/Resources << /XObject << /X {other} 0 R >> >>"
        return stream(b"/X Do " * 3, "/Type /XObject /Subtype /Form /BBox [0 0 9 9] " + fields)

    return one_page(b"/X Do", form(6), form(5), resources="/XObject << /X 5 0 R >>")


def forms_that_double(chance: random.Random) -> Data:
    """Each form shows the next one twice, forty deep: 10¹² texts."""
    forms = [
        stream(
            b"/X Do /X Do",
            "/Type /XObject /Subtype /Form /BBox [0 0 595 842] "
            f"/Resources << /XObject << /X {number + 1} 0 R >> >>",
        )
        for number in range(5, 45)
    ]
    last = stream(TEXT, f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << {FONT} >>")
    return one_page(b"/X Do", *forms, last, resources="/XObject << /X 5 0 R >>")


def wrong_lengths(chance: random.Random) -> Data:
    length = chance.choice((0, 1, 10**9, 2**31, 2**63))
    return pdf(CATALOG, PAGES, page(), stream(TEXT, length=length))


def length_of_itself(chance: random.Random) -> Data:
    body = b"<< /Length 4 0 R >>\nstream\n" + TEXT + b"\nendstream"
    return pdf(CATALOG, PAGES, page(), body)


def object_of_itself(chance: random.Random) -> Data:
    return pdf(CATALOG, PAGES, b"3 0 R", stream(TEXT))


def script(chance: random.Random) -> Data:
    action = b"<< /Type /Action /S /JavaScript /JS (while (true) { app.alert('x'); }) >>"
    catalog = b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R /AA << /WC 5 0 R >> >>"
    return pdf(catalog, PAGES, page(more="/AA << /O 5 0 R >>"), stream(TEXT), action)


def launch(chance: random.Random) -> Data:
    action = b"<< /S /Launch /F (/bin/sh) /Next << /S /URI /URI (file:///etc/passwd) >> >>"
    catalog = b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>"
    return pdf(catalog, PAGES, page(), stream(TEXT), action)


def embedded_file(chance: random.Random) -> Data:
    name = "(../../../../etc/cron.d/x)"
    file = f"<< /Type /Filespec /F {name} /UF {name} /EF << /F 6 0 R >> >>".encode()
    catalog = (
        b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(x) 5 0 R] >> >> >>"
    )
    bomb = stream(packed(bytes(50 * MIB)), "/Type /EmbeddedFile /Filter /FlateDecode")
    return pdf(catalog, PAGES, page(), stream(TEXT), file, bomb)


def file_from_outside(chance: random.Random) -> Data:
    body = b"<< /Length 0 /F (/etc/passwd) /FFilter /ASCIIHexDecode >>\nstream\n\nendstream"
    return pdf(CATALOG, PAGES, page(), body)


def too_many_pages(chance: random.Random) -> Data:
    pages = b"<< /Type /Pages /Kids [" + b"3 0 R " * 10_000 + b"] /Count 10000 >>"
    return pdf(CATALOG, pages, page(), stream(TEXT))


def pages_of_themselves(chance: random.Random) -> Data:
    return pdf(CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>", page(), stream(TEXT))


def pages_that_double(chance: random.Random) -> Data:
    """Each node has the next one twice: 2³⁰ pages of forty objects."""
    nodes = [
        f"<< /Type /Pages /Kids [{number + 1} 0 R {number + 1} 0 R] /Count {2 ** (33 - number)} >>"
        for number in range(3, 33)
    ]
    leaf = b"<< /Type /Page /MediaBox [0 0 9 9] >>"
    root = b"<< /Type /Pages /Kids [3 0 R] /Count 1073741824 >>"
    return pdf(CATALOG, root, *(node.encode() for node in nodes), leaf)


def count_that_lies(chance: random.Random) -> Data:
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"
    return pdf(CATALOG, pages, page(), stream(TEXT))


def negative_count(chance: random.Random) -> Data:
    return pdf(CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count -5 >>", page(), stream(TEXT))


def unicode_bomb(chance: random.Random) -> Data:
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"1 begincodespacerange <00000000> <ffffffff> endcodespacerange\n"
        b"1 beginbfrange <00000000> <ffffffff> <0000> endbfrange\nendcmap end end\n"
    )
    return _with_cmap(cmap)


def unicode_map_of_itself(chance: random.Random) -> Data:
    return _with_cmap(b"/Song usecmap\n" * 10_000 + b"begincmap endcmap")


def _with_cmap(cmap: bytes) -> Data:
    font = (
        "/Font << /F0 << /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H "
        "/DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] "
        "/ToUnicode 5 0 R >> >>"
    )
    content = b"BT /F0 12 Tf 72 700 Td <00010002> Tj ET"
    return one_page(content, stream(cmap), resources=font)


def widths_without_end(chance: random.Random) -> Data:
    font = (
        "/Font << /F0 << /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H "
        "/DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        "/W [0 2000000000 500] >>] >> >>"
    )
    return one_page(b"BT /F0 12 Tf 72 700 Td <00010002> Tj ET", resources=font)


def object_streams_of_themselves(chance: random.Random) -> Data:
    body = stream(
        b"1 0 2 10 << /Type /Catalog /Pages 2 0 R >>", "/Type /ObjStm /N 2 /First 9 /Extends 1 0 R"
    )
    return pdf(body, PAGES, page(), stream(TEXT))


def inline_image_bomb(chance: random.Random) -> Data:
    return one_page(b"BI /W 100000 /H 100000 /BPC 8 /CS /RGB /F /RL ID " + b"\x81\x00" * 9 + b" EI")


def pattern_of_itself(chance: random.Random) -> Data:
    pattern = stream(
        b"/Pattern cs /P scn 0 0 9 9 re f",
        "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 0.001 "
        "/YStep 0.001 /Resources << /Pattern << /P 5 0 R >> >>",
    )
    content = b"/Pattern cs /P scn 0 0 595 842 re f"
    return one_page(content, pattern, resources="/Pattern << /P 5 0 R >>")


def jbig_nonsense(chance: random.Random) -> Data:
    fields = (
        "/Type /XObject /Subtype /Image /Width 3000 /Height 4000 /BitsPerComponent 1 "
        "/ColorSpace /DeviceGray /Filter /JBIG2Decode"
    )
    resources = "/XObject << /I 5 0 R >>"
    image = stream(chance.randbytes(5_000), fields)
    return one_page(b"595 0 0 842 0 0 cm /I Do", image, resources=resources)


def encrypted_by_nonsense(chance: random.Random) -> Data:
    trailer = f"/Encrypt << /Filter /Standard /V 4 /R 4 /O <{'00' * 32}> /U <{'00' * 32}> /P -1 >>"
    return pdf(CATALOG, PAGES, page(), stream(TEXT), trailer=trailer + " /ID [<00> <00>]")


def header_only(chance: random.Random) -> Data:
    return b"%PDF-1.7\n"


def noise_as_pdf(chance: random.Random) -> Data:
    return b"%PDF-1.4\n" + chance.randbytes(200_000)


def png_file(width: int, height: int, body: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def png_bomb(chance: random.Random) -> Data:
    return png_file(50_000, 50_000, packed(bytes(100 * MIB)))


def png_of_no_width(chance: random.Random) -> Data:
    return png_file(0, 100, packed(b""))


def png_long_and_thin(chance: random.Random) -> Data:
    return png_file(1, 1_000_000, packed(bytes(2_000_000)))


def tiff_in_a_ring(chance: random.Random) -> Data:
    buffer = io.BytesIO()
    Image.new("L", (40, 40), 255).save(buffer, "TIFF")
    data = bytearray(buffer.getvalue())
    first = struct.unpack("<I", data[4:8])[0]
    entries = struct.unpack("<H", data[first : first + 2])[0]
    data[first + 2 + 12 * entries : first + 6 + 12 * entries] = struct.pack("<I", first)
    return bytes(data)


def tiff_of_many(chance: random.Random) -> Data:
    buffer = io.BytesIO()
    sheet = Image.new("1", (8, 8), 1)
    sheet.save(buffer, "TIFF", save_all=True, append_images=[sheet] * 6_000)
    return buffer.getvalue()


def jpeg_that_lies(chance: random.Random) -> Data:
    buffer = io.BytesIO()
    Image.effect_noise((200, 200), 80).save(buffer, "JPEG")
    data = bytearray(buffer.getvalue())
    start = data.index(b"\xff\xc0")
    data[start + 5 : start + 9] = struct.pack(">HH", 65_535, 65_535)
    return bytes(data)


def noise_as_jpeg(chance: random.Random) -> Data:
    return b"\xff\xd8\xff\xe0" + chance.randbytes(50_000)


def endless_line(chance: random.Random) -> Data:
    return ("一二三四五，" * 500_000).encode()


def tables_in_tables(chance: random.Random) -> Data:
    return b"<html><body>" + b"<table><tr><td>" * 20_000 + "序号".encode()


def spans_without_end(chance: random.Random) -> Data:
    cell = '<td rowspan="1000000" colspan="1000000">序号</td>'
    return f"<html><body><table><tr>{cell * 3}</tr></table></body></html>".encode()


def backslashes(chance: random.Random) -> Data:
    return b"|" + b"\\|" * 300_000 + b"\n|---|\n" + b"| a " * 50_000


def a_text_of_nothing(chance: random.Random) -> Data:
    return b" \n" * 100_000


def zip_as_pdf(chance: random.Random) -> Data:
    return b"PK\x03\x04" + chance.randbytes(5_000)


TRICKS: dict[str, tuple[str, Trick]] = {
    "xref to itself": (".pdf", xref_to_itself),
    "xrefs in a ring": (".pdf", xrefs_in_a_ring),
    "nested arrays": (".pdf", nested_arrays),
    "nested dictionaries": (".pdf", nested_dictionaries),
    "nested in content": (".pdf", nested_in_content),
    "states without end": (".pdf", states_without_end),
    "content bomb": (".pdf", content_bomb),
    "content bomb of lines": (".pdf", content_bomb_of_lines),
    "content bomb in layers": (".pdf", content_bomb_in_layers),
    "image bomb": (".pdf", image_bomb),
    "lying image": (".pdf", lying_image),
    "a grid of 100": (".pdf", a_grid_of(100)),
    "a grid of 1,500": (".pdf", a_grid_of(1_500)),
    "rulings at random": (".pdf", rulings_at_random),
    "glyphs without end": (".pdf", glyphs_without_end),
    "huge sheet": (".pdf", huge_sheet),
    "endless sheet": (".pdf", endless_sheet),
    "no sheet": (".pdf", no_sheet),
    "zero font": (".pdf", zero_font),
    "singular matrices": (".pdf", singular_matrices),
    "form in itself": (".pdf", form_in_itself),
    "forms in a ring": (".pdf", forms_in_a_ring),
    "forms that double": (".pdf", forms_that_double),
    "wrong lengths": (".pdf", wrong_lengths),
    "length of itself": (".pdf", length_of_itself),
    "object of itself": (".pdf", object_of_itself),
    "script": (".pdf", script),
    "launch": (".pdf", launch),
    "embedded file": (".pdf", embedded_file),
    "file from outside": (".pdf", file_from_outside),
    "too many pages": (".pdf", too_many_pages),
    "pages of themselves": (".pdf", pages_of_themselves),
    "pages that double": (".pdf", pages_that_double),
    "count that lies": (".pdf", count_that_lies),
    "negative count": (".pdf", negative_count),
    "unicode bomb": (".pdf", unicode_bomb),
    "unicode map of itself": (".pdf", unicode_map_of_itself),
    "widths without end": (".pdf", widths_without_end),
    "object streams of themselves": (".pdf", object_streams_of_themselves),
    "inline image bomb": (".pdf", inline_image_bomb),
    "pattern of itself": (".pdf", pattern_of_itself),
    "jbig nonsense": (".pdf", jbig_nonsense),
    "encrypted by nonsense": (".pdf", encrypted_by_nonsense),
    "header only": (".pdf", header_only),
    "noise as pdf": (".pdf", noise_as_pdf),
    "png bomb": (".png", png_bomb),
    "png of no width": (".png", png_of_no_width),
    "png long and thin": (".png", png_long_and_thin),
    "tiff in a ring": (".tiff", tiff_in_a_ring),
    "tiff of many": (".tiff", tiff_of_many),
    "jpeg that lies": (".jpg", jpeg_that_lies),
    "noise as jpeg": (".jpg", noise_as_jpeg),
    "endless line": (".txt", endless_line),
    "tables in tables": (".html", tables_in_tables),
    "spans without end": (".html", spans_without_end),
    "backslashes": (".md", backslashes),
    "a text of nothing": (".txt", a_text_of_nothing),
    "zip as pdf": (".pdf", zip_as_pdf),
}

# Names that are taken for something else: a path, an option, a line end, a pattern.
NAMES = {
    "script": "x\\..\\..\\etc\\passwd",
    "launch": "-o",
    "embedded file": "%2e%2e%2f",
    "file from outside": "line\nend\r\x1b[31m",
    "header only": "*?[a-z]$(reboot);`x`'\"",
    "noise as pdf": "\u202e\u2066fdp",
    "zero font": "长" * 80,
}
