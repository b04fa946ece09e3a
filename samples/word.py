"""Samples as Word documents, in the ways real ones are stored.

XML is written as text rather than by calls for every cell: benchmarks draw thousands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from random import Random
from xml.sax.saxutils import escape

from samples import grids
from samples.grids import WordCell, WordRow, WordTable
from samples.package import NAMESPACES, pack
from samples.printed import PrintedTable, printed_tables
from samples.reports import Sample, with_extra_rows

VARIANTS: tuple[str, ...] = (
    "plain",
    "parts",
    "merge-no-restart",
    "grid-before-after",
    "content-controls",
    "tracked-changes",
    "nested",
    "text-boxes",
    "numbering",
    "breaks",
    "fields",
    "notes",
    "split",
    "split-head",
    "vertical-heads",
    "finer-grid",
    "extra-rows",
)
_BREAK = "<w:br/>"
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_RULED = (
    '<w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>'
    + "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in _SIDES)
    + "</w:tblBorders></w:tblPr>"
)
_TEXT_WIDTH = 9026  # of an A4 page between the usual margins, in twentieths of a point
_MARK = 'w:author="编者" w:date="2020-01-01T00:00:00Z"'
_NUMERALS = {
    "section": (re.compile(r"^[一二三四五六]、"), "chineseCountingThousand", "%1、"),
    "first": (re.compile(r"^[一二三四]、"), "chineseCountingThousand", "%1、"),
    "second": (re.compile(r"^（[一二三四五六七]）"), "chineseCountingThousand", "（%1）"),
    "third": (re.compile(r"^\d\."), "decimal", "%1."),
}


def draw(sample: Sample, *, variant: str = "plain", seed: int = 0) -> bytes:
    """Return the report as a DOCX; the same arguments give the same bytes."""
    if variant not in VARIANTS:
        message = f"no such variant: {variant!r}; there are {', '.join(VARIANTS)}"
        raise ValueError(message)
    random = Random(f"word {variant} {seed} {sample.seed}")
    if variant == "extra-rows" and not sample.extra_rows:
        sample = with_extra_rows(sample, seed)
    return compose(sample, printed_tables(sample, parts_apart=variant == "parts"), random, variant=variant)


def compose(
    sample: Sample, tables: Iterable[PrintedTable], random: Random, *, variant: str = "plain"
) -> bytes:
    """Return a DOCX with a sample's words around the given tables."""
    pen = _Pen(sample, random, variant)
    blocks = pen.title()
    blocks += [pen.paragraph(text) for text in sample.preamble]
    tables = tuple(tables)
    for section, heading, paragraphs in sample.sections:
        blocks.append(pen.heading(heading))
        blocks += [pen.paragraph(text) for text in paragraphs]
        for table in tables:
            if table.section == section:
                blocks += pen.table(table)
                blocks.append(pen.paragraph(""))
    blocks += [pen.paragraph(text, align="right") for text in sample.closing]
    return pack("".join(blocks), title=sample.title or "", parts=pen.parts())


