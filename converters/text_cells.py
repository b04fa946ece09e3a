"""The rows of cells that one separator holds together in plain text, by separator."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from unicodedata import east_asian_width

from document import Paragraph, Place, Provenance

PIPES = str.maketrans(dict.fromkeys("│┃｜¦║", "|"))
_RULING = r"[\s|+\-=:─━┄┈═┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋]*"
# Looks ahead first: with three stretches that may share their marks, 3,000 hyphens and a letter took 20 s.
RULE = re.compile(rf"^(?={_RULING}+$).*?[\-=─━═]{{2}}", re.DOTALL)
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
class Line:
    """A line of a text file."""

    number: int  # from 1
    text: str

    @property
    def is_blank(self) -> bool:
        """Whether nothing but white space stands on the line."""
        return not self.text.strip()

    @property
    def is_short(self) -> bool:
        """Whether the line can be a cell: the longest prescribed label has 38 characters."""
        return len(self.text.strip()) <= 60 and not _SENTENCE.search(self.text.rstrip("。；"))

    @property
    def is_figure(self) -> bool:
        """Whether the line is nothing but one figure or mark."""
        return bool(_FIGURE.match(self.text.strip()))


def paragraph(line: Line, text: str | None = None) -> Paragraph:
    """Return a line's text, or a piece of it, with its place."""
    return Paragraph(
        text=line.text if text is None else text, provenance=Provenance(place=Place(line=line.number))
    )


def has_figures_at_end(line: Line) -> bool:
    """Return whether a line ends in several figures with spaces between them."""
    return (
        len(line.text) <= 200
        and "\t" not in line.text
        and bool(_FIGURES_AT_END.match(" " + line.text.strip()))
    )


def is_aligned(line: Line) -> bool:
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


def _read_tabs(region: list[Line]) -> Iterator[list[list[Paragraph]] | Paragraph]:
    """Yield the rows of lines with tabs: a row a line, or a cell a line if most begin with their only tab."""
    tabbed = [line.text for line in region if "\t" in line.text]
    alone = sum(text.startswith("\t") and "\t" not in text[1:] for text in tabbed)
    yield from (_read_cells_behind_tabs if alone * 2 > len(tabbed) else _read_rows_with_tabs)(region)


def _read_rows_with_tabs(region: list[Line]) -> Iterator[list[list[Paragraph]] | Paragraph]:
    """Yield a row a line, a cell between tabs; a line without a tab is a row of one cell."""
    rows: list[list[Paragraph]] = []
    for position, line in enumerate(region):
        if line.is_blank and "\t" not in line.text:
            continue
        if "\t" not in line.text and _stands_alone(position, region):
            continue
        if not RULE.match(line.text):
            rows.append([paragraph(line, cell) for cell in line.text.split("\t")])
    yield rows


def _stands_alone(position: int, region: list[Line]) -> bool:
    """Return whether a line is a bare number between blank lines: a page number inside a table."""
    around = region[max(position - 1, 0) : position] + region[position + 1 : position + 2]
    return (
        region[position].text.strip().isdigit() and all(line.is_blank for line in around) and len(around) == 2
    )


def _read_cells_behind_tabs(region: list[Line]) -> Iterator[list[list[Paragraph]] | Paragraph]:
    """Yield a cell a line behind a tab, a blank line between rows; a line without a tab goes on."""
    rows: list[list[Paragraph]] = [[]]
    open_cell = False
    for line in region:
        if line.text.startswith("\t"):
            rows[-1].append(paragraph(line, line.text[1:]))
            open_cell = True
        elif line.is_blank:
            if rows[-1]:
                rows.append([])
            open_cell = False
        elif open_cell:
            cell = rows[-1].pop()
            rows[-1].append(Paragraph(text=f"{cell.text}\n{line.text}", provenance=cell.provenance))
        else:
            rows[-1].append(paragraph(line))
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


