"""The text of Word paragraphs: what is shown once every tracked change is accepted, and nothing else.

Every element is looked through for text except the few that are known not to be shown, so that a
wrapper nobody has heard of loses nothing. Text that is shown otherwise than its characters say (raised,
struck through, in a symbol font, stacked in a formula, white) is marked, so that it is not read as a figure.
Text is not cleaned here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from converters.word_numbering import (
    BASE_STYLE,
    PARAGRAPH_PROPERTIES,
    PARAGRAPH_STYLE,
    STYLE_CHAIN,
    W_VAL,
    child_of,
    is_on,
    value_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml.etree import _Element as Element

    Mark = Callable[[str], str]

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
ALTERNATIVES, CHOICE, FALLBACK = f"{MC}AlternateContent", f"{MC}Choice", f"{MC}Fallback"
RUN_PROPERTIES, RUN_STYLE = qn("w:rPr"), qn("w:rStyle")
RAISED, POSITION, STRIKE, DOUBLE_STRIKE = (
    qn(f"w:{name}") for name in ("vertAlign", "position", "strike", "dstrike")
)
COLOR, FONTS, WEB_HIDDEN, SHADING = (qn(f"w:{name}") for name in ("color", "rFonts", "webHidden", "shd"))
PARAGRAPH, CELL, TABLE = (qn(f"w:{name}") for name in ("p", "tc", "tbl"))
DELETED, MOVED_AWAY, VANISH, TEXT_BOX = qn("w:del"), qn("w:moveFrom"), qn("w:vanish"), qn("w:txbxContent")
DEFAULT_LOOKS = "/".join((qn("w:docDefaults"), qn("w:rPrDefault"), RUN_PROPERTIES))
FIELD_MARK, FONT, CHARACTER = qn("w:fldCharType"), qn("w:font"), qn("w:char")

# The extensions whose shapes hold ordinary paragraphs: they are read, and for any other its fallback.
UNDERSTOOD = frozenset(("wps", "wpg", "wpc", "wp14", "w14", "w15"))
SYMBOL_FONTS = ("wingdings", "webdings", "symbol", "marlett")

SUPERSCRIPTS = str.maketrans("0123456789０１２３４５６７８９", "⁰¹²³⁴⁵⁶⁷⁸⁹" * 2)
SUBSCRIPTS = str.maketrans("0123456789０１２３４５６７８９", "₀₁₂₃₄₅₆₇₈₉" * 2)
SHADED = {PARAGRAPH: PARAGRAPH_PROPERTIES, CELL: qn("w:tcPr"), TABLE: qn("w:tblPr")}
PRIVATE = {code: 0xF000 + code for code in range(0x21, 0x100)}  # where symbol fonts have their glyphs
HEX_COLOR = re.compile(r"[0-9a-fA-F]{6}")
WHITE, DARK = 240, 200  # of 255: white is no darker than the one, white shows on what is below the other


def shown_text(paragraphs: Iterable[Element], styles: Styles) -> tuple[str, list[Element]]:
    """Return the text of paragraphs that read as one, and the text boxes anchored in them, in order."""
    parts: list[str] = []
    boxes: list[Element] = []
    for paragraph in paragraphs:
        style = value_of(child_of(paragraph, PARAGRAPH_PROPERTIES), PARAGRAPH_STYLE)
        line = _Line(parts=parts, boxes=boxes, waiting=list(reversed(paragraph)), styles=styles, style=style)
        _read(line)
    return "".join(parts), boxes


def has_deleted_mark(properties: Element | None) -> bool:
    """Tell whether the end of a paragraph with these properties (w:pPr) is deleted: it runs on."""
    mark = child_of(properties, RUN_PROPERTIES)
    return mark is not None and any(change.tag in (DELETED, MOVED_AWAY) for change in mark)


def alternative(alternatives: Element) -> list[Element]:
    """Return the content of the one branch to read: a choice that is understood, else the fallback.

    Where neither is there, the first branch that holds anything.
    """
    branches = [branch for branch in alternatives if branch.tag in (CHOICE, FALLBACK) and len(branch)]
    for branch in branches:
        if branch.tag == FALLBACK or UNDERSTOOD.issuperset(branch.get("Requires", "").split()):
            return list(branch)
    return list(branches[0]) if branches else []


# --- How text looks -----------------------------------------------------------------------------------


def _is_raised(alignment: Element) -> bool:
    return alignment.get(W_VAL) in ("superscript", "subscript")


def _is_moved(position: Element) -> bool:
    """Tell whether text is moved off the line; amounts are half points, or have units in Strict files."""
    return any(character in "123456789" for character in position.get(W_VAL, ""))


def _is_white(color: Element) -> bool:
    if color.get(qn("w:themeColor")) in ("background1", "light1"):
        return color.get(qn("w:themeShade")) is None
    channels = _channels(color.get(W_VAL, ""))
    return channels is not None and min(channels) >= WHITE


def _has_symbol_font(fonts: Element) -> bool | None:
    """Tell whether digits are in a symbol font; None where only fonts of other characters are named."""
    if fonts.get(qn("w:asciiTheme")) is not None:
        return False
    font = fonts.get(qn("w:ascii"))
    return None if font is None else font.lower().startswith(SYMBOL_FONTS)


def _channels(color: str) -> tuple[int, ...] | None:
    return tuple(bytes.fromhex(color)) if HEX_COLOR.fullmatch(color) else None


# What run properties say about how text looks. Flags of styles add up; of others the nearest one counts.
FLAGS = frozenset((VANISH, STRIKE, DOUBLE_STRIKE, WEB_HIDDEN))
LOOKS: dict[str, Callable[[Element], bool | None]] = {
    **dict.fromkeys(FLAGS, is_on),
    RAISED: _is_raised,
    POSITION: _is_moved,
    COLOR: _is_white,
    FONTS: _has_symbol_font,
}


def _looks(properties: Element | None) -> dict[str, bool]:
    """Return what run properties (w:rPr) say about how text looks, by tag; what is left open is missing."""
    if properties is None:
        return {}
    found = ((element.tag, LOOKS[element.tag](element)) for element in properties.iterchildren(*LOOKS))
    return {tag: look for tag, look in found if look is not None}


class Styles:
    """The styles of a document, asked for how the text of a run looks before its own formatting."""

    def __init__(self, styles: Element | None) -> None:
        elements = () if styles is None else styles.iterchildren(qn("w:style"))
        self._by_id: dict[str | None, Element] = {style.get(qn("w:styleId")): style for style in elements}
        self._default = next((name for name, style in self._by_id.items() if _is_default(style)), None)
        defaults = None if styles is None else styles.find(DEFAULT_LOOKS)
        self._default_looks = _looks(defaults)
        self._known: dict[tuple[str | None, str | None], dict[str, bool]] = {}

    def looks(self, paragraph_style: str | None, run_style: str | None) -> dict[str, bool]:
        """Return the looks of text in these styles and in those they are based on; not to be changed."""
        key = (paragraph_style, run_style)
        known = self._known.get(key)
        if known is None:
            own = self._chain(self._default if paragraph_style is None else paragraph_style)
            known = {**self._default_looks, **own}
            for tag, look in self._chain(run_style).items():
                known[tag] = look or (tag in FLAGS and known.get(tag, False))
            self._known[key] = known
        return known

    def _chain(self, name: str | None) -> dict[str, bool]:
        looks: dict[str, bool] = {}
        for _ in range(STYLE_CHAIN):
            style = self._by_id.get(name)
            if style is None:
                break
            looks = {**_looks(child_of(style, RUN_PROPERTIES)), **looks}
            name = value_of(style, BASE_STYLE)
        return looks


def _is_default(style: Element) -> bool:
    is_paragraphs = style.get(qn("w:type")) == "paragraph"
    return is_paragraphs and style.get(qn("w:default")) in ("1", "true", "on")


def _raise(text: str) -> str:
    return text.translate(SUPERSCRIPTS)


def _superscript(text: str) -> str:
    raised = text.translate(SUPERSCRIPTS)
    return raised if not text.strip() or any(map(str.isdigit, raised)) else f"^{text}"


def _subscript(text: str) -> str:
    lowered = text.translate(SUBSCRIPTS)
    return lowered if not text.strip() or any(map(str.isdigit, lowered)) else f"_{text}"


def _strike(text: str) -> str:
    return f"~~{text}~~" if text.strip() else text


def _to_private(text: str) -> str:
    return text.translate(PRIVATE)


def _marks(looks: dict[str, bool], run: Element) -> list[Mark]:
    """Return how to mark a run's text so that it never passes for figures on the line.

    A raised 1 behind 12 is a note's number, and a figure that is struck through was taken back: neither
    may end in the number beside it. Both stay to be seen. So does what is white, or is not shown on the web.
    """
    marks: list[Mark] = []
    if looks.get(FONTS):
        marks.append(_to_private)
    if looks.get(RAISED) or looks.get(POSITION):
        marks.append(_raise)
    if (
        looks.get(STRIKE)
        or looks.get(DOUBLE_STRIKE)
        or (looks.get(COLOR) and not _is_on_dark(run))
        # Word marks the page numbers of contents so; no figure of a report stands among them.
        or (looks.get(WEB_HIDDEN) and next(run.iterancestors(CELL), None) is not None)
    ):
        marks.append(_strike)
    return marks


def _is_on_dark(run: Element) -> bool:
    """Tell whether white text shows: the nearest shading is dark, or it may be a text box's own."""
    is_in_cell = False
    for holder in (run, *run.iterancestors(PARAGRAPH, CELL, TABLE, TEXT_BOX)):
        if holder.tag == TEXT_BOX:
            return not is_in_cell
        is_in_cell = is_in_cell or holder.tag == CELL
        shading = child_of(child_of(holder, SHADED.get(holder.tag, RUN_PROPERTIES)), SHADING)
        if shading is not None:
            ground = qn("w:color") if shading.get(W_VAL) == "solid" else qn("w:fill")
            channels = _channels(shading.get(ground, ""))
            if channels is not None and shading.get(W_VAL) != "nil":
                red, green, blue = channels
                return 0.3 * red + 0.59 * green + 0.11 * blue < DARK
    return False


