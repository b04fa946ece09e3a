"""Word packages that are bombs, loops or lies."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO

from samples.package import NAMESPACES, pack
from tests.hostile.hostile import DOUBTED, NOTHING, REFUSED, SLOW, Hostile
from tests.hostile.originals import SAMPLES, zipped

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_PLAIN = SAMPLES / "2021-word-plain.docx"
_VERIFIED = frozenset({"verified"})


def files() -> Iterator[Hostile]:
    """Yield every hostile Word file."""
    for name, (build, allowed) in _FILES.items():
        yield Hostile(name=f"{name}.docx", data=build(), allowed=allowed)


def _with(**parts: bytes) -> bytes:
    """Return a plain package with parts exchanged: document=..., styles=..., numbering=..."""
    members = _members(pack("<w:p/>", parts={"numbering": "<w:numbering/>"}))
    members.update({f"word/{name}.xml": content for name, content in parts.items()})
    return zipped(members)


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _document(body: str, before: str = _HEAD) -> bytes:
    return f"{before}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>".encode()


def _span(value: str) -> bytes:
    """Return a table whose cells say that they are so many columns wide."""
    cell = _cell(f'<w:gridSpan w:val="{value}"/>')
    return _table(f"<w:tr>{cell}</w:tr>")


def _table(row: str, columns: str = '<w:gridCol w:w="900"/>') -> bytes:
    return pack(f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{row * 3}</w:tbl>")


def _cell(properties: str, text: str = "1") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def _entities() -> bytes:
    levels = "".join(
        f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' if level else '<!ENTITY e0 "ha">'
        for level in range(10)
    )
    doctype = f"{_HEAD}<!DOCTYPE w:document [{levels}]>"
    return _with(document=_document("<w:p><w:r><w:t>&e9;</w:t></w:r></w:p>", doctype))


def _external_entity() -> bytes:
    doctype = f'{_HEAD}<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return _with(document=_document("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", doctype))


def _doctype_in_utf_16() -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]><w:document {NAMESPACES}/>'
    return _with(document=text.encode("utf-16"))


def _doctype_in_utf_7() -> bytes:
    return _with(document=b'<?xml version="1.0" encoding="UTF-7"?>+ADw-w:document/+AD4-')


def _deep(opening: str, closing: str, depth: int) -> bytes:
    return _with(document=_document(opening * depth + "<w:p/>" + closing * depth))


def _bomb(mebibytes: int) -> bytes:
    return _with(document=_document(" " * (mebibytes << 20)))


def _sizes(size: int) -> bytes:
    """Return a package whose main part claims another size than it has."""
    data = bytearray(_bomb(1))
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/document.xml"))
    data[place + 24 : place + 28] = struct.pack("<I", size)
    return bytes(data)


def _directory(offset: int, value: int) -> bytes:
    """Return a package with a field of the main part's directory entry changed."""
    data = bytearray(_PLAIN.read_bytes())
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/document.xml"))
    data[place + offset : place + offset + 2] = struct.pack("<H", value)
    return bytes(data)


def _wrong_sum() -> bytes:
    data = bytearray(_PLAIN.read_bytes())
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/document.xml"))
    data[place + 16] ^= 0xFF
    return bytes(data)


def _many_members() -> bytes:
    return zipped({**_members(_with()), **{f"customXml/item{number}.xml": b"" for number in range(11_000)}})


def _slip() -> bytes:
    return zipped({**_members(_PLAIN.read_bytes()), "../../slipped.xml": b"x", "/slipped.xml": b"x"})


def _twice() -> bytes:
    """Return a package with two main parts of one name, of which readers take the first or the last."""
    data = zipped({**_members(_PLAIN.read_bytes()), "word/document.xm_": _document("<w:p/>")})
    return data.replace(b"word/document.xm_", b"word/document.xml")


def _relations_to_itself() -> bytes:
    members = _members(_with())
    rels = "word/_rels/document.xml.rels"
    members[rels] = members[rels].replace(b"styles.xml", b"document.xml")
    return zipped(members)


def _relations_outside() -> bytes:
    members = _members(_with())
    rels = "word/_rels/document.xml.rels"
    members[rels] = members[rels].replace(
        b'Target="styles.xml"', b'Target="http://127.0.0.1:9/x" TargetMode="External"'
    )
    members["_rels/.rels"] = members["_rels/.rels"].replace(
        b'Target="word/document.xml"', b'Target="../../etc/passwd"'
    )
    return zipped(members)


