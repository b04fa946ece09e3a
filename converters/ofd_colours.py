"""How OFD objects are painted (GB/T 33190-2016, 8.2, 8.3): colours, and parameters among the resources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from converters.ofd_package import numbers
from converters.pdf_drawn import PALE

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MOST_STEPS = 16  # parameters that go on from others

_HEX = re.compile(r"#\s*([0-9A-Fa-f]+)")


def colour(
    item: Element, name: str, params: Mapping[str, Element], inherited: str | None = None
) -> Element | None:
    """Return the colour that an object or what it refers to gives as `name`; None when none does.

    `inherited` is the parameter of the layer or unit that holds it.
    """
    found = item.find(f"{{*}}{name}")
    if found is not None:
        return found
    for key in (item.get("DrawParam"), inherited):
        for param in _chain(key, params):
            found = param.find(f"{{*}}{name}")
            if found is not None:
                return found
    return None


def _chain(key: str | None, params: Mapping[str, Element]) -> Iterator[Element]:
    for _ in range(MOST_STEPS):
        param = params.get(key or "")
        if param is None:
            return
        yield param
        key = param.get("Relative")


def shares(value: str | None) -> list[float]:
    """Return the shares of a colour from 0 to 255, also of those written as #FF #FF #FF or #FFFFFF."""
    found = _HEX.findall(value or "")
    if not found:
        return numbers(value)
    digits = found[0] if len(found) == 1 else ""
    if len(digits) > 2 and len(digits) % 2 == 0:
        found = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    return [float(int(one, 16)) for one in found]


def opacity(*elements: Element | None) -> float:
    """Return how opaque something is under the alphas of an object and its colour, of 255."""
    share = 255.0
    for element in elements:
        given = numbers(element.get("Alpha")) if element is not None else []
        if given:
            share *= min(max(given[0], 0.0), 255.0) / 255
    return share


def is_white(found: Element) -> bool:
    """Say whether a colour is that of paper, of one share, three or, as printers mix it, four."""
    given = shares(found.get("Value"))
    return sum(given) == 0 if len(given) == 4 else bool(given) and min(given) >= PALE