# --- One element after another ------------------------------------------------------------------------


@dataclass(kw_only=True, slots=True)
class _Line:
    """A paragraph being read: `waiting` are the elements still to read, the next one last.

    `fields` holds, for each field begun, where in `parts` its instruction stands; None once removed.
    """

    parts: list[str]
    boxes: list[Element]
    waiting: list[Element]
    styles: Styles
    style: str | None
    marks: tuple[Mark, ...] = ()
    fields: list[int | None] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Add text, marked as what holds it asks for, the innermost first."""
        for mark in self.marks:
            text = mark(text)
        self.parts.append(text)


def _read(line: _Line, until: int = 0) -> None:
    """Read what waits until no more than this many elements do."""
    while len(line.waiting) > until:
        element = line.waiting.pop()
        READ.get(element.tag, _open)(line, element)


def _read_marked(line: _Line, element: Element, marks: Iterable[Mark]) -> None:
    """Read what an element holds, marked. Elements nest no deeper than the parser allows."""
    outer, until = line.marks, len(line.waiting)
    line.marks = tuple(dict.fromkeys((*marks, *outer)))
    line.waiting.extend(reversed(element))
    _read(line, until)
    line.marks = outer


def _open(line: _Line, element: Element) -> None:
    line.waiting.extend(reversed(element))


def _skip(_line: _Line, _element: Element) -> None:
    """Pass over what is not shown."""


def _write(line: _Line, element: Element) -> None:
    line.write(element.text or "")


def _open_run(line: _Line, run: Element) -> None:
    """Look into a run unless it, its style or its paragraph's style is hidden; its own formatting wins."""
    properties = child_of(run, RUN_PROPERTIES)
    looks = line.styles.looks(line.style, value_of(properties, RUN_STYLE))
    if own := _looks(properties):
        looks = {**looks, **own}
    if looks.get(VANISH):
        return
    if looks and (marks := _marks(looks, run)):
        _read_marked(line, run, marks)
    else:
        line.waiting.extend(reversed(run))