def _styles_in_a_circle() -> bytes:
    styles = (
        f"{_HEAD}<w:styles {NAMESPACES}>"
        '<w:style w:type="paragraph" w:styleId="a"><w:basedOn w:val="b"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    body = '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
    return _with(document=_document(body), styles=styles.encode())


def _numbering_in_a_circle() -> bytes:
    numbering = (
        f"{_HEAD}<w:numbering {NAMESPACES}>"
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="n"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="99999999999999999999"><w:abstractNumId w:val="-1"/></w:num></w:numbering>'
    )
    body = '<w:p><w:pPr><w:numPr><w:ilvl w:val="999999999"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
    return _with(document=_document(body * 50), numbering=numbering.encode())


def _overlapping() -> bytes:
    """Return a package that lists each member 800 times."""
    data = _PLAIN.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    size, start = struct.unpack("<II", data[end + 12 : end + 20])
    directory = data[start : start + size]
    count = struct.unpack("<H", data[end + 10 : end + 12])[0]
    tail = struct.pack("<HHHHIIH", 0, 0, count * 800, count * 800, size * 800, start, 0)
    return data[:start] + directory * 800 + b"PK\x05\x06" + tail


_FILES: dict[str, tuple[Callable[[], bytes], frozenset[str]]] = {
    "no-document": (lambda: zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b""}), REFUSED),
    "nothing-but-a-mark": (lambda: b"PK\x03\x04", REFUSED),
    "entities": (_entities, REFUSED),
    "external-entity": (_external_entity, REFUSED),
    "doctype-in-utf-16": (_doctype_in_utf_16, REFUSED),
    "doctype-in-utf-7": (_doctype_in_utf_7, REFUSED),
    "tables-in-tables": (lambda: _deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 100), NOTHING),
    "tables-100000-deep": (lambda: _deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 100_000), REFUSED),
    "runs-deep": (lambda: _deep("<w:p><w:ins>", "</w:ins></w:p>", 120), NOTHING),
    "boxes-deep": (
        lambda: _deep("<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>", 60),
        NOTHING,
    ),
    "controls-deep": (lambda: _deep("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", 120), NOTHING),
    "bomb": (lambda: _bomb(40), REFUSED),
    "claims-a-small-size": (lambda: _sizes(10), REFUSED),
    "claims-a-huge-size": (lambda: _sizes(0xFFFFFFF0), REFUSED),
    "main-part-twice": (_twice, NOTHING | DOUBTED),
    "many-members": (_many_members, REFUSED),
    "many-tags": (lambda: _with(document=_document("<w:p/>" * 2_000_001)), REFUSED),
    "slip": (_slip, _VERIFIED | DOUBTED),
    "span-of-a-billion": (lambda: _span("1000000000"), NOTHING),
    "span-of-less-than-none": (lambda: _span("-3"), NOTHING),
    "span-of-no-number": (lambda: _span("many"), NOTHING),
    "before-a-billion": (
        lambda: _table(f'<w:tr><w:trPr><w:gridBefore w:val="1000000000"/></w:trPr>{_cell("")}</w:tr>'),
        NOTHING,
    ),
    "merged-with-nothing": (lambda: _table(f"<w:tr>{_cell('<w:vMerge/>') * 3}</w:tr>"), NOTHING),
    "columns-100000": (
        lambda: _table(f"<w:tr>{_cell('')}</w:tr>", '<w:gridCol w:w="1"/>' * 100_000),
        NOTHING,
    ),
    "cells-in-a-row-30000": (lambda: _table(f"<w:tr>{_cell('') * 30_000}</w:tr>"), NOTHING | SLOW),
    "rows-without-cells": (lambda: _table("<w:tr/>" * 50_000), NOTHING | SLOW),
    "digits-million": (lambda: _table(f"<w:tr>{_cell('', '9' * 1_000_000)}</w:tr>"), NOTHING | SLOW),
    "cut": (lambda: _PLAIN.read_bytes()[:3000], REFUSED),
    "wrong-sum": (_wrong_sum, REFUSED),
    "encrypted-member": (lambda: _directory(8, 1), REFUSED | {"input.password"}),
    "unknown-packing": (lambda: _directory(10, 99), REFUSED),
    "related-to-itself": (_relations_to_itself, NOTHING),
    "related-outside": (_relations_outside, REFUSED),
    "styles-in-a-circle": (_styles_in_a_circle, NOTHING),
    "numbering-in-a-circle": (_numbering_in_a_circle, NOTHING),
    "control-characters": (
        lambda: _with(document=_document("<w:p><w:r><w:t>&#1;</w:t></w:r></w:p>")),
        REFUSED,
    ),
    "attribute-of-8-mib": (lambda: _with(document=_document(f'<w:p w:x="{"x" * (8 << 20)}"/>')), NOTHING),
    "overlapping": (_overlapping, _VERIFIED | DOUBTED | REFUSED),
    "old-office": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), REFUSED),
    "old-office-encrypted": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le"),
        REFUSED | {"input.password"},
    ),
}
