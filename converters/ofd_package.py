"""The parts of an OFD package (GB/T 33190-2016): its pages in order, and what they refer to.

Parts are found by the names they are referred to with, never by where they usually lie; a reference leads to
a member of the package or to an error. Elements are known by their local names, because makers differ in the
namespace. What annotations show is drawn over the page; signatures with their seals and attachments are parts
of their own that are not read.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from converters.xml_parts import MEMBER_LIMIT, Package
from errors import LimitExceeded, PasswordNeeded, UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# All the XML of a yearbook of 200 reports comes to 100 MB; pictures and fonts are never inflated.
TOTAL_LIMIT = 256 << 20

_ENTRY = "OFD.xml"
# A page without a size of its own or the document's: A4, in millimetres.
_USUAL_SIZE = (0.0, 0.0, 210.0, 297.0)
# Nothing on paper is this far from anything, in millimetres; also what is no number at all is beyond it.
FARTHEST = 1e6
_LAYERS = {"Background": 0, "Body": 1, "Foreground": 2}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A page as stored: its size in millimetres, and the layers of it and its templates in drawing order.

    `missing` names what it refers to and the package does not hold.
    """

    width: float
    height: float
    layers: tuple[Element, ...]
    composites: dict[str, Element]
    missing: tuple[str, ...]
    image: Callable[[str], bytes | None]  # resource -> the bytes of the image that it is
    params: dict[str, Element] = field(default_factory=dict)  # how to draw, by id
    doubts: tuple[str, ...] = ()  # whether this is the page as it stands


@dataclass(kw_only=True, slots=True)
class Parts:
    """Reads the parts of a package, each of them once, and counts what they come to."""

    package: Package
    members: dict[str, str] = field(default_factory=dict)  # name in small letters -> name
    total: int = 0
    known: dict[str, Element] = field(default_factory=dict)
    _units: dict[tuple[str, str], dict[str, Element]] = field(default_factory=dict)

    def root(self, path: str) -> Element:
        """Return the root of a part; raises UnreadableFile, LimitExceeded, or KeyError when there is none."""
        if path not in self.known:
            self.total += self.package.archive.getinfo(path).file_size
            if self.total > TOTAL_LIMIT:
                message = f"its pages come to more than {TOTAL_LIMIT >> 20} MiB; split the document"
                raise LimitExceeded(message)
            self.known[path] = self.package.root(path)
        return self.known[path]

    def units(self, path: str, kind: str) -> dict[str, Element]:
        """Return the resources of a kind in a part with resources, by id."""
        if (path, kind) not in self._units:
            every = self.root(path).iterfind(f"{{*}}{kind}s/{{*}}{kind}")
            self._units[path, kind] = {unit.get("ID") or "": unit for unit in every}
        return self._units[path, kind]

    def path(self, reference: str | None, base: str) -> str | None:
        """Return the member that a part `base` refers to; None when there is no such member.

        References begin at the folder of the part, or with a stroke at the package; some makers leave out
        the stroke, or write TPLS for Tpls.
        """
        if not reference or not reference.strip():
            return None
        plain = reference.strip().replace("\\", "/")
        for folder in (posixpath.dirname(base), ""):
            target = posixpath.normpath(posixpath.join("/", folder, plain)).lstrip("/")
            if target in self.package.archive.NameToInfo:
                return target
            if target.lower() in self.members:
                return self.members[target.lower()]
        return None


def sheets(package: Package, most_pages: int) -> Iterator[Sheet]:
    """Yield the pages of all documents in a package, in order.

    Raises UnreadableFile, PasswordNeeded, LimitExceeded, or one of xml_parts.DAMAGE.
    """
    members = package.archive.NameToInfo
    if len(members) > MEMBER_LIMIT:
        message = f"it has {len(members):,} members, more than {MEMBER_LIMIT:,}; split the document"
        raise LimitExceeded(message)
    if any("encrypt" in name.lower() for name in members):
        message = "it is encrypted; save a copy without a password"
        raise PasswordNeeded(message)
    parts = Parts(package=package, members={name.lower(): name for name in members})
    count = 0
    for document, told in _documents(parts):
        doubts = told
        annotations, broken = _annotations(parts, document)
        for page in parts.root(document).iterfind("{*}Pages/{*}Page"):
            count += 1
            if count > most_pages:
                message = f"the file has more than {most_pages:,} pages: split it and convert the parts"
                raise LimitExceeded(message)
            path = _required(parts, page.get("BaseLoc"), document, f"page {count}")
            sheet = _sheet(parts, document, path)
            over, lost = _appearances(parts, annotations.get(page.get("ID") or "", ()))
            yield replace(
                sheet,
                layers=sheet.layers + over,
                missing=(*sheet.missing, *lost, *broken),
                doubts=doubts,
            )
            doubts, broken = (), ()
            del parts.known[path]  # templates and resources are kept, pages are not met again
    if not count:
        message = "the file holds no pages: get it again from where it came"
        raise UnreadableFile(message)


def _required(parts: Parts, reference: str | None, base: str, what: str) -> str:
    path = parts.path(reference, base)
    if path is None:
        message = (
            f"{what} should be in {reference}, which is not in the file: get it again from where it came"
        )
        raise UnreadableFile(message)
    return path


