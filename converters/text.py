"""Plain text -> Document: regular tables as grids, flattened ones as strips, the rest as paragraphs.

Exports flatten tables in many ways: cells between pipes or tabs, one cell a line, cells behind a tab with a
blank line between rows, columns held apart by spaces. What counts here is only what separates one cell from
the next and which row boundaries survive; what a cell means is not this module's business.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterator

from converters.text_cells import PIPES, READERS, RULE, Line, has_figures_at_end, is_aligned, paragraph
from document import Block, Cell, Document, Grid, Paragraph, Place, Provenance, Source, Strip
from errors import LimitExceeded, UnreadableFile
from findings import Finding

# A long report with all its tables has 30,000 characters; the limits leave room for a thousand of them.
_MOST_BYTES = 32 << 20
_MOST_CELLS = 200_000

_LINE_END = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def convert(data: bytes, source: Source) -> Document:
    """Return the paragraphs, grids and strips of a text file.

    Raises UnreadableFile for bytes that are no text, LimitExceeded for files larger than any report.
    """
    if len(data) > _MOST_BYTES:
        message = (
            f"{source.name}: {len(data) >> 20} MiB of text, more than {_MOST_BYTES >> 20} MiB; split the file"
        )
        raise LimitExceeded(message)
    text, findings = decode(data, source.name)
    pieces = text.count("|") + text.count("\t") + text.count("\n")
    if pieces > _MOST_CELLS:
        message = f"{source.name}: {pieces} cells and lines, more than {_MOST_CELLS}; split the file"
        raise LimitExceeded(message)
    lines = [Line(number, line) for number, line in enumerate(_LINE_END.split(text), 1)]
    return Document(source=source, blocks=tuple(_blocks(lines)), findings=findings)


def decode(data: bytes, name: str) -> tuple[str, tuple[Finding, ...]]:
    """Return the text and a finding if some bytes had to be replaced; raises UnreadableFile for no text."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decoded(data, encoding, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, _guess(data), name)
    if "\0" in text:
        return _decoded(data, _guess(data), name)
    return text, ()


def _guess(data: bytes) -> str:
    """Return the encoding in which most of the bytes make common characters."""
    sample = data[: 1 << 16]
    scores = {
        encoding: _commonness(sample, encoding)
        for encoding in ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")
    }
    return max(scores, key=lambda encoding: scores[encoding])


def _commonness(sample: bytes, encoding: str) -> float:
    """Return the share of characters that Chinese text is made of, those of the two standard sets."""
    text = sample.decode(encoding, errors="replace")
    if not text:
        return 0.0
    wanted = "big5" if encoding == "big5" else "gb2312"
    counts = Counter(text)
    common = sum(count for character, count in counts.items() if _is_common(character, wanted))
    bad = counts["\ufffd"] + counts["\0"]
    return (common - 4 * bad) / len(text)


def _is_common(character: str, charset: str) -> bool:
    if character < "\x80":
        return character.isprintable() or character in "\t\r\n\f"
    try:
        first = character.encode(charset)[0]
    except UnicodeEncodeError:
        return False
    # The first level of either set holds the characters in daily use: A4-C6 in Big5, B0-D7 in GB 2312.
    return 0xA1 <= first <= 0xC6 if charset == "big5" else 0xA1 <= first <= 0xD7


def _decoded(data: bytes, encoding: str, name: str) -> tuple[str, tuple[Finding, ...]]:
    text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    bad = text.count("\ufffd") + text.count("\0") + text.count("\uffff") + text.count("\ufffe")
    if bad * 20 > len(text):
        message = f"{name}: not a text file in UTF-8, UTF-16, GB18030 or Big5; save it as UTF-8 text"
        raise UnreadableFile(message)
    if not bad:
        return text, ()
    text = text.replace("\0", "\ufffd")
    return text, (Finding(code="reading.encoding", message=f"{bad} characters are not valid {encoding}"),)


