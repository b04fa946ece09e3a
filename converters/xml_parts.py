"""XML out of files that may be made to harm: parts of a ZIP package, inflated and parsed within limits.

Nothing outside the file is ever fetched, and no entity is expanded: what declares a document type is refused.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from lxml import etree

from errors import LimitExceeded, UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# The text of a five-page report takes 100 to 400 kB and 5,000 to 20,000 tags in OpenDocument and OFD; a part
# of 2,000,000 empty tags, the worst that is let in, takes 1 s and 0.4 GB to parse.
MEMBER_LIMIT = 20_000
PART_LIMIT = 64 << 20
TAG_LIMIT = 2_000_000

ENCRYPTED_FLAG = 0x1
DAMAGE = (
    BadZipFile, zlib.error, struct.error, EOFError, KeyError, ValueError, OSError, OverflowError,
    NotImplementedError,
)  # fmt: skip
# Of the encodings that XML allows, those in which the marks below can be seen.
_FOREIGN_ENCODING = re.compile(
    rb"""(?is).{0,3}<\?xml[^>]*encoding\s*=\s*["'](?!utf-?(?:8|16)|gb(?:k|2312|18030)|us-ascii|iso-8859-1)"""
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """An open archive; `name` is its file's, and `anew` says what to do about it, both for messages."""

    archive: ZipFile
    name: str
    anew: str

    def content(self, path: str, limit: int = PART_LIMIT) -> bytes:
        """Return a member's bytes; raises LimitExceeded, UnreadableFile, or one of DAMAGE."""
        member = self.archive.getinfo(path)
        if member.file_size > limit:
            message = f"{self.name}: {path} is larger than {limit >> 20} MiB; split the document"
            raise LimitExceeded(message)
        if member.flag_bits & ENCRYPTED_FLAG or member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            message = f"{self.name}: {path} is encrypted or packed in an unknown way; {self.anew}"
            raise UnreadableFile(message)
        return self.archive.read(member)  # zipfile stops at the size that the directory declares

    def root(self, path: str) -> Element:
        """Return the root of an XML member."""
        return parsed(self.content(path), f"{self.name}: {path}", self.anew)


def parsed(content: bytes, where: str, anew: str, parser: etree.XMLParser | None = None) -> Element:
    """Return the root of an XML document; `where` names it and `anew` says what to do when it is refused.

    Another parser than the usual one must leave entities alone too.
    """
    if content.count(b"<") > TAG_LIMIT:
        message = f"{where} has more than {TAG_LIMIT:,} tags; split the document"
        raise LimitExceeded(message)
    # Taking NUL out shows a document type in UTF-16 too.
    if b"<!DOCTYPE" in content.replace(b"\0", b"") or _FOREIGN_ENCODING.match(content):
        message = f"{where} declares a document type or a foreign encoding; {anew}"
        raise UnreadableFile(message)
    try:
        root: Element = etree.fromstring(content, parser or _parser())
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            message = f"{where} is nested too deep; {anew}"
            raise LimitExceeded(message) from error
        message = f"{where} is not well-formed XML ({error}); {anew}"
        raise UnreadableFile(message) from error
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
