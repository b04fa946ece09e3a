"""Plain text -> Document: regular tables as grids, flattened ones as strips, the rest as paragraphs.

Exports flatten tables in many ways: cells between pipes or tabs, one cell a line, cells behind a tab with a
blank line between rows, columns held apart by spaces. What counts here is only what separates one cell from
the next and which row boundaries survive; what a cell means is not this module's business.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import east_asian_width

from document import Block, Cell, Document, Grid, Paragraph, Place, Provenance, Source, Strip
from errors import LimitExceeded, UnreadableFile
from findings import Finding

# A long report with all its tables has 30,000 characters; the limits leave room for a thousand of them.
_MOST_BYTES = 32 << 20
_MOST_CELLS = 200_000

_LINE_END = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_PIPES = str.maketrans(dict.fromkeys("│┃｜¦║", "|"))
_RULE = re.compile(
    r"^[\s|+\-=:─━┄┈═┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋]*[\-=─━═]{2,}[\s|+\-=:─━┄┈═┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋]*$"
)
_FIGURE = re.compile(
    r"^(?:[+\-－−负]|[增减][加少长]?)?[0-9０-９][0-9０-９,，.．]*\s*(?:[亿万千百]?元|[件项个宗起条次])?$|^[/\-—–－]+$|^无$"
)
_GAP = re.compile(r"[ \u3000\u00a0]{2,}|\t+")
_FIGURES_AT_END = re.compile(
    r"^(?P<label>.*?)(?P<figures>(?:[ \u3000\u00a0]+[+\-－]?[0-9０-９][0-9０-９,.]*){2,})\s*$"
)
_CELL = re.compile(r"\S+(?:[ \u3000\u00a0]\S+)*")
_NUMBERED = re.compile(
    r"^(?:[（(][一二三四五六七八九十0-9]{1,2}[）)]|[一二三四五六七八九十]{1,2}、|[0-9]{1,2}[.、．])"
)
_SENTENCE = re.compile(r"[。；！？]")


@dataclass(frozen=True, slots=True)
class _Line:
    number: int  # from 1
    text: str

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()

    @property
    def is_short(self) -> bool:
        """Whether the line can be a cell: the longest prescribed label has 38 characters."""
        return len(self.text.strip()) <= 60 and not _SENTENCE.search(self.text.rstrip("。；"))

    @property
    def is_figure(self) -> bool:
        return bool(_FIGURE.match(self.text.strip()))


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
    lines = [_Line(number, line) for number, line in enumerate(_LINE_END.split(text), 1)]
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
    """Return the encoding in which most of the bytes make common characters; the candidates are few."""
    sample = data[: 1 << 16]
    scores = {
        encoding: _commonness(sample, encoding)
        for encoding in ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")
    }
    return max(scores, key=lambda encoding: scores[encoding])


def _commonness(sample: bytes, encoding: str) -> float:
    """Return the share of characters that a Chinese text is made of: those of the two national standard sets."""
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
    # The first level of either set holds the characters in daily use; Big5's lies at A4-C6, GB 2312's at B0-D7.
    return 0xA1 <= first <= 0xC6 if charset == "big5" else 0xA1 <= first <= 0xD7


def _decoded(data: bytes, encoding: str, name: str) -> tuple[str, tuple[Finding, ...]]:
    text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    bad = text.count("\ufffd") + text.count("\0")
    if bad * 20 > len(text):
        message = f"{name}: not a text file in UTF-8, UTF-16, GB18030 or Big5; save it as UTF-8 text"
        raise UnreadableFile(message)
    if not bad:
        return text, ()
    text = text.replace("\0", "\ufffd")
    return text, (Finding(code="reading.encoding", message=f"{bad} characters are not valid {encoding}"),)


def _blocks(lines: list[_Line]) -> Iterator[Block]:
    tables = 0
    for kind, region in _regions(lines):
        if kind == "prose":
            for line in region:
                if not line.is_blank:
                    yield _paragraph(line)
            continue
        for block in _READERS[kind](region):
            if isinstance(block, Paragraph):
                yield block
            else:
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


def _paragraph(line: _Line, text: str | None = None) -> Paragraph:
    return Paragraph(
        text=line.text if text is None else text, provenance=Provenance(place=Place(line=line.number))
    )


def _regions(lines: list[_Line]) -> Iterator[tuple[str, list[_Line]]]:
    """Yield runs of lines that one separator holds together, and the running text between them."""
    position = 0
    prose: list[_Line] = []
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


def _table_at(lines: list[_Line], start: int) -> tuple[str | None, int]:
    """Return which kind of table begins at a line, and the line after its last."""
    line = lines[start]
    if line.is_blank:
        return None, start
    if "|" in line.text.translate(_PIPES):
        stop = _run(
            lines,
            start,
            lambda other: "|" in other.text.translate(_PIPES) or bool(_RULE.match(other.text)),
            gap=4,
        )
        pipes = sum(other.text.translate(_PIPES).count("|") for other in lines[start:stop])
        if pipes >= 3:
            # A cell that is closed on a later line may begin on a line of its own, before the first pipe.
            return "pipes", stop
        return None, start
    if "\t" in line.text.rstrip() or line.text.startswith("\t"):
        stop = _run(lines, start, lambda other: "\t" in other.text, gap=3)
        tabbed = [other for other in lines[start:stop] if "\t" in other.text]
        if sum(other.text.startswith("\t") and "\t" not in other.text[1:] for other in tabbed) * 2 > len(
            tabbed
        ):
            return ("cells_behind_tabs", stop) if len(tabbed) >= 3 else (None, start)
        return "tabs", stop
    if _is_aligned(line):
        stop = _run(lines, start, _is_aligned, gap=2)
        if sum(_is_aligned(other) for other in lines[start:stop]) >= 2:
            return "aligned", stop
    if line.is_figure:
        stop = _run(lines, start, lambda other: other.is_figure, gap=8)
        if sum(other.is_figure for other in lines[start:stop]) >= 4:
            return "cell_a_line", stop
    return None, start


def _run(lines: list[_Line], start: int, belongs: object, gap: int) -> int:
    """Return the end of a run of lines that belong; up to `gap` short lines in between go with it."""
    assert callable(belongs)
    stop, strange = start + 1, 0
    for position in range(start + 1, len(lines)):
        line = lines[position]
        if line.is_blank:
            continue
        if belongs(line):
            stop, strange = position + 1, 0
        elif strange >= gap or not line.is_short:
            break
        else:
            strange += 1
    return stop


def _is_aligned(line: _Line) -> bool:
    """Return whether spaces hold several cells of a line apart."""
    text = line.text.strip()
    if len(text) > 200 or _SENTENCE.search(text) or "\t" in line.text:
        return False
    if _FIGURES_AT_END.match(" " + text):
        return True
    cells = _GAP.split(text)
    return (
        len(cells) >= 2
        and all(len(cell) <= 40 for cell in cells)
        and (len(cells) >= 3 or any(_FIGURE.match(cell) for cell in cells))
    )


# --- one reader a separator: lines -> rows of cells, with paragraphs where prose stands between ----------


def _read_tabs(region: list[_Line]) -> Iterator[list[list[Paragraph]] | Paragraph]:
    """A row a line, a cell between tabs. A line without a tab is a row of one cell."""
    rows: list[list[Paragraph]] = []
    for position, line in enumerate(region):
        if line.is_blank and "\t" not in line.text:
            continue
        if "\t" not in line.text and _stands_alone(position, region):
            continue
        if not _RULE.match(line.text):
            rows.append([_paragraph(line, cell) for cell in line.text.split("\t")])
    yield rows


def _stands_alone(position: int, region: list[_Line]) -> bool:
    """Return whether a line is a bare number between blank lines: the page number where a table was broken."""
    around = region[max(position - 1, 0) : position] + region[position + 1 : position + 2]
    return (
        region[position].text.strip().isdigit() and all(line.is_blank for line in around) and len(around) == 2
    )


def _read_cells_behind_tabs(region: list[_Line]) -> Iterator[list[list[Paragraph]] | Paragraph]:
    """A cell a line behind a tab, a blank line between rows; a line without a tab continues its cell."""
    rows: list[list[Paragraph]] = [[]]
    open_cell = False
    for line in region:
        if line.text.startswith("\t"):
            rows[-1].append(_paragraph(line, line.text[1:]))
            open_cell = True
        elif line.is_blank:
            if rows[-1]:
                rows.append([])
            open_cell = False
        elif open_cell:
            cell = rows[-1].pop()
            rows[-1].append(Paragraph(text=f"{cell.text}\n{line.text}", provenance=cell.provenance))
        else:
            rows[-1].append(_paragraph(line))
    yield [row for row in rows if row]


@dataclass(slots=True)
class _Piece:
    """A cell of an aligned line: where it starts and stops, counted in character widths."""

    start: int
    stop: int
    text: str

    @property
    def is_figure(self) -> bool:
        return bool(_FIGURE.match(self.text))


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def _read_aligned(region: list[_Line]) -> Iterator[list[list[Paragraph]] | Paragraph]:
    """A row a line, cells held apart by two spaces or more; figures at the end by one.

    Where the figures of neighbouring lines stand below each other, a line without one has a blank there.
    """
    rows: list[list[Paragraph]] = []
    block: list[tuple[_Line, list[_Piece]]] = []
    for line in [*region, _Line(0, "")]:
        if line.is_blank:
            rows += _aligned_rows(block)
            block = []
        elif not _RULE.match(line.text):
            block.append((line, _pieces(line.text)))
    yield rows


def _pieces(text: str) -> list[_Piece]:
    text = text.rstrip()
    figures = _FIGURES_AT_END.match(" " + text)
    end = len(figures["label"]) - 1 if figures else len(text)
    found = list(_CELL.finditer(text[: max(end, 0)]))
    if figures:
        found += [match for match in re.finditer(r"\S+", text) if match.start() >= end]
    return [
        _Piece(_width(text[: match.start()]), _width(text[: match.end()]), match.group()) for match in found
    ]


def _aligned_rows(block: list[tuple[_Line, list[_Piece]]]) -> Iterator[list[Paragraph]]:
    """Yield the rows of lines without a blank line between, wrapped labels joined, blanks put in."""
    joined: list[tuple[_Line, list[_Piece]]] = []
    widest: Counter[int] = Counter()
    for _, pieces in block:
        for piece in pieces:
            if not piece.is_figure:
                widest[piece.start] = max(widest[piece.start], piece.stop)
    ends = widest.copy()  # of the piece that was last joined on, by start
    for line, pieces in block:
        above = joined[-1][1] if joined else []
        if _wraps(pieces, above, ends, widest):
            for piece in pieces:
                upper = next(other for other in above if other.start == piece.start)
                upper.text += piece.text
                ends[piece.start] = piece.stop
        else:
            joined.append((line, pieces))
            ends.update({piece.start: piece.stop - ends[piece.start] for piece in pieces})
    columns = _figure_columns([pieces for _, pieces in joined])
    for line, pieces in joined:
        yield [_paragraph(line, text) for text in _with_blanks(pieces, columns)]


def _wraps(pieces: list[_Piece], above: list[_Piece], ends: Counter[int], widest: Counter[int]) -> bool:
    """Return whether a line only goes on with labels of the line above, which fill their column's width."""
    starts = {piece.start for piece in above if not piece.is_figure}
    return (
        any(piece.is_figure for piece in above)
        and bool(pieces)
        and all(
            not piece.is_figure
            and piece.start in starts
            and ends[piece.start] >= widest[piece.start] - 2
            and not _NUMBERED.match(piece.text)
            for piece in pieces
        )
    )


