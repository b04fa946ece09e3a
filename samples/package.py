"""A Word package around a body: the smallest set of parts that every reader opens, with no clock in it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in (
        ("w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
        ("r", f"{_OFFICE}/relationships"),
        ("mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
        ("wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
        ("a", "http://schemas.openxmlformats.org/drawingml/2006/main"),
        ("wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"),
        ("v", "urn:schemas-microsoft-com:vml"),
    )
)
_STYLES = (
    f"<w:styles {NAMESPACES}>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="t"><w:name w:val="Normal Table"/></w:style>'
    "</w:styles>"
)
_STORY_TYPES = {"header1": "header", "footer1": "footer", "footnotes": "footnotes", "numbering": "numbering"}


def pack(body: str, *, title: str = "", parts: Mapping[str, str] | None = None) -> bytes:
    """Return a DOCX with the XML of a body; `parts` maps header1, footer1, footnotes, numbering to theirs.

    A header or footer is referred to from the body's end, so every section shows it.
    """
    parts = parts or {}
    section = "".join(
        f'<w:{kind}Reference w:type="default" r:id="{kind}1"/>'
        for kind in ("header", "footer")
        if f"{kind}1" in parts
    )
    document = (
        f'<w:document {NAMESPACES} mc:Ignorable="wps"><w:body>{body}'
        f'<w:sectPr>{section}<w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>'
    )
    files = {
        "[Content_Types].xml": _content_types(parts),
        "_rels/.rels": _relationships(
            {
                "document": ("officeDocument", "word/document.xml"),
                "core": ("metadata/core-properties", "docProps/core.xml"),
            }
        ),
        "docProps/core.xml": _core(title),
        "word/_rels/document.xml.rels": _relationships(
            {
                "styles": ("styles", "styles.xml"),
                **{name: (_STORY_TYPES[name], f"{name}.xml") for name in parts},
            }
        ),
        "word/document.xml": document,
        "word/styles.xml": _STYLES,
        **{f"word/{name}.xml": xml for name, xml in parts.items()},
    }
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, xml in files.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # the same bytes on every system
            archive.writestr(info, _HEAD + xml)
    return target.getvalue()


def _content_types(parts: Mapping[str, str]) -> str:
    types = {
        "word/document": f"{_WORD}.document.main+xml",
        "word/styles": f"{_WORD}.styles+xml",
        "docProps/core": "application/vnd.openxmlformats-package.core-properties+xml",
        **{f"word/{name}": f"{_WORD}.{_STORY_TYPES[name]}+xml" for name in parts},
    }
    overrides = "".join(
        f'<Override PartName="/{name}.xml" ContentType="{kind}"/>' for name, kind in types.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="{name}" Target="{target}" Type="'
        f'{_PACKAGE if "metadata" in kind else _OFFICE}/relationships/{kind}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _core(title: str) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>samples</dc:creator></cp:coreProperties>"
    )