def _documents(parts: Parts) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the documents of a package in their current versions, and what is in doubt about each."""
    root = parts.root(_ENTRY)
    for body in root.findall("{*}DocBody") or [root]:
        versions = body.findall("{*}Versions/{*}Version")
        current = [one for one in versions if (one.get("Current") or "").strip().lower() in ("true", "1")]
        doubts: tuple[str, ...] = ()
        if versions and len(current) != 1:
            doubts = (f"of {len(versions)} versions of the document {len(current)} are marked as current",)
        base, references = _ENTRY, body.findall(".//{*}DocRoot")
        if current:
            base = _required(parts, current[-1].get("BaseLoc"), _ENTRY, "the current version")
            references = parts.root(base).findall(".//{*}DocRoot")
        for reference in references:
            yield _required(parts, reference.text, base, "the document"), doubts


def _annotations(parts: Parts, document: str) -> tuple[dict[str, list[str | None]], tuple[str, ...]]:
    """Return the parts with the annotations of each page, by the page's id, and what is not in the file."""
    found: dict[str, list[str | None]] = {}
    missing: list[str] = []
    for entry in parts.root(document).iterfind("{*}Annotations"):
        base = parts.path(entry.text, document)
        if base is None:
            missing += ["the list of annotations"] * bool((entry.text or "").strip())
            continue
        for page in parts.root(base).iterfind("{*}Page"):
            for place in page.iterfind("{*}FileLoc"):
                path = parts.path(place.text, base)
                found.setdefault(page.get("PageID") or "", []).append(path)
    return found, tuple(missing)


def _appearances(parts: Parts, paths: Iterable[str | None]) -> tuple[tuple[Element, ...], tuple[str, ...]]:
    """Return what the annotations of a page show, as blocks with boundaries, and what is not in the file."""
    blocks: list[Element] = []
    missing: list[str] = []
    for path in paths:
        if path is None:
            missing.append("a part with annotations")
            continue
        for one in parts.root(path).iterfind("{*}Annot"):
            if (one.get("Visible") or "").strip().lower() not in ("false", "0"):
                blocks += one.iterfind("{*}Appearance")
    return tuple(blocks), tuple(missing)


def _sheet(parts: Parts, document: str, path: str) -> Sheet:
    """Return a page with the layers of its templates and its own, as they are drawn."""
    root, page = parts.root(document), parts.root(path)
    missing: list[str] = []
    layers: list[tuple[int, Element]] = []
    templates = {one.get("ID"): one for one in root.iterfind("{*}CommonData/{*}TemplatePage")}
    for use in page.iterfind("{*}Template"):
        template = templates.get(use.get("TemplateID"))
        where = parts.path(template.get("BaseLoc"), document) if template is not None else None
        if template is None or where is None:
            missing.append(f"template {use.get('TemplateID')}")
            continue
        order = use.get("ZOrder") or template.get("ZOrder") or "Background"
        rank = _LAYERS.get(order, 0)
        layers += [(rank, layer) for layer in parts.root(where).iterfind("{*}Content/{*}Layer")]
    own = page.findall("{*}Content/{*}Layer") or page.findall("{*}Content")
    layers += [(_LAYERS.get(layer.get("Type", "Body"), 1), layer) for layer in own]
    layers.sort(key=lambda entry: entry[0])
    left, top, right, bottom = _size(page.find("{*}Area"), root.find("{*}CommonData/{*}PageArea"))
    return Sheet(
        width=right - left,
        height=bottom - top,
        layers=tuple(layer for _, layer in layers),
        composites=_resource(parts, document, path, "CompositeGraphicUnit"),
        params=_resource(parts, document, path, "DrawParam"),
        missing=tuple(missing),
        image=partial(_image, parts, document, path),
    )


def _size(*areas: Element | None) -> tuple[float, float, float, float]:
    """Return the first box that is given as a page's size."""
    for area in areas:
        box = numbers(area.findtext("{*}PhysicalBox")) if area is not None else []
        if len(box) == 4 and box[2] > 0 and box[3] > 0:
            return 0.0, 0.0, box[2], box[3]
    return _USUAL_SIZE


def _resource(parts: Parts, document: str, path: str, kind: str) -> dict[str, Element]:
    """Return the resources of a kind that a page may use, by id."""
    found: dict[str, Element] = {}
    for where in _resources(parts, document, path):
        found |= parts.units(where, kind)
    return found


def _resources(parts: Parts, document: str, path: str) -> Iterator[str]:
    """Yield the parts with resources that a page may use."""
    root = parts.root(document)
    for base, reference in (
        *((document, one) for one in root.iterfind("{*}CommonData/{*}PublicRes")),
        *((document, one) for one in root.iterfind("{*}CommonData/{*}DocumentRes")),
        *((path, one) for one in parts.root(path).iterfind("{*}PageRes")),
    ):
        where = parts.path(reference.text, base)
        if where is not None:
            yield where


def _image(parts: Parts, document: str, path: str, resource: str) -> bytes | None:
    """Return the bytes of an image that a page uses; None when they are not in the file."""
    for where in _resources(parts, document, path):
        root = parts.root(where)
        base = posixpath.join(posixpath.dirname(where), root.get("BaseLoc") or "", "here")
        for media in root.iterfind("{*}MultiMedias/{*}MultiMedia"):
            if media.get("ID") == resource:
                member = parts.path(media.findtext("{*}MediaFile"), base)
                return None if member is None else parts.package.content(member)
    return None


def numbers(text: str | None) -> list[float]:
    """Return the numbers in a text with spaces between them; empty when one is none, or beyond all paper."""
    try:
        found = [float(one) for one in (text or "").replace(",", " ").split()]
    except ValueError:
        return []
    return found if all(abs(number) < FARTHEST for number in found) else []
