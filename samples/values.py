"""Invented numbers that keep every sum of a standard, and the ways a cell prints them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random

from standards import Identity, Leaf, Standard

Number = int | Decimal

YUAN_PER_WAN = 10_000
_FULL_WIDTH = str.maketrans("0123456789.,-+", "０１２３４５６７８９．，－＋")
# How often a cell of the requests table holds a number, from a quiet town to a busy city.
_DENSITIES = (0.04, 0.12, 0.3, 0.7)


def invent_numbers(random: Random, standard: Standard) -> dict[str, Number]:
    """Return a number for every value id, so that every identity of the standard holds."""
    density = random.choice(_DENSITIES)
    ceiling = random.choice((3, 9, 60, 900))
    numbers: dict[str, Number] = {}
    for value_id, (_, column) in standard.leaves.items():
        if column.type == "amount":
            numbers[value_id] = _amount(random, column.unit)
        elif value_id.startswith("proactive."):
            numbers[value_id] = _count(random) * (
                random.choice((1, -1)) if column.type == "signed_count" else 1
            )
        else:
            numbers[value_id] = random.randint(1, ceiling) if random.random() < density else 0
    if random.random() < 0.15:
        big = random.choice([name for name in numbers if name.startswith("requests.results.granted")])
        numbers[big] = random.randint(10_000, 9_999_999)
    for identity in sorted(standard.identities, key=_solving_order):
        for left, right in _instances(standard, identity):
            _solve(random, numbers, left, right)
    return numbers


def failing(standard: Standard, numbers: Mapping[str, Number | None]) -> list[str]:
    """Return the ids of the identities that the numbers break; no number counts as 0."""
    return [
        identity.id
        for identity in standard.identities
        for left, right in _instances(standard, identity)
        if sum(numbers[name] or 0 for name in left) != sum(numbers[name] or 0 for name in right)
    ]


def summed_ids(standard: Standard) -> list[str]:
    """Return the value ids that take part in a sum, in print order."""
    members = {
        name
        for identity in standard.identities
        for sides in _instances(standard, identity)
        for side in sides
        for name in side
    }
    return [name for name in standard.value_ids if name in members]


def plain(number: Number) -> str:
    """Return a number in ASCII digits without exponent, unit or padding."""
    if isinstance(number, int):
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def write(random: Random, number: Number, leaf: Leaf, *, head_unit: str | None, markers: bool) -> str:
    """Return a number as a cell prints it; an amount without a unit of its own is in the head's unit."""
    marked = markers and random.random() < 0.6
    if leaf.type == "amount":
        text = _write_amount(random, Decimal(number), leaf.unit, head_unit, marked=marked)
    elif leaf.type == "signed_count" and marked and number:
        words = ("增", "增加", "+", "") if number > 0 else ("减", "减少", "-", "－")
        text = random.choice(words) + str(abs(number))
    else:
        text = plain(number)
    return random.choice(_DRESSES)(text) if marked else text


def _thousands(text: str) -> str:
    """Return a plain whole number with separators; any other text as it is."""
    return f"{int(text):,}" if text.isascii() and text.isdigit() else text


_DRESSES: tuple[Callable[[str], str], ...] = (
    lambda text: text.translate(_FULL_WIDTH),
    _thousands,
    lambda text: _thousands(text).translate(_FULL_WIDTH),
    lambda text: f"　{text}　",
    lambda text: f" {text} ",
    lambda text: f"{text}　",
)


def _write_amount(
    random: Random, number: Decimal, unit: str | None, head_unit: str | None, *, marked: bool
) -> str:
    yuan = number * YUAN_PER_WAN if unit == "万元" else number
    by_unit = {"元": plain(yuan), "万元": plain(yuan / YUAN_PER_WAN)}
    if not marked:
        return by_unit[head_unit or unit or "元"]
    printed = random.choice(("元", "万元"))
    text = by_unit[printed]
    if "." not in text and random.random() < 0.3:
        text = f"{int(text):,}.00" if random.random() < 0.5 else f"{text}.00"
    return text + random.choice(("", " ")) + printed


def _count(random: Random) -> int:
    roll = random.random()
    if roll < 0.45:
        return 0
    digits = (
        1
        if roll < 0.7
        else 2
        if roll < 0.84
        else random.randint(3, 5)
        if roll < 0.96
        else random.randint(6, 8)
    )
    return random.randint(10 ** (digits - 1), 10**digits - 1)


def _amount(random: Random, unit: str | None) -> Decimal:
    if random.random() < 0.3:
        return Decimal(0)
    yuan = random.randint(1, 10 ** random.randint(2, 8))
    if unit == "元":
        return Decimal(yuan * 100 + random.choice((0, 0, random.randint(1, 99)))) / 100
    return Decimal(yuan * random.choice((1, 100, 10_000))) / YUAN_PER_WAN


def _solving_order(identity: Identity) -> tuple[bool, bool]:
    """Put sums down a column before the balance that uses them, and row totals last."""
    return identity.each == "row", len(identity.right) > 1


def _instances(standard: Standard, identity: Identity) -> list[tuple[list[str], list[str]]]:
    """Return (left value ids, right value ids) of each sum that an identity stands for."""
    table = standard.table(identity.table)
    (part,) = table.parts
    if identity.each is None:
        keys = [f"{table.id}.{{}}"]
    elif identity.each == "row":
        keys = [f"{table.id}.{row.id}.{{}}" for row in part.rows]
    else:
        keys = [f"{table.id}.{{}}.{column.id}" for column in part.columns]
    return [
        ([key.format(member) for member in identity.left], [key.format(member) for member in identity.right])
        for key in keys
    ]


def _solve(random: Random, numbers: dict[str, Number], left: list[str], right: list[str]) -> None:
    """Set the one total on the right; of two on both sides, set the first on the left."""
    if len(right) == 1:
        numbers[right[0]] = sum(int(numbers[name]) for name in left)
        return
    total = sum(int(numbers[name]) for name in right)
    carried = min(int(numbers[left[1]]), total, random.randint(0, 5))
    numbers[left[1]] = carried
    numbers[left[0]] = total - carried