def _follow_field(line: _Line, mark: Element) -> None:
    """Take out what stands before a field's result; a field that never gets there loses nothing.

    Its instruction is mostly w:instrText, which is not read, but fields inside it have results.
    """
    kind = mark.get(FIELD_MARK)
    if kind == "begin":
        line.fields.append(len(line.parts))
    elif line.fields and kind in ("separate", "end"):
        begin = line.fields.pop()
        if begin is not None:
            del line.parts[begin:]
        if kind == "separate":
            line.fields.append(None)


def _write_symbol(line: _Line, symbol: Element) -> None:
    """Write the character of a w:sym; those of symbol fonts stay private characters, never digits."""
    try:
        code = int(symbol.get(CHARACTER, ""), 16)
    except ValueError:
        code = 0
    if code < 0x100 and symbol.get(FONT, "").lower().startswith(SYMBOL_FONTS):
        code += 0xF000
    is_character = 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    line.write(chr(code) if is_character else "\ufffd")


def _skip_own_mark(line: _Line, note: Element) -> None:
    """Drop the rest of a run in which a note's mark is typed out instead of counted by Word."""
    if note.get(qn("w:customMarkFollows")) in ("1", "true", "on"):
        while line.waiting and line.waiting[-1].getparent() is note.getparent():
            line.waiting.pop()