def _figure_columns(rows: list[list[_Piece]]) -> list[tuple[int, int]]:
    """Return the strips of the page (start, stop) in which figures stand below each other.

    Where every figure begins right below a head, the heads tell of the columns without figures too.
    """
    first = next(
        (number for number, pieces in enumerate(rows) if any(piece.is_figure for piece in pieces)), 0
    )
    heads = sorted({piece.start for pieces in rows[:first] for piece in pieces})
    figures = [piece for pieces in rows for piece in pieces if piece.is_figure]
    if heads and all(piece.start in heads for piece in figures):
        return [(start, start + 1) for start in heads]
    columns: list[tuple[int, int]] = []
    for start, stop in sorted((piece.start, piece.stop) for piece in figures):
        if columns and start <= columns[-1][1]:
            columns[-1] = columns[-1][0], max(stop, columns[-1][1])
        else:
            columns.append((start, stop))
    return columns


def _with_blanks(pieces: list[_Piece], columns: list[tuple[int, int]]) -> list[str]:
    """Return the texts of a line, with a blank for every figure column right of its labels that is empty."""
    if not any(piece.is_figure for piece in pieces):
        return [piece.text for piece in pieces]
    labels_end = max((piece.stop for piece in pieces if not piece.is_figure), default=0)
    places = [(piece.start, piece.text) for piece in pieces]
    places += [
        (start, "")
        for start, stop in columns
        if start >= labels_end and not any(piece.start < stop and start < piece.stop for piece in pieces)
    ]
    return [text for _, text in sorted(places)]


