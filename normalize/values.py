"""Read: what stands in every prescribed place -> a Value with its number, status and the steps between."""

from __future__ import annotations

from collections import defaultdict

from document import NOWHERE, Cell
from findings import CATALOGUE, Finding
from normalize.numerals import counts_in_multiples, is_known_unit, read, units_in
from normalize.placing import Placement
from normalize.rows import Placed
from report import Manner, Value
from standards import Leaf, Standard


def read_values(placement: Placement, standard: Standard) -> tuple[dict[str, Value], tuple[Finding, ...]]:
    """Return a Value for every value id in print order, and what reading them left in doubt."""
    values: dict[str, Value] = {}
    doubts: dict[str, list[str]] = defaultdict(list)
    for value_id, placed in placement.values.items():
        if placed.status == "shown":
            value, codes = value_of(value_id, placed, standard.leaves[value_id][1])
            for code in codes:
                doubts[code].append(value_id)
        else:
            value = _not_shown(value_id, placed)
        values[value_id] = value
    findings = tuple(
        Finding(code=code, message=_message(code, ids, values), at=tuple(ids))
        for code, ids in sorted(doubts.items())
    )
    return values, findings


def value_of(
    value_id: str, placed: Placed, leaf: Leaf, *, text: str | None = None
) -> tuple[Value, tuple[str, ...]]:
    """Return what a place shows, and the codes of what is doubtful in it.

    `text` is another candidate for what is printed there, than the one that the converter took.
    """
    (shown,) = placed.texts
    cell = shown.cell
    text = shown.text if text is None else text
    units = units_in(placed.head) if leaf.type == "amount" else ()
    known = [unit for unit in units if is_known_unit(unit)]
    reading = read(text, leaf.type, leaf.unit, known[0] if known else None)
    doubts = reading.doubts if reading.status != "unreadable" else ("reading.unreadable",)
    if "source.unit" not in doubts and reading.number and _has_doubtful_unit(leaf, placed.head, units):
        doubts = (*doubts, "source.unit")
    how: Manner = "recognised" if cell.provenance.how == "recognised" else "read"
    turned = any(step.startswith("from_") for step in reading.steps)
    # of 万元 a scan may have lost the 万, and a head's unit is read as labels are
    if (
        how == "recognised"
        and reading.number
        and turned
        and not ("unit" in reading.steps and "from_元" not in reading.steps)
    ):
        doubts = (*doubts, "reading.unsure")
    value = Value(
        id=value_id,
        number=reading.number,
        status=reading.status,
        text=text,
        steps=reading.steps,
        how=how,
        confidence=min(cell.confidence, placed.likeness),
        provenance=cell.provenance,
        readings=tuple((one.engine, one.text) for one in cell.readings) if isinstance(cell, Cell) else (),
    )
    return value, doubts


def _has_doubtful_unit(leaf: Leaf, head: str, units: tuple[str, ...]) -> bool:
    """Return whether the words around a figure leave its unit in doubt.

    So do two units, one that is not known, none where the form prints one, and multiples of a count.
    """
    if leaf.type != "amount":
        return counts_in_multiples(head)
    lost = not units and bool(units_in(leaf.label))
    return lost or len(set(units)) > 1 or not all(map(is_known_unit, units))


def _not_shown(value_id: str, placed: Placed) -> Value:
    return Value(
        id=value_id,
        number=None,
        status="unassigned" if placed.status == "unassigned" else "absent",
        text=" | ".join(text.text.strip() for text in placed.texts),
        confidence=0.0,
        provenance=placed.texts[0].cell.provenance if placed.texts else NOWHERE,
    )


def _message(code: str, ids: list[str], values: dict[str, Value]) -> str:
    shown = ", ".join(repr(values[value_id].text.strip()) for value_id in ids[:3])
    more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
    return f"{CATALOGUE[code].meaning.rstrip('.')}: {shown}{more}"