class _Pen:
    """Writes the XML of one document in one variant, and remembers what other parts it needs."""

    def __init__(self, sample: Sample, random: Random, variant: str) -> None:
        self.sample = sample
        self.random = random
        self.variant = variant
        self.changes = 0
        self.notes: list[str] = []
        self.lists: list[str] = []
        self.numbered = _numbered_labels(sample) if variant == "numbering" else {}
        self.open_lists: dict[str, int] = {}

    def title(self) -> list[str]:
        lines = self.sample.title_lines
        if self.variant == "text-boxes" and lines:
            return [_text_box("".join(self.paragraph(line, align="center") for line in lines))]
        return [self.paragraph(line, align="center") for line in lines]

    def heading(self, text: str) -> str:
        if self.variant == "numbering" and all(
            _NUMERALS["section"][0].match(heading) for _, heading, _ in self.sample.sections
        ):
            return self.numbered_paragraph(text, "section", "section")
        return self.paragraph(text)

    def paragraph(self, text: str, *, align: str = "") -> str:
        """Return a paragraph of running text."""
        if self.variant == "text-boxes" and not align and len(text) > 40 and self.random.random() < 0.3:
            return _text_box(f"<w:p>{_run(text)}</w:p>")
        properties = f'<w:pPr><w:jc w:val="{align}"/></w:pPr>' if align else ""
        xml = f"<w:p>{properties}{self.prose_runs(text)}</w:p>"
        if self.variant == "content-controls" and self.random.random() < 0.3:
            return _control(xml)
        return xml

    def prose_runs(self, text: str) -> str:
        roll = self.random.random()
        if not text:
            return ""
        half = len(text) // 2
        if self.variant == "tracked-changes" and roll < 0.4:
            return _run(text[:half]) + self.deleted("共计35项") + self.inserted(text[half:])
        if self.variant == "breaks" and roll < 0.4:
            kind = self.random.choice(('<w:br w:type="page"/>', "<w:lastRenderedPageBreak/>"))
            return f"{_run(text[:half])}<w:r>{kind}</w:r>{_run(text[half:])}"
        if self.variant == "notes" and roll < 0.3:
            return _run(text) + self.note()
        if self.variant == "fields" and roll < 0.3:
            return _run(text[:half]) + _field(text[half:], "DOCPROPERTY x")
        return _run(text) if roll < 0.8 else _run(text[:half]) + _run(text[half:])

    def table(self, printed: PrintedTable) -> list[str]:
        """Return the blocks that show a table: one or more w:tbl with what stands between them."""
        table = grids.word_table(printed)
        changes: dict[str, Callable[[WordTable], list[WordTable]]] = {
            "merge-no-restart": lambda table: [grids.without_restarts(table)],
            "grid-before-after": lambda table: [grids.with_ragged_edges(table, self.random)],
            "finer-grid": lambda table: [grids.on_finer_grid(table, self.random)],
            "tracked-changes": lambda table: [grids.with_tracked_rows(table, self.random)],
            "split": lambda table: grids.cut(table, self.random, repeat_head=False),
            "split-head": lambda table: grids.cut(table, self.random, repeat_head=True),
        }
        pieces = changes[self.variant](table) if self.variant in changes else [table]
        widths = _column_widths(pieces)
        blocks: list[str] = []
        for number, piece in enumerate(pieces):
            if number:
                broken = self.random.random() < 0.5
                blocks.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>' if broken else "<w:p/>")
            blocks.append(self.table_xml(piece, widths))
        if self.variant == "nested":
            return [_layout_table("".join(blocks), self.random)]
        if self.variant == "content-controls" and self.random.random() < 0.3:
            return [_control("".join(blocks))]
        return blocks

    def table_xml(self, table: WordTable, widths: Iterable[int]) -> str:
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        rows = "".join(self.row_xml(row) for row in table.rows)
        return f"<w:tbl>{_RULED}<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"

    def row_xml(self, row: WordRow) -> str:
        properties = ""
        if row.before:
            properties += f'<w:gridBefore w:val="{row.before}"/>'
        if row.after:
            properties += f'<w:gridAfter w:val="{row.after}"/>'
        if row.change:
            properties += f"<w:{row.change} {self.change_mark()}/>"
        cells = "".join(self.cell_xml(cell, row) for cell in row.cells)
        xml = f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{cells}</w:tr>"
        if self.variant == "content-controls" and self.random.random() < 0.2:
            return _control(xml)
        return xml

    def cell_xml(self, cell: WordCell, row: WordRow) -> str:
        properties = '<w:tcW w:w="0" w:type="auto"/>'
        if cell.span > 1:
            properties += f'<w:gridSpan w:val="{cell.span}"/>'
        if cell.merge:
            properties += '<w:vMerge w:val="restart"/>' if cell.merge == "restart" else "<w:vMerge/>"
        xml = f"<w:tc><w:tcPr>{properties}</w:tcPr>{self.cell_content(cell, row)}</w:tc>"
        if self.variant == "content-controls" and self.random.random() < 0.2:
            return _control(xml)
        return xml

    def cell_content(self, cell: WordCell, row: WordRow) -> str:
        """Return the paragraphs of a cell."""
        text = cell.text
        if not text:
            return "<w:p/>"
        if row.change == "del":
            return f"<w:p>{self.deleted(text)}</w:p>"
        if row.change == "ins":
            return f"<w:p>{self.inserted(text)}</w:p>"
        if cell.origin.is_value:
            return self.value_content(text)
        return self.label_content(cell)

    def value_content(self, text: str) -> str:
        dresses: dict[str, tuple[float, Callable[[str], str]]] = {
            "tracked-changes": (0.3, self.corrected),
            "fields": (0.5, lambda text: f"<w:p>{_field(text, '=SUM(LEFT)')}</w:p>"),
            "notes": (0.1, lambda text: f"<w:p>{_run(text)}{self.note()}</w:p>"),
            "breaks": (0.1, self.broken_value),
            "content-controls": (0.3, self.controlled),
        }
        share, dress = dresses.get(self.variant, (0.0, str))
        if self.random.random() < share:
            return dress(text)
        if len(text) > 1 and self.random.random() < 0.1:
            return f"<w:p>{_run(text[:1])}{_run(text[1:])}</w:p>"
        return f"<w:p>{_run(text)}</w:p>"

    def corrected(self, text: str) -> str:
        wrong = str(self.random.randint(0, 999))
        return f"<w:p>{self.deleted(wrong)}{self.inserted(text)}</w:p>"

    def broken_value(self, text: str) -> str:
        if self.random.random() < 0.5:
            return f"<w:p/><w:p>{_run(text)}</w:p>"
        return f"<w:p>{_run(text)}<w:r>{_BREAK}</w:r></w:p>"

    def controlled(self, text: str) -> str:
        if self.random.random() < 0.5:
            return f"<w:p>{_control(_run(text))}</w:p>"
        return _control(f"<w:p>{_run(text)}</w:p>")

    def label_content(self, cell: WordCell) -> str:
        text = cell.text
        if text in self.numbered:
            level, key = self.numbered[text]
            return self.numbered_paragraph(text, level, key)
        roll = self.random.random()
        if self.variant == "vertical-heads" and cell.origin.role in ("group", "column") and len(text) < 11:
            return self.vertical(text)
        if self.variant == "notes" and roll < 0.15:
            return f"<w:p>{_run(text)}{self.note()}</w:p>"
        if len(text) < 2:
            return f"<w:p>{_run(text)}</w:p>"
        place = self.random.randrange(1, len(text))
        between = ""
        if self.variant == "breaks" and roll < 0.4:
            between = f"<w:r>{_BREAK}</w:r>" if roll < 0.25 else "</w:p><w:p>"
        elif roll > 0.2:
            return f"<w:p>{_run(text)}</w:p>"
        return f"<w:p>{_run(text[:place])}{between}{_run(text[place:])}</w:p>"

    def vertical(self, text: str) -> str:
        if self.random.random() < 0.5:
            return "".join(f"<w:p>{_run(letter)}</w:p>" for letter in text)
        return "<w:p>" + f"<w:r>{_BREAK}</w:r>".join(_run(letter) for letter in text) + "</w:p>"

    def numbered_paragraph(self, text: str, level: str, key: str) -> str:
        """Return a paragraph whose numeral Word counts itself; `key` names the list that it belongs to."""
        pattern, form, shape = _NUMERALS[level]
        if key not in self.open_lists:
            self.lists.append(
                f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
                f'<w:suff w:val="nothing"/><w:lvlText w:val="{shape}"/></w:lvl>'
            )
            self.open_lists[key] = len(self.lists)
        number = self.open_lists[key]
        return (
            f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
            f"{_run(pattern.sub('', text))}</w:p>"
        )

    def change_mark(self) -> str:
        self.changes += 1
        return f'w:id="{self.changes}" {_MARK}'

    def deleted(self, text: str) -> str:
        return (
            f"<w:del {self.change_mark()}><w:r>"
            f'<w:delText xml:space="preserve">{escape(text)}</w:delText></w:r></w:del>'
        )

    def inserted(self, text: str) -> str:
        return f"<w:ins {self.change_mark()}>{_run(text)}</w:ins>"

    def note(self) -> str:
        self.notes.append(f"统计口径与上年相同，另有{self.random.randint(2, 60)}件未计入。")
        raised = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        return f'<w:r>{raised}<w:footnoteReference w:id="{len(self.notes)}"/></w:r>'

    def parts(self) -> dict[str, str]:
        """Return the parts that the body refers to."""
        parts: dict[str, str] = {}
        if self.variant == "notes":
            notes = "".join(
                f'<w:footnote w:id="{number}"><w:p><w:r><w:footnoteRef/></w:r>{_run(text)}</w:p></w:footnote>'
                for number, text in enumerate(self.notes, start=1)
            )
            parts["footnotes"] = f"<w:footnotes {NAMESPACES}>{notes}</w:footnotes>"
        if self.variant in ("notes", "fields"):
            head = _run(self.sample.title or "政府信息公开")
            page = _run("— ") + _field("3", "PAGE") + _run(" —")
            parts["header1"] = f"<w:hdr {NAMESPACES}><w:p>{head}</w:p></w:hdr>"
            parts["footer1"] = f"<w:ftr {NAMESPACES}><w:p>{page}</w:p></w:ftr>"
        if self.lists:
            abstract = "".join(
                f'<w:abstractNum w:abstractNumId="{number}">{level}</w:abstractNum>'
                for number, level in enumerate(self.lists, start=1)
            )
            lists = "".join(
                f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
                for number in range(1, len(self.lists) + 1)
            )
            parts["numbering"] = f"<w:numbering {NAMESPACES}>{abstract}{lists}</w:numbering>"
        return parts


