"""PDFs that draw themselves, lie about lengths and sizes, or go in circles."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping

from tests.hostile.hostile import DOUBTED, NOTHING, REFUSED, SLOW, Hostile
from tests.hostile.originals import SAMPLES

_SAMPLE = SAMPLES / "2021-pdf-over-pages.pdf"
# A page without text may be sent to a reader of scans, which finds nothing on it either.
_EMPTY = NOTHING | DOUBTED
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_TEXT = b"BT /F 12 Tf 50 700 Td (Hello) Tj ET"


def files() -> Iterator[Hostile]:
    """Yield every hostile PDF."""
    for name, (build, allowed) in _FILES.items():
        yield Hostile(name=f"{name}.pdf", data=build(), allowed=allowed)


def _pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """Return a file of objects with its table of places; object 1 is the catalogue."""
    data, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    size = max(objects) + 1
    rows = b"".join(
        b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
        for number in range(size)
    )
    table = b"xref\n0 %d\n%btrailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(data) + table % (size, rows, size, trailer, len(data))


def _stream(content: bytes, more: bytes = b"", length: int | None = None) -> bytes:
    size = len(content) if length is None else length
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (size, more, content)


def _page(content: bytes, *, more: bytes = b"/MediaBox[0 0 595 842]", **objects: bytes) -> bytes:
    """Return a file of one page; `objects` are named o6, o7 and so on."""
    resources = b"/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>"
    return _pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R%b%b>>" % (resources, more),
            4: content if content.startswith(b"<<") else _stream(content),
            5: _FONT,
            **{int(name[1:]): data for name, data in objects.items()},
        }
    )


def _form(content: bytes, draws: bytes) -> bytes:
    return _stream(content, b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<<%b>>>>" % draws)


def _form_bomb() -> bytes:
    forms = {f"o{level}": _form(b"/X Do " * 12, b"/X %d 0 R" % (level + 1)) for level in range(6, 18)}
    return _page(b"/X Do", **forms, o18=_form(b"0 0 9 9 re f", b""))


def _packed(content: bytes, layers: int = 1) -> bytes:
    for _ in range(layers):
        content = zlib.compress(content, 9)
    return _stream(content, b"/Filter[%b]" % (b"/FlateDecode" * layers))


def _many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    return _pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count),
            **dict.fromkeys(range(3, count + 3), page),
        }
    )


def _pages_in_a_circle() -> bytes:
    return _pdf(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>"}
    )


def _pages_deep() -> bytes:
    depth = 3000
    middle = {
        number: b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>" % (number + 1, number - 1)
        for number in range(2, depth)
    }
    return _pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", **middle, depth: b"<</Type/Page/MediaBox[0 0 9 9]>>"})


def _claims_pages() -> bytes:
    return _page(_TEXT).replace(b"/Count 1", b"/Count 999999999")


def _places_in_a_circle() -> bytes:
    data = _page(_TEXT)
    place = data[data.rindex(b"startxref") :].split()[1]
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %b" % place)


def _picture(width: int, height: int, filters: bytes = b"", data: bytes = b"\0" * 64) -> bytes:
    form = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceRGB%b"
    return _page(b"q 595 0 0 842 0 0 cm /X Do Q", o6=_stream(data, form % (width, height, filters)))


def _launches() -> bytes:
    act = b"/OpenAction<</S/Launch/F(/bin/sh)>>/AA<</WC<</S/JavaScript/JS(app.alert\\(1\\))>>>>"
    return _page(_TEXT).replace(b"/Type/Catalog", b"/Type/Catalog" + act)


def _encrypted_by_nobody() -> bytes:
    return _page(_TEXT).replace(
        b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Nobody/V 9/R 99/O(x)/U(x)/P -1>>/ID[()()]"
    )


def _unicode_bomb() -> bytes:
    ranges = b"".join(b"<%04x> <%04x> <%b>\n" % (one, one, b"0041" * 500) for one in range(300))
    cmap = b"begincmap 300 beginbfrange\n%b endbfrange endcmap" % ranges
    return _page(
        b"BT /F 9 Tf 9 700 Td <%b> Tj ET" % (b"0007" * 2000),
        o6=_stream(cmap),
    ).replace(_FONT, _FONT[:-2] + b"/Encoding/Identity-H/ToUnicode 6 0 R>>")


_FILES: dict[str, tuple[Callable[[], bytes], frozenset[str]]] = {
    "nothing-but-a-mark": (lambda: b"%PDF-1.7\n", REFUSED),
    "mark-and-end": (lambda: b"%PDF-1.7\n%%EOF\n", REFUSED),
    "form-draws-itself": (lambda: _page(b"/X Do", o6=_form(b"/X Do", b"/X 6 0 R")), _EMPTY | SLOW),
    "form-bomb": (_form_bomb, _EMPTY | SLOW | {"internal.died"}),
    "length-of-a-gibibyte": (lambda: _page(_stream(_TEXT, length=1 << 30)), _EMPTY),
    "length-of-less-than-none": (lambda: _page(_stream(_TEXT, length=-5)), _EMPTY),
    "length-is-itself": (lambda: _page(b"<</Length 4 0 R>>\nstream\n%b\nendstream" % _TEXT), _EMPTY),
    "page-of-a-billion-points": (
        lambda: _page(_TEXT, more=b"/MediaBox[0 0 1000000000 1000000000]"),
        _EMPTY | SLOW,
    ),
    "page-of-nothing": (lambda: _page(_TEXT, more=b"/MediaBox[0 0 0 0]"), _EMPTY),
    "page-turned-inside-out": (lambda: _page(_TEXT, more=b"/MediaBox[595 842 -595 -842]"), _EMPTY),
    "page-of-no-numbers": (lambda: _page(_TEXT, more=b"/MediaBox[NaN Inf (a) null]"), _EMPTY),
    "page-in-units-of-75000": (
        lambda: _page(_TEXT, more=b"/MediaBox[0 0 595 842]/UserUnit 75000"),
        _EMPTY | SLOW,
    ),
    "page-turned-by-45": (lambda: _page(_TEXT, more=b"/MediaBox[0 0 595 842]/Rotate 45"), _EMPTY),
    "pages-in-a-circle": (_pages_in_a_circle, REFUSED | _EMPTY),
    "pages-3000-deep": (_pages_deep, REFUSED | _EMPTY),
    "pages-claimed": (_claims_pages, REFUSED | _EMPTY),
    "pages-100000": (lambda: _many_pages(100_000), REFUSED | SLOW),
    "places-in-a-circle": (_places_in_a_circle, REFUSED | _EMPTY),
    "content-bomb": (lambda: _page(_packed(b" " * (96 << 20), 2)), _EMPTY | SLOW),
    "content-of-50-layers": (lambda: _page(_packed(_TEXT, 50)), _EMPTY),
    "states-100000-deep": (lambda: _page(b"q " * 100_000), _EMPTY | SLOW),
    "arrays-100000-deep": (lambda: _page(b"[" * 100_000), _EMPTY | SLOW),
    "dictionaries-deep": (lambda: _page(_TEXT, o7=b"<</A" * 50_000 + b">>" * 50_000), REFUSED | _EMPTY),
    "text-of-a-million": (
        lambda: _page(b"BT /F 9 Tf 9 700 Td (%b) Tj ET" % (b"1" * 1_000_000)),
        _EMPTY | SLOW,
    ),
    "text-of-size-1e9": (lambda: _page(b"BT /F 1000000000 Tf (1 2 3) Tj ET"), _EMPTY),
    "text-of-no-size": (lambda: _page(b"BT /F 0 Tf (1 2 3) Tj 0 0 0 0 0 0 Tm (4) Tj ET"), _EMPTY),
    "text-on-one-place": (lambda: _page(b"BT /F 9 Tf 1 0 0 1 50 700 Tm (12) Tj ET " * 3000), _EMPTY | SLOW),
    "text-means-a-book": (_unicode_bomb, _EMPTY | SLOW),
    "rulings-15000": (
        lambda: _page(b"".join(b"%d 0 m %d 800 l S " % (one % 595, one % 595) for one in range(15_000))),
        _EMPTY | SLOW,
    ),
    "rulings-cross-200-by-200": (
        lambda: _page(
            b"".join(b"%d 0 m %d 800 l S 0 %d m 590 %d l S " % ((one,) * 4) for one in range(0, 590, 3))
        ),
        _EMPTY | SLOW,
    ),
    "boxes-far-away": (lambda: _page(b"1e30 0 1e30 1e30 re f -1e38 -1e38 1e38 1e38 re S"), _EMPTY),
    "picture-claims-60000": (lambda: _picture(60_000, 60_000), _EMPTY | SLOW),
    "picture-of-less-than-none": (lambda: _picture(-1, -1), _EMPTY),
    "picture-jbig2-junk": (lambda: _picture(2000, 2000, b"/Filter/JBIG2Decode"), _EMPTY | SLOW),
    "picture-jpx-junk": (lambda: _picture(2000, 2000, b"/Filter/JPXDecode"), _EMPTY | SLOW),
    "launches": (_launches, _EMPTY),
    "encrypted-by-nobody": (_encrypted_by_nobody, REFUSED | _EMPTY | {"input.password"}),
    "no-end": (lambda: _SAMPLE.read_bytes()[:-2000], REFUSED),
    "places-lost": (
        lambda: _SAMPLE.read_bytes().replace(b"startxref", b"startxxxx"),
        REFUSED | _EMPTY | {"verified"},
    ),
    "two-in-one": (lambda: _page(_TEXT) + _SAMPLE.read_bytes(), REFUSED | _EMPTY | {"verified"}),
}
