"""Draws a sample as OFD (GB/T 33190-2016), in the ways its makers store pages.

What stands where is planned as for a PDF (pdf.py); here a report is drawn on paper of another make. The ways
of makers are those seen in public files: distances between characters listed or counted, lines of a cell in
one text, pages in points under a matrix, what all pages share in a template, objects as graphic units.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from random import Random
from typing import Literal
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw

from samples.pdf import PAGE_HEIGHT, PAGE_WIDTH, Style, Writer, width_of
from samples.reports import Sample

POINTS = 72 / 25.4  # in a millimetre
ABOVE, BELOW = 0.88, 0.12  # of a character, about its base line

_NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a report is stored: `style` says how it stands on the page, the rest what its XML is like.

    `texts` says what a text object holds; `deltas` how the distances between its characters are written
    ("short" leaves out those that repeat the last, "long" says one too many). `scaled` draws in points under
    a matrix; `template` puts what all pages share into one; `unit` makes each page one graphic unit;
    `layered` spreads a page over layers and blocks; `extras` adds what is no part of the report.
    """

    style: Style = field(default_factory=Style)
    texts: Literal["strings", "characters", "blocks"] = "strings"
    deltas: Literal["listed", "counted", "short", "long"] = "listed"
    scaled: bool = False
    template: bool = False
    unit: bool = False
    layered: bool = False
    extras: bool = False


LOOKS: dict[str, Look] = {
    "lines": Look(),
    "strips": Look(style=Style(rulings="rectangles"), deltas="counted"),
    "one path": Look(style=Style(rulings="one path"), deltas="short"),
    "characters": Look(style=Style(rulings="doubled"), texts="characters"),
    "blocks": Look(texts="blocks", deltas="long"),
    "scaled": Look(style=Style(rulings="rectangles", repeats_head=True), scaled=True),
    "template": Look(style=Style(running_head=True), template=True, deltas="counted"),
    "unit": Look(style=Style(rulings="rectangles"), unit=True),
    "layered": Look(style=Style(running_head=True), layered=True, deltas="counted"),
    "extras": Look(extras=True),
    "upright heads": Look(style=Style(upright_heads=True), texts="blocks"),
    "twice": Look(style=Style(bold="whole")),
    "twice apart": Look(style=Style(bold="apart"), deltas="counted"),
    "dashed": Look(style=Style(rulings="dashed", repeats_head=True)),
    "sideways": Look(style=Style(sideways=True)),
    "open-sided": Look(style=Style(sides=False)),
    "horizontal": Look(style=Style(verticals=False, loose=True), deltas="counted"),
    "borderless": Look(style=Style(rulings="none", loose=True)),
}


def draw(sample: Sample, *, look: str, seed: int = 0) -> bytes:
    """Return the sample as an OFD file in one of LOOKS."""
    chosen = LOOKS[look]
    size = (PAGE_HEIGHT, PAGE_WIDTH) if chosen.style.sideways else (PAGE_WIDTH, PAGE_HEIGHT)
    paper = _Paper(chosen, size)
    Writer(chosen.style, Random(f"ofd {look} {seed}"), paper).fill(sample)
    return paper.packed()


@dataclass
class _Text:
    """A text on its base line; coordinates are points from the bottom left, `below` the lines that follow."""

    left: float
    base: float
    size: float
    text: str
    matrix: Matrix
    below: list[tuple[float, float, str]] = field(default_factory=list)


class _Path:
    """Lines from point to point, as a Canvas gives them out to be filled in."""

    def __init__(self) -> None:
        self.points: list[tuple[str, float, float]] = []

    def moveTo(self, x: float, y: float) -> None:  # noqa: N802  # a Canvas calls it so
        self.points.append(("M", x, y))

    def lineTo(self, x: float, y: float) -> None:  # noqa: N802
        self.points.append(("L", x, y))