def _column_widths(pieces: Sequence[WordTable]) -> list[int]:
    """Return the widths of the layout columns in twentieths of a point.

    Columns of figures are alike, those of labels as wide as their labels are long. A column that no cell has
    for itself takes its share of the narrowest cell over it.
    """
    width = pieces[0].width
    shares: list[tuple[int, float]] = [(width + 1, 1.0)] * width
    for row in (row for piece in pieces for row in piece.rows):
        for cell in row.cells:
            is_label = cell.origin.role in ("row", "extra row") and not row.is_head
            wanted = min(max(len(cell.origin.text) / 8, 1.2), 3.0) if is_label else 1.0
            for column in range(cell.left, cell.left + cell.span):
                span, share = shares[column]
                if cell.span <= span:
                    shares[column] = (cell.span, max(wanted, share) if cell.span == span else wanted)
    total = sum(share / span for span, share in shares)
    return [int(_TEXT_WIDTH * share / span / total) for span, share in shares]


def _numbered_labels(sample: Sample) -> dict[str, tuple[str, str]]:
    """Return printed label -> (level, list) of the row labels that Word can count.

    A list counts only when all its labels kept their numerals, or the later ones would be miscounted.
    """
    lists: dict[tuple[str, str], list[str]] = {}
    (part,) = sample.standard.table("requests").parts
    for row in part.rows:
        path = (*row.under, row.label)
        for depth, label in enumerate(path):
            level = ("first", "second", "third")[depth]
            members = lists.setdefault((level, "/".join(path[:depth])), [])
            if (printed := sample.labels.get(label, label)) not in members:
                members.append(printed)
    return {
        label: (level, key or level)
        for (level, key), members in lists.items()
        if all(_NUMERALS[level][0].match(label) for label in members)
        for label in members
    }