def _read_aligned(region: list[Line]) -> Iterator[list[list[Paragraph]] | Paragraph]:
    """Yield a row a line, cells held apart by two spaces or more; figures at the end by one.

    Where the figures of neighbouring lines stand below each other, a line without one has a blank there.
    """
    rows: list[list[Paragraph]] = []
    block: list[tuple[Line, list[_Piece]]] = []
    for line in [*region, Line(0, "")]:
        if line.is_blank:
            rows += _aligned_rows(block)
            block = []
        elif not RULE.match(line.text):
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


def _aligned_rows(block: list[tuple[Line, list[_Piece]]]) -> Iterator[list[Paragraph]]:
    """Yield the rows of lines without a blank line between, wrapped labels joined, blanks put in."""
    joined: list[tuple[Line, list[_Piece]]] = []
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
            if _begins_above(pieces, above, widest):
                line = joined.pop()[0]  # noqa: PLW2901  # the row begins where its label does
                _prepend(pieces, above)
            joined.append((line, pieces))
            ends.update({piece.start: piece.stop - ends[piece.start] for piece in pieces})
    columns = _figure_columns([pieces for _, pieces in joined])
    for line, pieces in joined:
        yield [paragraph(line, text) for text in _with_blanks(pieces, columns)]


def _wraps(pieces: list[_Piece], above: list[_Piece], ends: Counter[int], widest: Counter[int]) -> bool:
    """Return whether a line only goes on with labels of the line above, which fill their column's width."""
    with_figures = any(piece.is_figure for piece in above)
    is_end = all(len(piece.text) <= 4 for piece in pieces)  # the last characters of wrapped heads
    starts = {
        piece.start
        for piece in above
        if not piece.is_figure and (with_figures or is_end or _NUMBERED.match(piece.text))
    }
    return bool(pieces) and all(
        not piece.is_figure
        and piece.start in starts
        and ends[piece.start] >= widest[piece.start] - 2
        and not _NUMBERED.match(piece.text)
        for piece in pieces
    )


def _begins_above(pieces: list[_Piece], above: list[_Piece], widest: Counter[int]) -> bool:
    """Return whether the line above holds only the first lines of labels whose row is this one.

    So it is where figures stand at half height of a wrapped label.
    """
    goes_on = {piece.start for piece in pieces if not piece.is_figure and not _NUMBERED.match(piece.text)}
    return (
        any(piece.is_figure for piece in pieces)
        and bool(above)
        and all(
            not piece.is_figure
            and piece.start in goes_on
            and piece.stop >= widest[piece.start] - 2
            and _NUMBERED.match(piece.text)
            for piece in above
        )
    )


def _prepend(pieces: list[_Piece], above: list[_Piece]) -> None:
    for upper in above:
        piece = next(piece for piece in pieces if piece.start == upper.start and not piece.is_figure)
        piece.text = upper.text + piece.text


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


def _read_cell_a_line(region: list[Line]) -> Iterator[list[list[Paragraph]] | Paragraph]:
    """Yield one row of all cells, a cell a line: no row boundary survives."""
    yield [[paragraph(line) for line in region if not line.is_blank]]


def _read_pipes(region: list[Line]) -> Iterator[list[list[Paragraph]] | Paragraph]:
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


_CHINESE = r"[\u3001-\u9fff\uff01-\uff5e]"
_LOST_BREAK = re.compile(rf"(?<={_CHINESE}) +(?={_CHINESE}|[0-9]{{1,2}}[.、．])|(?<=\S) {{3,}}(?=\S)")


def _unrolled(cell: Paragraph) -> Iterator[Paragraph]:
    """Yield the lines of running text put on one: a space between Chinese characters ends a line."""
    if len(cell.text) <= 80:
        yield cell
        return
    for piece in _LOST_BREAK.split(cell.text):
        yield Paragraph(text=piece, provenance=cell.provenance)


def _piped_rows(region: list[Line]) -> Iterator[list[Paragraph]]:
    texts = [(line, line.text.translate(PIPES)) for line in region if not line.is_blank]
    texts = [(line, text) for line, text in texts if not RULE.match(text) or text.strip() == "|"]
    with_pipes = [text.strip() for _, text in texts if "|" in text]
    inner = sum("|" in text.strip("|") for text in with_pipes)
    yield from (_rows_on_lines if inner * 2 > len(with_pipes) else _cells_over_lines)(texts)