class _Paper:
    """Takes what a Writer draws on a Canvas, in points from the bottom left, and keeps it as OFD objects."""

    def __init__(self, look: Look, size: tuple[float, float]) -> None:
        self.look = look
        self.size = size
        self.pages: list[list[str]] = []
        self.objects: list[str] = []
        self.open: _Text | None = None
        self.font_size = 10.0
        self.line_width = 1.0
        self.matrix: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

    # --- what a Canvas is asked for

    def setPageRotation(self, degrees: int) -> None:  # noqa: N802
        assert degrees == 0, "pages of OFD have no rotation"

    def transform(self, *matrix: float) -> None:
        self.matrix = matrix  # type: ignore[assignment]  # six numbers

    def setFont(self, _name: str, size: float) -> None:  # noqa: N802
        self.font_size = size

    def setLineWidth(self, width: float) -> None:  # noqa: N802
        self.line_width = width

    def drawString(self, left: float, base: float, text: str) -> None:  # noqa: N802
        size, above = self.font_size, self.open
        drop = above.base - base if above else 0.0
        if above and self.look.texts == "blocks" and above.size == size:
            drop -= sum(down for _, down, _ in above.below)
            if abs(drop - 1.15 * size) < 0.01:
                last = above.left + sum(ahead for ahead, _, _ in above.below)
                above.below.append((left - last, drop, text))
                return
        self._close()
        self.open = _Text(left, base, size, text, self.matrix)

    def line(self, left: float, bottom: float, right: float, top: float) -> None:
        self._path([("M", left, bottom), ("L", right, top)])

    def rect(
        self, left: float, bottom: float, width: float, height: float, *, stroke: int = 1, fill: int = 0
    ) -> None:
        right, top = left + width, bottom + height
        corners = [
            ("M", left, bottom),
            ("L", right, bottom),
            ("L", right, top),
            ("L", left, top),
            ("C", 0, 0),
        ]
        self._path(corners, stroke=bool(stroke), fill=bool(fill))

    def beginPath(self) -> _Path:  # noqa: N802
        return _Path()

    def drawPath(self, path: _Path) -> None:  # noqa: N802
        self._path(path.points)

    def showPage(self) -> None:  # noqa: N802
        self._close()
        self.pages.append(self.objects)
        self.objects = []
        self.matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

    # --- objects

    def _close(self) -> None:
        """Write the text that was open for further lines."""
        text, self.open = self.open, None
        if text is None:
            return
        if self.look.texts == "characters":
            for number, character in enumerate(text.text):
                left = text.left + width_of(text.text[:number], text.size)
                self._text(_Text(left, text.base, text.size, character, text.matrix))
        elif text.text.strip():
            self._text(text)

    def _text(self, text: _Text) -> None:
        """Write a text object; its own space begins at the top left of its first line."""
        lines = [(text.left, 0.0, text.text)]
        for ahead, drop, below in text.below:
            lines.append((lines[-1][0] + ahead, lines[-1][1] + drop, below))
        left = min(start for start, _, _ in lines)
        width = max(start + width_of(line, text.size) for start, _, line in lines) - left
        height = lines[-1][1] + text.size
        ahead, down = _steps(lines, text.size)
        unit = 1.0 if self.look.scaled else POINTS
        code = f'<ofd:TextCode X="{_n((text.left - left) / unit)}" Y="{_n(ABOVE * text.size / unit)}"'
        if ahead:
            code += f' DeltaX="{self._deltas([step / unit for step in ahead])}"'
        if any(down):
            code += f' DeltaY="{self._deltas([step / unit for step in down])}"'
        words = "".join(line for _, _, line in lines)
        box, matrix = self._placed(left, text.base + ABOVE * text.size, width, height, text.matrix)
        self.objects.append(
            f'<ofd:TextObject ID="%ID" Boundary="{box}"{matrix} Font="1" Size="{_n(text.size / unit)}">'
            f"{code}>{escape(words)}</ofd:TextCode></ofd:TextObject>"
        )

    def _deltas(self, steps: Sequence[float]) -> str:
        """Write distances the way the look has it."""
        shown = [_n(step) for step in steps]
        if self.look.deltas == "short":
            while len(shown) > 1 and shown[-1] == shown[-2]:
                shown.pop()
        elif self.look.deltas == "long":
            shown.append(shown[-1])
        if self.look.deltas in ("listed", "short"):
            return " ".join(shown)
        runs: list[tuple[str, int]] = []
        for one in shown:
            runs = [*runs[:-1], (one, runs[-1][1] + 1)] if runs and runs[-1][0] == one else [*runs, (one, 1)]
        return " ".join(one if count == 1 else f"g {count} {one}" for one, count in runs)

    def _path(
        self, points: Sequence[tuple[str, float, float]], *, stroke: bool = True, fill: bool = False
    ) -> None:
        self._close()
        across = [x for mark, x, _ in points if mark != "C"]
        down = [y for mark, _, y in points if mark != "C"]
        left, top = min(across), max(down)
        unit = 1.0 if self.look.scaled else POINTS
        data = " ".join(
            mark if mark == "C" else f"{mark} {_n((x - left) / unit)} {_n((top - y) / unit)}"
            for mark, x, y in points
        )
        box, matrix = self._placed(left, top, max(across) - left, top - min(down), self.matrix)
        switches = ("" if stroke else ' Stroke="false"') + (' Fill="true"' if fill else "")
        self.objects.append(
            f'<ofd:PathObject ID="%ID" Boundary="{box}"{matrix} LineWidth="{_n(self.line_width / unit)}"'
            f"{switches}><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def _placed(
        self, left: float, top: float, width: float, height: float, turned: Matrix
    ) -> tuple[str, str]:
        """Return the boundary on the page of what has its top left there, and its CTM if it needs one."""
        a, b, c, d, e, f = turned
        corners = [
            (a * x + c * y + e, self.size[1] - (b * x + d * y + f))
            for x in (left, left + width)
            for y in (top, top - height)
        ]
        start = min(x for x, _ in corners), min(y for _, y in corners)
        stop = max(x for x, _ in corners), max(y for _, y in corners)
        box = " ".join(_n(one / POINTS) for one in (*start, stop[0] - start[0], stop[1] - start[1]))
        scale = 1 / POINTS if self.look.scaled else 1.0
        # y falls in OFD, so that the two that mix the directions change their signs.
        mixed = [a * scale, -b * scale, -c * scale, d * scale]
        moved = [(corners[0][0] - start[0]) / POINTS, (corners[0][1] - start[1]) / POINTS]
        if mixed == [1, 0, 0, 1]:
            return box, ""
        return box, f' CTM="{" ".join(map(_n, (*mixed, *moved)))}"'

    # --- the package

    def packed(self) -> bytes:
        """Return the pages drawn so far as a file."""
        first, *others = self.pages
        shared = [one for one in first if all(one in page for page in others)] if self.look.template else []
        parts: dict[str, str | bytes] = {}
        units: list[str] = []
        count = [1]
        for number, page in enumerate(self.pages):
            own = [one for one in page if one not in shared]
            if self.look.unit:
                units.append(_numbered("".join(own), count))
                place = f'Boundary="{self._box()}" CTM="1 0 0 1 0 0" ResourceID="u{number}"'
                own = [f'<ofd:CompositeObject ID="%ID" {place}/>']
            parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = self._page(
                own, count, has_template=bool(shared)
            )
        if shared:
            parts["Doc_0/Tpls/Tpl_0/Content.xml"] = self._page(shared, count)
        images: dict[str, str | bytes] = {"Doc_0/Res/seal.png": _seal()} if self.look.extras else {}
        return _zipped(parts | self._common(units, has_template=bool(shared)) | images)

    def _page(self, objects: list[str], count: list[int], *, has_template: bool = False) -> str:
        use = '<ofd:Template TemplateID="t0" ZOrder="Background"/>' if has_template else ""
        layers = f'<ofd:Layer ID="%ID">{"".join(objects)}</ofd:Layer>'
        if self.look.layered:
            half = len(objects) // 2
            block = f'<ofd:PageBlock ID="%ID">{"".join(objects[:half])}</ofd:PageBlock>'
            layers = (
                f'<ofd:Layer ID="%ID" Type="Foreground">{"".join(objects[half:])}</ofd:Layer>'
                f'<ofd:Layer ID="%ID" Type="Body"><ofd:PageBlock ID="%ID">{block}</ofd:PageBlock></ofd:Layer>'
            )
        if self.look.extras:
            layers += _EXTRAS
        page = (
            f"<ofd:Page {_NAMESPACE}>{use}"
            f"<ofd:Area><ofd:PhysicalBox>{self._box()}</ofd:PhysicalBox></ofd:Area>"
            f"<ofd:Content>{layers}</ofd:Content></ofd:Page>"
        )
        return _numbered(page, count)

    def _box(self) -> str:
        return f"0 0 {_n(self.size[0] / POINTS)} {_n(self.size[1] / POINTS)}"

    def _common(self, units: list[str], *, has_template: bool) -> dict[str, str | bytes]:
        """Return the parts that belong to no page."""
        template = '<ofd:TemplatePage ID="t0" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if has_template else ""
        pages = "".join(
            f'<ofd:Page ID="p{number}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
            for number in range(len(self.pages))
        )
        signatures = "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>" if self.look.extras else ""
        size = self._box().split()[2:]
        composites = "".join(
            f'<ofd:CompositeGraphicUnit ID="u{number}" Width="{size[0]}" Height="{size[1]}">'
            f"<ofd:Content>{unit}</ofd:Content></ofd:CompositeGraphicUnit>"
            for number, unit in enumerate(units)
        )
        parts: dict[str, str | bytes] = {
            "OFD.xml": f'<ofd:OFD {_NAMESPACE} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo>'
            "<ofd:DocID>00000000000000000000000000000000</ofd:DocID></ofd:DocInfo>"
            f"<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{signatures}</ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {_NAMESPACE}><ofd:CommonData>"
            "<ofd:MaxUnitID>999999</ofd:MaxUnitID>"
            f"<ofd:PageArea><ofd:PhysicalBox>{self._box()}</ofd:PhysicalBox></ofd:PageArea>"
            "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
            "<ofd:DocumentRes>/Doc_0/DocumentRes.xml</ofd:DocumentRes>"
            f"{template}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>",
            "Doc_0/PublicRes.xml": f'<ofd:Res {_NAMESPACE} BaseLoc="Res"><ofd:Fonts>'
            '<ofd:Font ID="1" FontName="宋体" FamilyName="宋体"/></ofd:Fonts></ofd:Res>',
            "Doc_0/DocumentRes.xml": f'<ofd:Res {_NAMESPACE} BaseLoc="Res"><ofd:CompositeGraphicUnits>'
            f"{composites}</ofd:CompositeGraphicUnits>{_SEALS if self.look.extras else ''}</ofd:Res>",
        }
        if signatures:
            parts["Doc_0/Signs/Signatures.xml"] = f"<ofd:Signatures {_NAMESPACE}/>"
        return parts