def _run(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<w:r><w:t{space}>{escape(text)}</w:t></w:r>"


def _control(xml: str) -> str:
    return f'<w:sdt><w:sdtPr><w:alias w:val="内容"/></w:sdtPr><w:sdtContent>{xml}</w:sdtContent></w:sdt>'


def _field(text: str, code: str) -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return (
        f"{mark.format('begin')}<w:r><w:instrText> {code} </w:instrText></w:r>"
        f"{mark.format('separate')}{_run(text)}{mark.format('end')}"
    )


def _text_box(content: str) -> str:
    """Return a paragraph with a text box, stored twice as Word does: for itself and for older programs."""
    box = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        "<w:p><w:r><mc:AlternateContent>"
        '<mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="5000000" cy="500000"/>'
        '<wp:docPr id="1" name="Box"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/'
        f'2010/wordprocessingShape"><wps:wsp><wps:txbx>{box}</wps:txbx><wps:bodyPr/></wps:wsp>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )


def _layout_table(content: str, random: Random) -> str:
    """Return a table that only holds other blocks, as page designers do."""
    margin = '<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr><w:p/></w:tc>'
    cell = f'<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr><w:p/>{content}<w:p/></w:tc>'
    wide = random.random() < 0.5
    grid = ('<w:gridCol w:w="400"/>' if wide else "") + f'<w:gridCol w:w="{_TEXT_WIDTH}"/>'
    return (
        '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid><w:tr>{margin if wide else ''}{cell}</w:tr></w:tbl>"
    )
