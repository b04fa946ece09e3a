"""Real files, damaged: bytes flipped, cut and spliced, XML and HTML nodes moved about, PDF streams rewritten.

Every mutation is a plain function of a Random and bytes, so that a seed gives the same file again.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from random import Random

from lxml import etree

Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]

# Where programs go wrong: around the ends of the number types, signs, and numbers that are none.
NUMBERS = (
    *("0", "-1", "1", "2", "65535", "65536", "2147483647", "-2147483648", "4294967296"),
    *("9" * 30, "1e9", "1e-9", "NaN", "0.5", "１２", "", "x"),
)
TEXTS = ("", "\u202e", "\u0660\u0661", "é" * 500, "总计", "0", "1 2 3", "-" * 2000, "\n", "①", "一" * 3000)
MOST_BYTES = 1 << 20  # of a mutated file: larger ones cost time and find nothing else


def mutate(random: Random, kind: str, data: bytes, others: Sequence[bytes]) -> bytes:
    """Return a file of a kind (docx, html, pdf, text, or any other) damaged one to three times."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        ways = BYTES + WAYS.get(kind, ()) * 3
        data = random.choice(ways)(random, data, others)[:MOST_BYTES]
    return data


def flip(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Change single bytes."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 2, 8, 64)) if data else 0):
        changed[random.randrange(len(changed))] = random.choice((0, 0xFF, 0x3C, 0x0A, random.randrange(256)))
    return bytes(changed)


def cut(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Drop the end, as of a download that broke off."""
    return data[: random.randrange(len(data) + 1)]


def drop(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Drop a slice from the middle."""
    first, last = _slice(random, data)
    return data[:first] + data[last:]


def repeat(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Repeat a slice, up to some hundred times."""
    first, last = _slice(random, data)
    return data[:first] + data[first:last] * random.choice((2, 3, 100)) + data[last:]


def splice(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Put a slice of another file into this one."""
    other = random.choice(others)
    first, last = _slice(random, other)
    place = random.randrange(len(data) + 1)
    return data[:place] + other[first:last] + data[place:]


def _slice(random: Random, data: bytes) -> tuple[int, int]:
    first = random.randrange(len(data) + 1)
    return first, min(len(data), first + random.choice((1, 7, 100, 5000)))


def word_nodes(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Rearrange the XML of a package's parts, and pack it as a whole package again."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, EOFError, NotImplementedError):
        return data
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    if not names:
        return data
    # The text is what is read, so most changes belong there.
    name = (
        "word/document.xml"
        if "word/document.xml" in parts and random.random() < 0.7
        else random.choice(names)
    )
    parts[name] = _xml(random, parts[name])
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in parts.items():
            archive.writestr(member, content)
    return target.getvalue()


def _xml(random: Random, content: bytes) -> bytes:
    try:
        root = etree.fromstring(content)
    except (etree.XMLSyntaxError, ValueError):
        return content
    for _ in range(random.choice((1, 2, 5, 20))):
        nodes = [node for node in root.iter() if isinstance(node.tag, str) and node is not root]
        if nodes:
            random.choice(XML_STEPS)(random, random.choice(nodes), nodes)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _remove(_random: Random, node: etree._Element, _nodes: Sequence[etree._Element]) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _double(random: Random, node: etree._Element, _nodes: Sequence[etree._Element]) -> None:
    for _ in range(random.choice((1, 2, 30))):
        node.addnext(_copied(node))


def _move(random: Random, node: etree._Element, nodes: Sequence[etree._Element]) -> None:
    target = random.choice(nodes)
    if node is not target and node not in target.iterancestors():
        target.append(node)


def _copy_into(random: Random, node: etree._Element, nodes: Sequence[etree._Element]) -> None:
    random.choice(nodes).append(_copied(node))


def _rename(random: Random, node: etree._Element, nodes: Sequence[etree._Element]) -> None:
    node.tag = random.choice(nodes).tag


def _attribute(random: Random, node: etree._Element, nodes: Sequence[etree._Element]) -> None:
    carriers = [one for one in nodes if one.attrib]
    if carriers:
        chosen = random.choice(carriers)
        chosen.set(random.choice(list(chosen.attrib)), random.choice(NUMBERS))


def _text(random: Random, node: etree._Element, nodes: Sequence[etree._Element]) -> None:
    carriers = [one for one in nodes if one.text]
    if carriers:
        random.choice(carriers).text = random.choice((*NUMBERS, *TEXTS))


def _copied(node: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(node, with_tail=False))


XML_STEPS = (_remove, _double, _move, _copy_into, _rename, _attribute, _attribute, _text, _text)


def web_tags(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Drop, repeat, swap and fill tags of a page, and give cells spans that no page has."""
    tags = list(re.finditer(rb"<[^>]{1,200}>", data))
    if not tags:
        return data
    tag, other = random.choice(tags), random.choice(tags)
    spans = f' rowspan="{random.choice(NUMBERS)}" colspan="{random.choice(NUMBERS)}"'.encode()
    new = random.choice(
        (
            b"",
            tag[0] * random.choice((2, 50)),
            other[0],
            tag[0][:-1] + spans + b">",
            tag[0] + random.choice((*NUMBERS, *TEXTS)).encode(),
            b"<table><tr><td>" * random.choice((1, 30)),
            b"</table>",
            b"<!--",
        )
    )
    return data[: tag.start()] + new + data[tag.end() :]


def lines(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Drop, repeat, join and exchange lines of a text, and the figures in them."""
    parts = data.split(b"\n")
    place = random.randrange(len(parts))
    step = random.randrange(5)
    if step == 0:
        del parts[place]
    elif step == 1:
        parts[place:place] = [parts[place]] * random.choice((1, 40, 2000))
    elif step == 2:
        parts[place : place + 2] = [b"".join(parts[place : place + 2])]
    elif step == 3:
        other = random.randrange(len(parts))
        parts[place], parts[other] = parts[other], parts[place]
    else:
        number = random.choice((*NUMBERS, *TEXTS)).encode()
        parts[place] = re.sub(rb"\d+", lambda _found: number, parts[place], count=1)
    return b"\n".join(parts)


def pdf_tokens(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Exchange numbers and names of objects, or of a page's own drawing inside its packed stream."""
    streams = list(re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL))
    if not streams or random.random() < 0.4:
        return _tokens(random, data)
    chosen = random.choice(streams)
    try:
        plain = zlib.decompress(chosen[1])
    except zlib.error:
        return _tokens(random, data)
    packed = zlib.compress(_tokens(random, plain))
    return data[: chosen.start(1)] + packed + data[chosen.end(1) :]


def _tokens(random: Random, data: bytes) -> bytes:
    found = list(
        re.finditer(rb"-?\d+(?:\.\d+)?|/[A-Za-z]\w{0,20}|\b(?:BT|ET|Tj|TJ|re|cm|Do|q|Q|l|m|S|f)\b", data)
    )
    for _ in range(random.choice((1, 3, 10))):
        if not found:
            break
        token = random.choice(found)
        is_number = token[0][:1] in b"-0123456789"
        new = random.choice(NUMBERS).encode() if is_number else random.choice(found)[0]
        # Places shift with every change; the file's own table of places being wrong is part of the damage.
        data = data[: token.start()] + new + data[token.end() :]
        found = [one for one in found if one.end() < min(token.start(), len(data))]
    return data


BYTES: tuple[Mutation, ...] = (flip, flip, cut, drop, repeat, splice)
WAYS: Mapping[str, tuple[Mutation, ...]] = {
    "docx": (word_nodes, word_nodes, word_nodes),
    "html": (web_tags, web_tags, lines),
    "pdf": (pdf_tokens, pdf_tokens, pdf_tokens),
    "text": (lines, lines),
}