def _read_cell_a_line(region: list[_Line]) -> Iterator[list[list[Paragraph]] | Paragraph]:
    """A cell a line; no row boundary survives."""
    yield [[_paragraph(line) for line in region if not line.is_blank]]


def _read_pipes(region: list[_Line]) -> Iterator[list[list[Paragraph]] | Paragraph]:
    """Cells closed (or opened) by pipes, a row a line or a cell a line, or all on one line.

    Long texts between the cells are running text that the export put between pipes as well.
    """
    rows: list[list[Paragraph]] = [[]]
    for row in _piped_rows(region):
        for cell in row:
            if len(cell.text) > 80 or (len(cell.text) > 30 and _SENTENCE.search(cell.text)):
                if any(rows):
                    yield [kept for kept in rows if kept]
                rows = [[]]
                yield from _unrolled(cell)
            else:
                rows[-1].append(cell)
        rows.append([])
    if any(rows):
        yield [kept for kept in rows if kept]


_LOST_BREAK = re.compile(
    r"(?<=[\u3001-\u9fff\uff01-\uff5e]) +(?=[\u3001-\u9fff\uff01-\uff5e]|[0-9]{1,2}[.、．])|(?<=\S) {3,}(?=\S)"
)


def _unrolled(cell: Paragraph) -> Iterator[Paragraph]:
    """Yield the lines of running text that an export put on one line: a space between Chinese ends a line."""
    if len(cell.text) <= 80:
        yield cell
        return
    for piece in _LOST_BREAK.split(cell.text):
        yield Paragraph(text=piece, provenance=cell.provenance)


