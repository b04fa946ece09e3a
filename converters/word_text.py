"""The text of Word paragraphs: what is shown once every tracked change is accepted, and nothing else.

Every element is looked through for text except the few that are known not to be shown, so that a
wrapper nobody has heard of loses nothing. Text is not cleaned here.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from converters.word_numbering import (
    BASE_STYLE,
    PARAGRAPH_PROPERTIES,
    PARAGRAPH_STYLE,
    STYLE_CHAIN,
    child_of,
    is_on,
    value_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml.etree import _Element as Element

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
ALTERNATIVES, CHOICE, FALLBACK = f"{MC}AlternateContent", f"{MC}Choice", f"{MC}Fallback"
RUN_PROPERTIES, RUN_STYLE = qn("w:rPr"), qn("w:rStyle")
TEXT, RAISED, STRUCK = qn("w:t"), qn("w:vertAlign"), (qn("w:strike"), qn("w:dstrike"))
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
DELETED, MOVED_AWAY, VANISH, TEXT_BOX = qn("w:del"), qn("w:moveFrom"), qn("w:vanish"), qn("w:txbxContent")
FIELD_MARK, FONT, CHARACTER = qn("w:fldCharType"), qn("w:font"), qn("w:char")

# The extensions whose shapes hold ordinary paragraphs: they are read, and for any other its fallback.
UNDERSTOOD = frozenset(("wps", "wpg", "wpc", "wp14", "w14", "w15"))
SYMBOL_FONTS = ("wingdings", "webdings", "symbol", "marlett")


def shown_text(paragraphs: Iterable[Element], hidden: frozenset[str]) -> tuple[str, list[Element]]:
    """Return the text of paragraphs that read as one, and the text boxes anchored in them, in order.

    `hidden` are the ids of styles whose text is not shown.
    """
    parts: list[str] = []
    boxes: list[Element] = []
    for paragraph in paragraphs:
        style = value_of(child_of(paragraph, PARAGRAPH_PROPERTIES), PARAGRAPH_STYLE) if hidden else None
        line = _Line(parts=parts, boxes=boxes, waiting=list(reversed(paragraph)), hidden=hidden, style=style)
        while line.waiting:
            element = line.waiting.pop()
            READ.get(element.tag, _open)(line, element)
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


def hidden_styles(styles: Element | None) -> frozenset[str]:
    """Return the ids of styles whose text is hidden, by themselves or by the style they are based on."""
    if styles is None or next(styles.iter(VANISH), None) is None:
        return frozenset()
    by_id = {style.get(qn("w:styleId")): style for style in styles.iterchildren(qn("w:style"))}
    return frozenset(name for name in by_id if name is not None and _hides(name, by_id))


def _hides(name: str | None, by_id: dict[str | None, Element]) -> bool:
    for _ in range(STYLE_CHAIN):
        style = by_id.get(name)
        vanish = child_of(child_of(style, RUN_PROPERTIES), VANISH)
        if vanish is not None:
            return is_on(vanish)
        name = value_of(style, BASE_STYLE)
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
    hidden: frozenset[str]
    style: str | None
    fields: list[int | None] = field(default_factory=list)


def _open(line: _Line, element: Element) -> None:
    line.waiting.extend(reversed(element))


def _skip(_line: _Line, _element: Element) -> None:
    """Pass over what is not shown."""


def _write(line: _Line, element: Element) -> None:
    line.parts.append(element.text or "")


def _open_run(line: _Line, run: Element) -> None:
    """Look into a run unless it, its style or its paragraph's style is hidden."""
    parts = list(reversed(run))
    properties = parts[-1] if parts and parts[-1].tag == RUN_PROPERTIES else None
    vanish = child_of(properties, VANISH)
    if vanish is not None:
        is_hidden = is_on(vanish)
    else:
        is_hidden = bool(line.hidden) and not line.hidden.isdisjoint(
            (line.style, value_of(properties, RUN_STYLE))
        )
    if is_hidden:
        return
    if properties is not None and (mark := _raised_or_struck(properties)) is not None:
        line.waiting += [_marked(part, mark) if part.tag == TEXT else part for part in parts]
    else:
        line.waiting += parts


def _raised_or_struck(properties: Element) -> Callable[[str], str] | None:
    """Return how to mark a run's text so that it never passes for figures on the line; None if it may.

    A raised 1 behind 12 is a note's number, and a figure that is struck through was taken back: neither
    may end in the number beside it. Both stay to be seen.
    """
    if value_of(properties, RAISED) in ("superscript", "subscript"):
        return lambda text: text.translate(SUPERSCRIPTS)
    for tag in STRUCK:
        strike = child_of(properties, tag)
        if strike is not None and is_on(strike):
            return lambda text: f"~~{text}~~" if text.strip() else text
    return None


def _marked(element: Element, mark: Callable[[str], str]) -> Element:
    copy = deepcopy(element)
    copy.text = mark(copy.text or "")
    return copy


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
    line.parts.append(chr(code) if is_character else "\ufffd")


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
    return lambda line, _element: line.parts.append(text)


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

READ: dict[str, Callable[[_Line, Element], None]] = {
    qn("w:r"): _open_run,
    TEXT: _write,
    f"{MATH}t": _write,
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