# What is no part of a report: figures that are not shown, a watermark, a seal's image.
_EXTRAS = (
    '<ofd:Layer ID="%ID" Type="Foreground">'
    '<ofd:TextObject ID="%ID" Boundary="60 100 40 6" Font="1" Size="4" Visible="false">'
    '<ofd:TextCode X="0" Y="4" DeltaX="2 2">999</ofd:TextCode></ofd:TextObject>'
    '<ofd:TextObject ID="%ID" Boundary="60 120 40 6" Font="1" Size="4" Alpha="0">'
    '<ofd:TextCode X="0" Y="4" DeltaX="2 2">888</ofd:TextCode></ofd:TextObject>'
    '<ofd:TextObject ID="%ID" Boundary="40 80 120 120" CTM="0.7071 -0.7071 0.7071 0.7071 0 84" '
    'Font="1" Size="12" Alpha="51"><ofd:TextCode X="0" Y="12" DeltaX="12 12 12">内部资料</ofd:TextCode>'
    "</ofd:TextObject>"
    '<ofd:ImageObject ID="%ID" Boundary="120 200 42 42" CTM="42 0 0 42 0 0" ResourceID="99"/>'
    '<ofd:PathObject ID="%ID" Boundary="20 20 100 1" Visible="false"><ofd:AbbreviatedData>M 0 0 L 100 0'
    "</ofd:AbbreviatedData></ofd:PathObject></ofd:Layer>"
)