def _piped_rows(region: list[_Line]) -> Iterator[list[Paragraph]]:
    texts = [(line, line.text.translate(_PIPES)) for line in region if not line.is_blank]
    texts = [(line, text) for line, text in texts if not _RULE.match(text) or text.strip() == "|"]
    with_pipes = [text.strip() for _, text in texts if "|" in text]
    opened = sum(text.startswith("|") and len(text) > 1 for text in with_pipes)
    inner = sum("|" in text.strip("|") for text in with_pipes)
    line_is_row = inner * 2 > len(with_pipes)
    if line_is_row:
        # A pipe in front of every row opens its first cell; in front of some it closes a blank one.
        leading = opened + len(with_pipes) // 50 >= len(with_pipes)
        single: list[Paragraph] = []  # cells that stand on lines of their own: no row boundary is known there
        for line, text in texts:
            bare = text.strip()
            if leading:
                bare = bare.removeprefix("|")
            if bare.endswith("|"):
                bare = bare[:-1]
            cells = [_paragraph(line, cell.strip()) for cell in bare.split("|")]
            if len(cells) == 1:
                single += cells
                continue
            if single:
                yield single
                single = []
            yield cells
        if single:
            yield single
        return
    yield from _cells_over_lines(texts)


def _cells_over_lines(texts: list[tuple[_Line, str]]) -> Iterator[list[Paragraph]]:
    """Yield rows of cells that a pipe closes wherever it stands; a cell may run over several lines."""
    row: list[Paragraph] = []
    begun: list[str] = []
    first: _Line | None = None
    # A table may open each row with a pipe on a line of its own; closed cells then follow it.
    rows_are_opened = len(texts) > 1 and texts[0][1].strip() == "|" and "|" in texts[1][1].strip().lstrip("|")
    for position, (line, text) in enumerate(texts):
        following = [after for _, after in texts[position + 1 : position + 4]]
        if not begun and _opens_row(text, following, rows_are_opened):
            if row:
                yield row
            row, text = [], text.replace("|", "", 1)  # noqa: PLW2901  # the pipe is spent
        *closed, rest = text.split("|")
        if begun and first and len(closed) > 1:
            row.append(_paragraph(first, "\n".join(begun)))  # a label that nothing closed, before its row
            begun, first = [], None
        for piece in closed:
            if begun and first and _FIGURE.match(piece.strip()) and not _FIGURE.match(begun[-1]):
                row.append(
                    _paragraph(first, "\n".join(begun))
                )  # a label that nothing closed, before its figures
                begun, first = [], None
            begun.append(piece.strip())
            row.append(_paragraph(first or line, "\n".join(filter(None, begun))))
            begun, first = [], None
        if rest.strip():
            begun.append(rest.strip())
            first = first or line
        elif sum(bool(piece.strip()) for piece in closed) > 1:
            yield row
            row = []
    if begun and first:
        row.append(_paragraph(first, "\n".join(begun)))
    if row:
        yield row


def _opens_row(text: str, following: list[str], rows_are_opened: bool) -> bool:  # noqa: FBT001  # a fact, not a switch
    """Return whether the first pipe of a line opens a row instead of closing a blank cell.

    So it does in front of a text that another line closes, and on a line of its own in front of a label
    when the whole table begins with such a line.
    """
    bare = text.strip()
    if not bare.startswith("|") or "|" in bare[1:]:
        return False
    if len(bare) > 1 or text.lstrip() != bare:
        return True
    label = following[0].split("|")[0].strip() if following else ""
    closing = next((line.strip() for line in following if "|" in line), "|")
    return rows_are_opened and bool(label) and not _FIGURE.match(label) and not closing.startswith("|")


_READERS = {
    "tabs": _read_tabs,
    "cells_behind_tabs": _read_cells_behind_tabs,
    "aligned": _read_aligned,
    "cell_a_line": _read_cell_a_line,
    "pipes": _read_pipes,
}