def _blocks(lines: list[Line]) -> Iterator[Block]:
    tables = 0
    for kind, region in _regions(lines):
        if kind == "prose":
            for line in region:
                if not line.is_blank:
                    yield paragraph(line)
            continue
        for block in READERS[kind](region):
            if isinstance(block, Paragraph):
                yield block
            elif block:
                tables += 1
                yield _as_table(block, tables)


def _as_table(rows: list[list[Paragraph]], number: int) -> Grid | Strip:
    """Return a grid when every row has the same number of cells, else a strip with its row breaks."""
    width = len(rows[0])
    provenance = Provenance(place=Place(table=number))
    if len(rows) > 2 and width > 1 and all(len(row) == width for row in rows):
        cells = tuple(
            Cell(
                row=row_number,
                column=column,
                text=cell.text,
                provenance=Provenance(
                    place=Place(
                        table=number,
                        row=row_number + 1,
                        column=column + 1,
                        line=cell.provenance.place.line if cell.provenance.place else None,
                    )
                ),
            )
            for row_number, row in enumerate(rows)
            for column, cell in enumerate(row)
        )
        return Grid(row_count=len(rows), column_count=width, cells=cells, provenance=provenance)
    breaks, count = [], 0
    for row in rows[:-1]:
        count += len(row)
        breaks.append(count)
    return Strip(
        cells=tuple(cell for row in rows for cell in row), breaks=tuple(breaks), provenance=provenance
    )


def _regions(lines: list[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Yield runs of lines that one separator holds together, and the running text between them."""
    position = 0
    prose: list[Line] = []
    while position < len(lines):
        kind, stop = _table_at(lines, position)
        if kind is None:
            prose.append(lines[position])
            position += 1
            continue
        if prose:
            yield "prose", prose
            prose = []
        yield kind, lines[position:stop]
        position = stop
    if prose:
        yield "prose", prose


def _table_at(lines: list[Line], start: int) -> tuple[str | None, int]:
    """Return which kind of table begins at a line (None: none), and the line after its last."""
    line = lines[start]
    if line.is_blank:
        return None, start
    for kind, begins, belongs, gap, fewest in _KINDS:
        if begins(line):
            stop = _run(lines, start, belongs, gap)
            if sum(belongs(other) for other in lines[start:stop]) >= fewest:
                return kind, stop
    return None, start


def _has_pipes(line: Line) -> bool:
    return "|" in line.text.translate(PIPES)


def _has_pipes_or_rule(line: Line) -> bool:
    return _has_pipes(line) or bool(RULE.match(line.text))


def _is_cell_behind_tab(line: Line) -> bool:
    return line.text.startswith("\t") and "\t" not in line.text[1:]


def _has_tabs(line: Line) -> bool:
    return "\t" in line.text


def _has_inner_tabs(line: Line) -> bool:
    return "\t" in line.text.rstrip()


def _is_figure(line: Line) -> bool:
    return line.is_figure


# Kind, what its first line looks like, what goes on with it, how many other short lines may stand in
# between, and the fewest lines that make a table. Asked in this order.
_Predicate = Callable[[Line], bool]
_KINDS: tuple[tuple[str, _Predicate, _Predicate, int, int], ...] = (
    ("pipes", lambda line: line.text.count("|") > 2, _has_pipes_or_rule, 4, 1),
    ("pipes", _has_pipes, _has_pipes_or_rule, 4, 2),
    ("tabs", _has_inner_tabs, _has_tabs, 3, 1),
    ("tabs", _is_cell_behind_tab, _has_tabs, 3, 3),
    ("aligned", has_figures_at_end, is_aligned, 5, 1),
    ("aligned", is_aligned, is_aligned, 5, 2),
    ("cell_a_line", _is_figure, _is_figure, 8, 4),
)


def _run(lines: list[Line], start: int, belongs: _Predicate, gap: int) -> int:
    """Return the end of a run of lines that belong; up to `gap` short lines in between go with it."""
    stop, strange = start + 1, 0
    for position in range(start + 1, len(lines)):
        line = lines[position]
        if belongs(line):  # a line of nothing but a tab is a blank cell
            stop, strange = position + 1, 0
        elif line.is_blank:
            continue
        elif strange >= gap or not line.is_short:
            break
        else:
            strange += 1
    return stop