_SEALS = (
    '<ofd:MultiMedias><ofd:MultiMedia ID="99" Type="Image" Format="PNG"><ofd:MediaFile>seal.png'
    "</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>"
)


def _seal() -> bytes:
    """Return the image of a seal: a ring through which text is seen, and nothing inside or around it."""
    image = Image.new("RGBA", (120, 120), (255, 255, 255, 0))
    ImageDraw.Draw(image).ellipse((2, 2, 117, 117), outline=(220, 0, 0, 110), width=3)
    target = BytesIO()
    image.save(target, "png")
    return target.getvalue()


def _steps(lines: Sequence[tuple[float, float, str]], size: float) -> tuple[list[float], list[float]]:
    """Return how far each character but the first stands ahead of and below the one before."""
    places = [
        (start + width_of(line[:number], size), down)
        for start, down, line in lines
        for number in range(len(line))
    ]
    ahead = [after[0] - before[0] for before, after in pairwise(places)]
    return ahead, [after[1] - before[1] for before, after in pairwise(places)]


def _numbered(xml: str, count: list[int]) -> str:
    """Give every object its number; `count` is the next one."""
    first, *rest = xml.split("%ID")
    for piece in rest:
        count[0] += 1
        first += f"{count[0]}{piece}"
    return first


def _n(number: float) -> str:
    """Write a number as makers do, to four places."""
    return f"{round(number, 4) + 0.0:.4f}".rstrip("0").rstrip(".")


def _zipped(parts: dict[str, str | bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in sorted(parts.items()):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # the same bytes on every system
            archive.writestr(info, content if isinstance(content, bytes) else _HEAD + content)
    return target.getvalue()
