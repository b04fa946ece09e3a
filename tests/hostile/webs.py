"""Web pages with spans without end, tags without end, and encodings that lie."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

from tests.hostile.hostile import DOUBTED, NOTHING, REFUSED, SLOW, Hostile
from tests.hostile.originals import SAMPLES

_SAMPLE = SAMPLES / "2021-web-government.html"
_ROWS = "<tr><td>1</td><td>2</td></tr>" * 20


def files() -> Iterator[Hostile]:
    """Yield every hostile page; a name that ends in mht is a saved one."""
    for name, (build, allowed) in _FILES.items():
        content = build()
        data = content if isinstance(content, bytes) else content.encode()
        yield Hostile(name=name, data=data, allowed=allowed)


def _html(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def _spans(rows: int | str, columns: int | str, count: int = 1) -> str:
    cell = f'<td rowspan="{rows}" colspan="{columns}">1</td>'
    return _html(f"<table><tr>{cell * count}</tr>{_ROWS}</table>")


def _mht(parts: str, more: str = 'boundary="b"') -> str:
    return f"MIME-Version: 1.0\r\nContent-Type: multipart/related; {more}\r\n\r\n{parts}"


def _part(content: str, encoding: str = "7bit", charset: str = "utf-8") -> str:
    head = f"Content-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n"
    return f"--b\r\n{head}Content-Location: file:///../../slipped.html\r\n\r\n{content}\r\n"


def _parts_in_parts(depth: int) -> str:
    return _mht(
        "".join(
            f'--b{level}\r\nContent-Type: multipart/mixed; boundary="b{level + 1}"\r\n\r\n'
            for level in range(depth)
        ),
        'boundary="b0"',
    )


def _in_base64() -> str:
    return base64.encodebytes(_html(f"<table>{_ROWS}</table>").encode()).decode()


_FILES: dict[str, tuple[Callable[[], str | bytes], frozenset[str]]] = {
    "rowspan-of-a-billion.html": (lambda: _spans(10**9, 1), NOTHING),
    "colspan-of-a-billion.html": (lambda: _spans(1, 10**9), NOTHING),
    "spans-of-a-billion.html": (lambda: _spans(10**9, 10**9, 500), NOTHING | SLOW),
    "spans-of-less-than-none.html": (lambda: _spans(-1, "x"), NOTHING),
    "spans-beside-each-other.html": (lambda: _spans(60_000, 900, 900), NOTHING | SLOW),
    "open-tags.html": (lambda: _html("<div>" * 50_000 + "1"), NOTHING | SLOW),
    "open-tables.html": (lambda: _html("<table><tr><td>" * 50_000 + "1"), NOTHING | SLOW),
    "open-letters.html": (lambda: _html("<b><i><a href=x>" * 5_000 + "1"), NOTHING | SLOW),
    "crossed-letters.html": (lambda: _html("<a><p><b></a></p>" * 5_000), NOTHING | SLOW),
    "closed-tags.html": (lambda: _html("</td></tr></table>" * 50_000), NOTHING),
    "cells-300000.html": (lambda: _html(f"<table>{'<tr>' + '<td>1' * 300 + '</tr>'}" * 1000), NOTHING | SLOW),
    "attribute-of-5-mib.html": (lambda: _html(f'<p class="{"x" * (5 << 20)}">1</p>'), NOTHING),
    "attributes-8000.html": (
        lambda: _html(f"<p {' '.join(f'a{one}=1' for one in range(8_000))}>1"),
        NOTHING | SLOW,
    ),
    "references-150000.html": (lambda: _html("&amp;&#x4e00;&notit;" * 50_000), NOTHING | SLOW),
    "references-to-nothing.html": (lambda: _html("<p>&#0;&#xD800;&#x110000;&#99999999999;</p>"), NOTHING),
    "comment-open.html": (lambda: _html("<!--" + _ROWS * 100), NOTHING),
    "script-open.html": (lambda: _html("<script>" + _ROWS * 100), NOTHING),
    "style-bomb.html": (
        lambda: _html("<p>1</p>" * 500, f"<style>{'.a .b > c ~ d{display:none}' * 20_000}</style>"),
        NOTHING | SLOW,
    ),
    "style-imports.html": (lambda: _html("1", '<style>@import "file:///etc/passwd";</style>'), NOTHING),
    "base-and-frames.html": (
        lambda: _html(
            '<iframe src="file:///etc/passwd"></iframe><object data="http://127.0.0.1:9/">',
            '<base href="file:///"><meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">',
        ),
        NOTHING,
    ),
    "names-in-svg.html": (
        lambda: _html("<svg><desc><svg><desc>" * 2_000 + "<table><tr><td>1"),
        NOTHING | SLOW,
    ),
    "templates.html": (lambda: _html("<template><table>" * 3_000 + "1"), NOTHING | SLOW),
    "forms-of-nothing.html": (lambda: "<html>", NOTHING),
    "nul.html": (lambda: _html("\0<table>\0" + _ROWS + "\0" * 1000), NOTHING | REFUSED),
    "charset-of-another.html": (lambda: _html("<p>年度报告</p>", "<meta charset=big5>"), NOTHING),
    "charset-unknown.html": (lambda: _html("<p>年度报告</p>", "<meta charset=rot13>"), NOTHING),
    "charset-utf-7.html": (lambda: _html("+ADw-script+AD4-", "<meta charset=utf-7>"), NOTHING),
    "utf-16-odd.html": (lambda: b"\xff\xfe" + _html("年度报告").encode("utf-16-le")[:-1], NOTHING),
    "utf-16-alone.html": (lambda: b"<\0h\0t\0m\0l\0>\0\x00\xd8\x00\xd8", NOTHING | REFUSED),
    "gb-and-utf-8.html": (
        lambda: _html("年度报告").encode("gb18030") * 50 + _html("年度报告").encode() * 50,
        NOTHING | DOUBTED,
    ),
    "report-cut.html": (lambda: _SAMPLE.read_bytes()[:7_000], NOTHING | DOUBTED),
    "parts-in-parts.mht": (lambda: _parts_in_parts(2_000), NOTHING),
    "parts-without-end.mht": (lambda: _mht("--b\r\n\r\n" * 60_000), NOTHING | SLOW),
    "parts-in-base64.mht": (lambda: _mht(_part(_in_base64(), "base64") + "--b--"), NOTHING),
    "parts-in-no-base64.mht": (lambda: _mht(_part("====!!!!" * 999, "base64") + "--b--"), NOTHING),
    "parts-in-unknown.mht": (lambda: _mht(_part(_html("1"), "x-uuencode", "x-nothing") + "--b--"), NOTHING),
    "parts-in-quotes.mht": (
        lambda: _mht(_part("=3D" * 300_000 + "=ZZ=", "quoted-printable") + "--b--"),
        NOTHING | SLOW,
    ),
    "boundary-missing.mht": (lambda: _mht(_part(_html("1")), "x=1"), NOTHING),
    "boundary-is-empty.mht": (lambda: _mht(_part(_html("1")), 'boundary=""'), NOTHING),
    "header-of-a-mebibyte.mht": (
        lambda: _mht(_part(_html("1")), 'boundary="b";' + " x=1;" * 200_000),
        NOTHING | SLOW,
    ),
}