def _rows_on_lines(texts: list[tuple[Line, str]]) -> Iterator[list[Paragraph]]:
    """Yield rows that stand on a line each; cells on lines of their own in between make one row together."""
    with_pipes = [text.strip() for _, text in texts if "|" in text]
    opened = sum(text.startswith("|") and len(text) > 1 for text in with_pipes)
    # A pipe in front of every row opens its first cell; in front of some it closes a blank one.
    leading = opened + len(with_pipes) // 50 >= len(with_pipes)
    single: list[Paragraph] = []
    for line, text in texts:
        bare = text.strip()
        if leading:
            bare = bare.removeprefix("|")
        cells = [paragraph(line, cell.strip()) for cell in bare.removesuffix("|").split("|")]
        if len(cells) == 1:
            single += cells
            continue
        if single:
            yield single
            single = []
        yield cells
    if single:
        yield single


class _OpenCells:
    """The row and the cell that are being read where a cell may run over several lines."""

    def __init__(self) -> None:
        self.row: list[Paragraph] = []
        self._pieces: list[str] = []
        self._first: Line | None = None

    @property
    def has_open_words(self) -> bool:
        """Whether a cell has begun that is no figure so far."""
        return bool(self._pieces) and not _FIGURE.match(self._pieces[-1])

    @property
    def is_open(self) -> bool:
        """Whether a cell has begun."""
        return bool(self._pieces)

    def add(self, line: Line, piece: str) -> None:
        """Take in a piece of a cell's text."""
        if piece.strip():
            self._pieces.append(piece.strip())
            self._first = self._first or line

    def close(self, line: Line) -> None:
        """End the cell, blank if nothing was taken in."""
        self.row.append(paragraph(self._first or line, "\n".join(self._pieces)))
        self._pieces, self._first = [], None

    def take_row(self) -> list[Paragraph]:
        """Return the row so far and begin another."""
        row, self.row = self.row, []
        return row


def _cells_over_lines(texts: list[tuple[Line, str]]) -> Iterator[list[Paragraph]]:
    """Yield rows of cells that a pipe closes wherever it stands; a cell may run over several lines."""
    cells = _OpenCells()
    # A table may open each row with a pipe on a line of its own; closed cells then follow it.
    rows_are_opened = len(texts) > 1 and texts[0][1].strip() == "|" and "|" in texts[1][1].strip().lstrip("|")
    for position, (line, whole) in enumerate(texts):
        following = [after for _, after in texts[position + 1 : position + 4]]
        opens = not cells.is_open and _opens_row(whole, following, rows_are_opened=rows_are_opened)
        text = whole.replace("|", "", 1) if opens else whole
        if opens and cells.row:
            yield cells.take_row()
        *closed, rest = text.split("|")
        if cells.is_open and len(closed) > 1:
            cells.close(line)  # a label that nothing closed, before its row
        for piece in closed:
            if cells.has_open_words and _FIGURE.match(piece.strip()):
                cells.close(line)  # a label that nothing closed, before its figures
            cells.add(line, piece)
            cells.close(line)
        cells.add(line, rest)
        if not rest.strip() and sum(bool(piece.strip()) for piece in closed) > 1:
            yield cells.take_row()
    if cells.is_open:
        cells.close(texts[-1][0])
    if cells.row:
        yield cells.take_row()


def _opens_row(text: str, following: list[str], *, rows_are_opened: bool) -> bool:
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


# By kind of table: its lines -> tables as rows of cells, with paragraphs where prose stands between.
READERS: dict[str, Callable[[list[Line]], Iterator[list[list[Paragraph]] | Paragraph]]] = {
    "tabs": _read_tabs,
    "aligned": _read_aligned,
    "cell_a_line": _read_cell_a_line,
    "pipes": _read_pipes,
}