def _open_alternative(line: _Line, alternatives: Element) -> None:
    line.waiting.extend(reversed(alternative(alternatives)))


def _collect_boxes(line: _Line, drawn: Element) -> None:
    """Note the text boxes of a drawing, each once although older programs get a copy of it."""
    waiting = [drawn]
    while waiting:
        element = waiting.pop()
        if element.tag == TEXT_BOX:
            line.boxes.append(element)
        elif element.tag == ALTERNATIVES:
            waiting.extend(reversed(alternative(element)))
        else:
            waiting.extend(reversed(element))


def _writes(text: str) -> Callable[[_Line, Element], None]:
    return lambda line, _element: line.write(text)


# --- Formulas -----------------------------------------------------------------------------------------


def _open_fraction(line: _Line, fraction: Element) -> None:
    """Write 1 over 2 as ¹⁄₂, whether it has a bar or not."""
    for part in fraction:
        if part.tag == f"{MATH}den":
            line.write("\N{FRACTION SLASH}")
        _read_marked(line, part, (_subscript,) if part.tag == f"{MATH}den" else (_superscript,))


def _open_raised(line: _Line, script: Element) -> None:
    _read_marked(line, script, (_superscript,))


def _open_lowered(line: _Line, script: Element) -> None:
    _read_marked(line, script, (_subscript,))


def _open_struck(line: _Line, structure: Element) -> None:
    _read_marked(line, structure, (_strike,))


def _open_root(line: _Line, root: Element) -> None:
    for part in root:
        if part.tag == f"{MATH}e":
            line.write("√")
        _read_marked(line, part, (_superscript,) if part.tag == f"{MATH}deg" else (_strike,))


def _open_phantom(line: _Line, phantom: Element) -> None:
    """Pass over what only keeps a space; a phantom that may be shown all the same is marked."""
    show = child_of(child_of(phantom, f"{MATH}phantPr"), f"{MATH}show")
    if show is None or show.get(f"{MATH}val", "on") not in ("0", "false", "off"):
        _open_struck(line, phantom)


NOT_SHOWN = (
    "pPr",
    "rPr",
    "sdtPr",
    "del",
    "moveFrom",
    "instrText",
    "delText",
    "delInstrText",
    "rt",
    "altChunk",
)

# Structures of formulas that place or decorate text in ways a line cannot show.
STRUCTURES = (
    "acc",
    "bar",
    "borderBox",
    "box",
    "d",
    "eqArr",
    "func",
    "groupChr",
    "limLow",
    "limUpp",
    "m",
    "nary",
)

READ: dict[str, Callable[[_Line, Element], None]] = {
    qn("w:r"): _open_run,
    qn("w:t"): _write,
    f"{MATH}r": _open_run,
    f"{MATH}t": _write,
    f"{MATH}f": _open_fraction,
    f"{MATH}sup": _open_raised,
    f"{MATH}sub": _open_lowered,
    f"{MATH}rad": _open_root,
    f"{MATH}phant": _open_phantom,
    **{f"{MATH}{name}": _open_struck for name in STRUCTURES},
    # A page break parts two texts just as a line break does; pages are not known here anyway.
    qn("w:br"): _writes("\n"),
    qn("w:cr"): _writes("\n"),
    qn("w:tab"): _writes("\t"),
    qn("w:ptab"): _writes("\t"),
    qn("w:noBreakHyphen"): _writes("-"),
    qn("w:sym"): _write_symbol,
    qn("w:fldChar"): _follow_field,
    qn("w:footnoteReference"): _skip_own_mark,
    qn("w:endnoteReference"): _skip_own_mark,
    qn("w:drawing"): _collect_boxes,
    qn("w:pict"): _collect_boxes,
    qn("w:object"): _collect_boxes,
    ALTERNATIVES: _open_alternative,
    **{qn(f"w:{name}"): _skip for name in NOT_SHOWN},
}
