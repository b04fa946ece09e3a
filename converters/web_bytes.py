"""Bytes of a saved web page -> the HTML in it, as text.

A page's own word about its encoding is often wrong: the file was converted and its meta element was not.
So the bytes decide and the declaration only breaks ties. Nothing is parsed here but mail headers.
"""

from __future__ import annotations

import codecs
import email
import re
from collections import Counter
from email.errors import MessageError
from typing import TYPE_CHECKING

from errors import LimitExceeded, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

# Mail parts nest by recursion in the standard library; browsers save one level, mail programs up to five.
_MOST_NESTED, _MOST_PARTS = 40, 5_000
_MOST_DASHES = 50_000  # lines that begin like a boundary
_LONGEST_FIELD = 2_000  # bytes of a header field; taking one apart is quadratic
_FIELD = re.compile(rb"^content-type:[^\n]*+(?:\n[ \t][^\n]*+)*+", re.MULTILINE)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# By what a page may call them; the larger set stands in for each of its subsets, as in browsers.
_KNOWN = {"utf8": "utf-8"} | {
    name: codec
    for codec, names in {
        "utf-8": ("utf-8", "unicode-1-1-utf-8"),
        "gb18030": ("gb18030", "gbk", "gb2312", "gb_2312-80", "x-gbk", "cp936", "windows-936", "hz-gb-2312"),
        "big5hkscs": ("big5", "big5-hkscs", "x-x-big5", "cp950"),
    }.items()
    for name in names
}
_DECLARED = re.compile(
    rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_FEW_STRANGE = 10  # characters; a page of marks and Latin letters may have some in no Chinese encoding
_HEAD = 1 << 16  # bytes in which a declaration is looked for: browsers look in 1 KiB, editors write later
_SAMPLE = 1 << 14  # bytes without ASCII runs on which encodings are compared
_ASCII = re.compile(rb"[\x00-\x3f\x7f]+|(?<![\x80-\xff])[\x40-\x7e]+")  # no second byte of any candidate
_MHTML = re.compile(
    rb"\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*(?:multipart|message|text)/", re.IGNORECASE
)


def pages_of(data: bytes, name: str) -> tuple[str, ...]:
    """Return the HTML of a page, then of the other pages saved with it (frames), in file order.

    Characters that do not belong to the encoding come back as U+FFFD.
    Raises UnreadableFile for bytes without a page, LimitExceeded for too many parts.
    """
    if _MHTML.match(data[:_HEAD].lstrip().removeprefix(codecs.BOM_UTF8)):
        return tuple(decoded(part, name, charset) for part, charset in _parts(data, name))
    return (decoded(data, name),)


def decoded(data: bytes, name: str, charset: str | None = None) -> str:
    """Return the text of HTML bytes; `charset` is what a mail header says of them.

    Raises UnreadableFile when no known encoding fits.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _checked(data[len(mark) :].decode(codec, "replace"), name)
    if data[:_HEAD].count(0) * 4 > len(data[:_HEAD]):
        halves = data[:_HEAD:2].count(0), data[1:_HEAD:2].count(0)
        return _checked(data.decode("utf-16-be" if halves[0] > halves[1] else "utf-16-le", "replace"), name)
    try:
        return data.decode("utf-8").replace("\0", "\ufffd")
    except UnicodeDecodeError:
        return _checked(data.decode(_likeliest(data, charset), "replace"), name)


def _checked(text: str, name: str) -> str:
    strange = text.count("\ufffd") + text.count("\0")
    if strange > _FEW_STRANGE and strange * 5 > len(text) - len(text.encode("ascii", "ignore")):
        message = f"{name}: not a web page in UTF-8, UTF-16, GB18030 or Big5; save it again as UTF-8"
        raise UnreadableFile(message)
    return text.replace("\0", "\ufffd")


def _likeliest(data: bytes, charset: str | None) -> str:
    """Return the encoding in which the bytes beyond ASCII make most common characters."""
    found = _DECLARED.search(data, 0, _HEAD)
    label = (found[1] or found[2]).decode("ascii", "replace") if found else ""
    declared = _KNOWN.get((charset or label).lower())
    sample = _ASCII.sub(b" ", data[: 1 << 22])[:_SAMPLE]
    # A page of true characters scores near 1, one read in a wrong encoding below 0.7.
    scores = {
        codec: _commonness(sample, codec) + 0.02 * (codec == declared)
        for codec in ("utf-8", "gb18030", "big5hkscs")
    }
    return max(scores, key=lambda codec: scores[codec])


def _commonness(sample: bytes, codec: str) -> float:
    """Return the share of characters in daily use among those beyond ASCII, less those that are none."""
    counts = Counter(character for character in sample.decode(codec, "replace") if character > "\x7f")
    charset = "big5" if codec == "big5hkscs" else "gb2312"
    common = sum(count for character, count in counts.items() if _is_common(character, charset))
    return (common - 4 * counts["\ufffd"]) / max(counts.total(), 1)


def _is_common(character: str, charset: str) -> bool:
    """Tell whether a character is in the first level of a national set: Big5 A1-C6, GB 2312 A1-D7."""
    if "\ue000" <= character <= "\uf8ff" or "\x80" <= character < "\xa0":
        return False
    try:
        first = character.encode(charset)[0]
    except UnicodeEncodeError:
        return False
    return 0xA1 <= first <= (0xC6 if charset == "big5" else 0xD7)


# --- MHT: a mail message that holds a page and what belongs to it -----------------------------------


def _parts(data: bytes, name: str) -> list[tuple[bytes, str | None]]:
    """Return the HTML parts of a saved page, the one that it opens with first."""
    lowered = data.lower()
    if (
        lowered.count(b"multipart/") + lowered.count(b"message/") > _MOST_NESTED
        or lowered.count(b"content-type:") > _MOST_PARTS
        or lowered.count(b"\n--") > _MOST_DASHES
        or any(len(field[0]) > _LONGEST_FIELD for field in _FIELD.finditer(lowered))
    ):
        message = (
            f"{name}: a saved page with too many parts or too long a header; save the report's page alone"
        )
        raise LimitExceeded(message)
    try:
        message_ = email.message_from_bytes(data.lstrip().removeprefix(codecs.BOM_UTF8))
        start = message_.get_param("start")
        pages = [
            (part.get("Content-ID", "") == start, payload, part.get_content_charset())
            for part in _leaves(message_)
            if part.get_content_type() in ("text/html", "application/xhtml+xml")
            and isinstance(payload := part.get_payload(decode=True), bytes)
        ]
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as fault:
        message = f"{name}: the saved page's mail headers are damaged; save the page again as HTML"
        raise UnreadableFile(message) from fault
    if not pages:
        message = f"{name}: the saved file holds no web page; save the page again as HTML"
        raise UnreadableFile(message)
    pages.sort(key=lambda page: not page[0])
    return [(payload, charset) for _, payload, charset in pages]


def _leaves(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if not part.is_multipart():
            yield part
