"""HTML -> the lines and tables that a screen would show, in order, and the regions they stand in.

The tree is built by lexbor as browsers build it: where end tags are missing, parsers that do not follow the
standard (libxml2) put rows inside cells. What is the report and what belongs to the site around it is not
decided here; this module only notes the evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from converters.web_evidence import TITLE_WORDS, Look, Sheets, kind_of, look_of, names, sheets_of, words_of
from converters.web_items import FIGURE, Held, Kind, Line, Page, Region, Table
from converters.web_tables import POSITION_LIMIT, TALLEST, WIDEST, Slot, Spanned, Tiling, form, span
from errors import LimitExceeded

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# A report as Word exports it has some 5,000 tags. The tree builder goes through the stack of open elements
# at every tag: 50,000 elements inside each other take 3 s, 10,000 take 0.1 s, and pages have a few hundred.
TAG_LIMIT = 150_000
OPEN_LIMIT = 10_000
NESTING_LIMIT = 100  # tables; sites laid out by tables nest a dozen
_FEW_TAGS = 10_000  # below, no nesting can take long


def read_page(html: str, name: str) -> Page:
    """Return what the HTML of a page shows; raises LimitExceeded."""
    _check_size(html, name)
    # Unclosed formatting elements are cloned into every later paragraph; as unknown elements they are not.
    # In the head of a page noscript would be taken apart, as if scripts could not run.
    html = _FORMATTING.sub(r"<\1x-\2", html.replace("\v", " "))
    tree = LexborHTMLParser(html)
    reader = _Reader(name, sheets_of(html))
    if tree.root is not None:
        reader.read(tree.root)
    return reader.page


# --- Bounds -----------------------------------------------------------------------------------------

_FORMATTING = re.compile(
    r"<(/?)(a|b|big|code|em|font|i|nobr|noscript|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# Elements that are never open for long: they hold nothing, or the next of their kind closes them.
_SELF_CLOSING = names(
    "area base basefont bgsound br col colgroup embed frame hr img input link meta param source track "
    "wbr p li dt dd tr td th tbody thead tfoot option optgroup html body caption"
)


def _check_size(html: str, name: str) -> None:
    """Raise LimitExceeded for a page that would take long to parse."""
    tags = html.count("<")
    if tags <= _FEW_TAGS:
        return
    message = f"{name}: the page has more than {TAG_LIMIT} tags; save the report's page alone"
    if tags > TAG_LIMIT:
        raise LimitExceeded(message)
    opened = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _SELF_CLOSING:
            continue
        opened = max(opened - 1, 0) if tag[1] else opened + 1
        if opened > OPEN_LIMIT:
            message = (
                f"{name}: more than {OPEN_LIMIT} tags are open at once; save the page again from a browser"
            )
            raise LimitExceeded(message)


# --- Reading ------------------------------------------------------------------------------------------

_SKIPPED = names(
    "script style template x-noscript noframes title xml svg math select option button object applet "
    "audio video canvas datalist map rt rp del progress meter"
)
_REGIONS = names(
    "article aside body center details dialog div dl fieldset figure footer form header main menu nav "
    "ol section ul blockquote dir"
)
_BLOCKS = _REGIONS | names(
    "address dd dt figcaption h1 h2 h3 h4 h5 h6 hgroup hr html legend li optgroup p pre summary "
    "listing xmp plaintext"
)
# What shows something that is not read: a cell with one of these is neither blank nor a figure.
_OBJECTS = names("svg math canvas select object applet video progress meter button input textarea img")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_GROUPS = frozenset({"tbody", "thead", "tfoot"})
_PARTS = _GROUPS | {"table", "caption", "tr"}
_CELLS = frozenset({"td", "th"})
_FRAMES = frozenset({"iframe", "frame", "embed"})
_RAISED = frozenset({"sup", "sub", "x-s", "x-strike", "x-small"})
_PREFORMATTED = frozenset({"pre", "listing", "xmp", "plaintext"})
_NOTE_MARK = re.compile(r"#_?(?:ftn|edn|fn|note)", re.IGNORECASE)

_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60"
_LINE_END = re.compile(rf"(?<=[{_WIDE}])[ \t\r\f]*\n[ \t\r\n\f]*(?=[{_WIDE}])")
_SPACES = re.compile(r"[ \t\r\n\f]+")

# The mark of a cell that shows more, less or other than its text, and where it is not needed: labels.
_MARK = "\ufffc"
_DIGIT = re.compile(r"[0-9０-９OoＯIl|〇○]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TURNED = re.compile(r"[\u061c\u200f\u202b\u202d\u202e\u2067\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(kw_only=True, slots=True)
class _Flow:
    """Text as it runs in the page, a cell or a caption, while it is read."""

    items: list[Line | Table] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    links: int = 0
    linked: int = 0
    controlling: int = 0
    is_doubtful: bool = False  # it shows more, less or other than its text

    def end_line(self, heading: int) -> None:
        """Make a line of the text that has run up; blank ones are left out."""
        if not self.pieces:
            return
        text = "".join(self.pieces)
        if "\n" in text:
            text = _LINE_END.sub("", text)
        text = _SPACES.sub(" ", text).strip(" ").rstrip(" \u00a0")
        if text and not text.isspace():
            self.items.append(
                Line(
                    text=text,
                    heading=heading,
                    links=self.links,
                    linked=self.linked,
                    controlling=self.controlling,
                )
            )
        self.pieces = []
        self.links = self.linked = self.controlling = 0


@dataclass(kw_only=True, slots=True)
class _OpenTable:
    groups: list[tuple[str, list[list[Spanned[_Flow]]]]] = field(default_factory=list)
    caption: _Flow | None = None


@dataclass(kw_only=True, slots=True)
class _Open:
    """An element whose end is still to come, with what its end has to undo."""

    tag: str
    start: int = -1
    kind: Kind = "plain"
    flow: _Flow | None = None  # the one to return to
    heading: int = 0
    is_link: bool = False
    is_control: bool = False
    is_apart: bool = False


class _Reader:
    """Walks a tree without recursion: pages nest as deep as whoever wrote them likes."""

    def __init__(self, name: str, sheets: Sheets) -> None:
        self.name = name
        self.sheets = sheets
        self.page = Page()
        self.flow = _Flow(items=self.page.items, regions=self.page.regions)
        self.tables: list[_OpenTable] = []
        self.heading = self.in_link = self.in_control = self.preformatted = 0
        self.positions = 0

    def read(self, root: LexborNode) -> None:
        """Read a whole tree into `page`."""
        opened: list[_Open] = []
        node: LexborNode | None = root
        while node is not None:
            if node.is_text_node:
                self._text(node.text_content or "")
            elif node.is_element_node and (element := self._enter(node)) is not None:
                child = node.child
                if child is not None:
                    opened.append(element)
                    node = child
                    continue
                self._leave(element)
            following = node.next
            while following is None and opened:
                self._leave(opened.pop())
                node = node.parent
                if node is None:
                    break
                following = node.next if opened else None
            node = following
        self.flow.end_line(0)

    def _text(self, text: str) -> None:
        flow = self.flow
        if self.preformatted:
            *lines, text = text.replace("\r\n", "\n").split("\n")
            for line in lines:
                flow.pieces.append(line)
                flow.end_line(self.heading)
        flow.pieces.append(text)
        if self.in_link:
            flow.linked += len("".join(text.split()))
        if self.in_control:
            flow.controlling += len("".join(text.split()))

    def _enter(self, node: LexborNode) -> _Open | None:
        """Begin an element; None for one whose content is not read."""
        tag = node.tag or ""
        if tag == "br":
            self.flow.end_line(self.heading)
            return None
        attributes = node.attributes
        look = self._look(tag, node, attributes)
        if look.out or look.unseen:
            self._hide(tag, node, look)
            return None
        if tag in _SKIPPED:
            self.flow.is_doubtful |= tag in _OBJECTS
            return None
        if tag in _CELLS:
            element: _Open | None = self._cell(tag, attributes)
        elif tag in _BLOCKS:
            element = self._block(tag, attributes)
        elif tag in _PARTS:
            element = self._part_of_table(tag, attributes, node)
        else:
            element = self._inline(tag, attributes)
            if element is not None and (look.apart or look.doubtful) and self.tables:
                self.flow.pieces.append(" ")
                element.is_apart = True
        if look.doubtful and not self.flow.is_doubtful:
            self.flow.is_doubtful = tag in _CELLS or bool(node.text(deep=True, strip=True))
        return element

    def _look(self, tag: str, node: LexborNode, attributes: dict[str, str | None]) -> Look:
        """Return how an element is shown; what only may be unseen is read, in a table as doubtful."""
        if tag in ("html", "body"):
            return Look()
        # What only screen readers skip is dropped with care: in a table it may be a figure.
        if attributes.get("aria-hidden") == "true" and not self.tables:
            return Look(out=True)
        look = look_of(tag, attributes, self.sheets, in_cell=bool(self.tables))
        if look.out or not look.unseen or not _holds(node, "[style],[class]" if self.tables else "*"):
            return look
        if "visibility" in (attributes.get("style") or "") and (not self.tables or tag in _PARTS):
            return look
        return Look(apart=look.apart, doubtful=bool(self.tables))

    def _hide(self, tag: str, node: LexborNode, look: Look) -> None:
        """Note a hidden element; a cell whose content alone is invisible stays in its place, blank."""
        self.page.hidden_tables += tag == "table" or node.css_first("table") is not None
        if tag in _CELLS and not look.out:
            self._leave(self._cell(tag, node.attributes))

    def _block(self, tag: str, attributes: dict[str, str | None]) -> _Open:
        self.flow.end_line(self.heading)
        heading = _HEADINGS.get(tag, 0)
        if not heading and attributes and tag in ("div", "p"):
            words = words_of(f"{attributes.get('class') or ''} {attributes.get('id') or ''}")
            heading = 7 if words & TITLE_WORDS else 0
        element = _Open(tag=tag, heading=self.heading)
        self.heading = heading or self.heading
        self.preformatted += tag in _PREFORMATTED
        if tag in _REGIONS:
            element.kind = kind_of(tag, attributes)
            element.start = len(self.flow.items)
        return element

    def _inline(self, tag: str, attributes: dict[str, str | None]) -> _Open | None:
        element = _Open(tag=tag)
        if tag == "x-a":
            target = attributes.get("href") or ""
            if self.tables and _NOTE_MARK.match(target[target.rfind("#") :] if "#" in target else ""):
                return None
            self.flow.links += 1
            element.is_link = bool(target)
            element.is_control = target.lower().startswith("javascript:") or (
                not target.strip("#") and "onclick" in attributes
            )
            self.in_link += element.is_link
            self.in_control += element.is_control
        elif tag in _RAISED:
            self.flow.pieces.append(" " if self.tables else "")
        elif tag == "img":
            self._picture(attributes)
            sizes = [
                span(attributes.get(side), 10_000) for side in ("width", "height") if attributes.get(side)
            ]
            self.flow.is_doubtful |= min(sizes, default=3) > 2  # lines and spacers show no figure
            return None
        elif tag == "meta":
            if (attributes.get("name") or "").lower() == "articletitle":
                self.page.title = " ".join((attributes.get("content") or "").split())
        elif tag in _FRAMES:
            self.page.frames.append(attributes.get("src") or "")
            self.flow.is_doubtful = True
            return None
        elif tag in ("input", "textarea"):
            return self._field(element, attributes)
        return element

    def _field(self, element: _Open, attributes: dict[str, str | None]) -> _Open | None:
        """Read a field of a form in a table if it shows a figure or cannot be written to."""
        value = attributes.get("value") or ""
        is_text = (attributes.get("type") or "text").lower() in ("text", "number")
        is_shown = FIGURE.match(value.strip()) or {"readonly", "disabled"} & attributes.keys()
        if not (self.tables and is_text and is_shown):
            self.flow.is_doubtful |= (attributes.get("type") or "").lower() != "hidden"
            return None
        self.flow.pieces.append(f" {value} ")
        return element

    def _picture(self, attributes: dict[str, str | None]) -> None:
        """Count a picture unless it says that it is smaller than a table can be."""
        sizes = [span(attributes.get(side), 10_000) for side in ("width", "height") if attributes.get(side)]
        self.page.pictures += all(size >= 100 for size in sizes)

    def _part_of_table(self, tag: str, attributes: dict[str, str | None], node: LexborNode) -> _Open | None:
        if tag == "table":
            self.flow.end_line(self.heading)
            if len(self.tables) >= NESTING_LIMIT:
                message = f"{self.name}: more than {NESTING_LIMIT} tables inside each other; correct the page"
                raise LimitExceeded(message)
            self.tables.append(_OpenTable())
            return _Open(tag=tag, heading=self.heading)
        if not self.tables:
            return _Open(tag=tag)
        table = self.tables[-1]
        if tag == "caption":
            element = _Open(tag=tag, flow=self.flow)
            self.flow = table.caption = _Flow()
            return element
        if tag in _GROUPS:
            table.groups.append((tag, []))
            return _Open(tag=tag)
        if (attributes.get("height") or "").strip() == "0" and not node.text(deep=True, strip=True):
            return None  # Office's last row, which only holds the widths of the columns
        if not table.groups:
            table.groups.append(("tbody", []))
        table.groups[-1][1].append([])
        return _Open(tag=tag)

    def _cell(self, tag: str, attributes: dict[str, str | None]) -> _Open:
        element = _Open(tag=tag, flow=self.flow, heading=self.heading)
        if not self.tables or not self.tables[-1].groups or not self.tables[-1].groups[-1][1]:
            return element
        self.flow = _Flow()
        self.heading = 0
        row = self.tables[-1].groups[-1][1][-1]
        row.append(
            Spanned(
                row_span=span(attributes.get("rowspan"), TALLEST, zero=True),
                column_span=span(attributes.get("colspan"), WIDEST),
                content=self.flow,
            )
        )
        return element

    def _leave(self, element: _Open) -> None:
        tag = element.tag
        if tag in _CELLS or tag == "caption":
            self.flow.end_line(self.heading)
            self.heading = element.heading
            if element.flow is not None:
                self.flow = element.flow
        elif tag == "table":
            self._close_table(self.tables.pop())
        elif tag in _BLOCKS:
            self.flow.end_line(self.heading)
            self.heading = element.heading
            self.preformatted -= tag in _PREFORMATTED
            if 0 <= element.start < len(self.flow.items):
                region = Region(start=element.start, stop=len(self.flow.items), kind=element.kind)
                self.flow.regions.append(region)
        else:
            if tag in _RAISED or element.is_apart:
                self.flow.pieces.append(" " if self.tables else "")
            self.in_link -= element.is_link
            self.in_control -= element.is_control

    def _close_table(self, opened: _OpenTable) -> None:
        """Put a table into the flow, or what is in its cells if it only arranges them."""
        flow = self.flow
        start = len(flow.items)
        if opened.caption is not None:
            flow.items += opened.caption.items
        tiling = form(_in_shown_order(opened.groups), self.name)
        self.positions += tiling.row_count * tiling.column_count
        if self.positions > POSITION_LIMIT:
            message = f"{self.name}: more than {POSITION_LIMIT} table positions; save the report's page alone"
            raise LimitExceeded(message)
        table = _table(tiling)
        if table.is_layout:
            flow.is_doubtful |= any(slot.content.is_doubtful for slot in tiling.slots)
            for slot in sorted(tiling.slots, key=lambda slot: (slot.row, slot.column)):
                offset = len(flow.items)
                flow.items += slot.content.items
                flow.regions += [
                    Region(start=region.start + offset, stop=region.stop + offset, kind=region.kind)
                    for region in slot.content.regions
                ]
                if slot.content.items:
                    flow.regions.append(Region(start=offset, stop=len(flow.items)))
        else:
            flow.items.append(table)
            flow.items += table.nested
        if start < len(flow.items):
            flow.regions.append(Region(start=start, stop=len(flow.items)))


def _table(tiling: Tiling[_Flow]) -> Table:
    """Return a table whose cells are all read."""
    slots = [
        Slot(
            row=slot.row,
            column=slot.column,
            row_span=slot.row_span,
            column_span=slot.column_span,
            content=Held(
                text=_text_of(slot.content),
                tables=[item for item in slot.content.items if isinstance(item, Table)],
            ),
        )
        for slot in tiling.slots
    ]
    return Table(
        tiling=Tiling(
            row_count=tiling.row_count,
            column_count=tiling.column_count,
            slots=slots,
            open=tiling.open,
            narrowed=tiling.narrowed,
        ),
        figures=sum(bool(FIGURE.match(slot.content.text.removesuffix(_MARK))) for slot in slots),
    )


def _text_of(cell: _Flow) -> str:
    """Return the text of a cell, with a mark if it shows something else and could be taken for a figure."""
    text = "\n".join(item.text.strip(" \u00a0") for item in cell.items if isinstance(item, Line))
    is_turned = _TURNED.search(text) is not None
    return f"{text}{_MARK}" if (cell.is_doubtful or is_turned) and not _is_label(text) else text


def _is_label(text: str) -> bool:
    """Tell whether a text is no figure in any spelling, with no more of it shown than is stored."""
    return len(_HAN.findall(text)) >= (12 if _DIGIT.search(text) else 3)


def _holds(node: LexborNode, selector: str) -> bool:
    """Tell whether an element has others in it that a selector fits."""
    child = node.child
    while child is not None:
        if child.is_element_node and child.css_first(selector) is not None:
            return True
        child = child.next
    return False


def _in_shown_order(
    groups: list[tuple[str, list[list[Spanned[_Flow]]]]],
) -> list[list[list[Spanned[_Flow]]]]:
    """Return the groups of rows with the first head on top and the first foot at the bottom."""
    heads = [rows for tag, rows in groups if tag == "thead"][:1]
    feet = [rows for tag, rows in groups if tag == "tfoot"][:1]
    apart = [id(rows) for rows in (*heads, *feet)]
    return [*heads, *(rows for _, rows in groups if id(rows) not in apart), *feet]
