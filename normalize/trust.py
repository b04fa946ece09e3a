"""Judge: does the evidence suffice to publish a report's numbers unseen?

`verified` needs every value printed or printed blank, every place proved, every sum holding. Zeros satisfy
every sum, so for them structure alone has to prove; any doubt about it is enough for `review`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from document import Document, Grid
from findings import CATALOGUE, Finding
from normalize.editions import Recognised
from normalize.identities import terms_of
from normalize.layouts import stands_as_printed
from normalize.placing import Placement
from normalize.repairs import propose
from report import Check, Trust, Value
from standards import Standard
from standards.wording import word_line


def judge(
    document: Document,
    recognised: Recognised,
    placement: Placement | None,
    values: Mapping[str, Value],
    doubts: Iterable[Finding],
    checks: Sequence[Check],
) -> Trust:
    """Return the status of a report and every reason for it, doubts about our reading first."""
    standard = recognised.standard
    if standard is None or placement is None:
        return Trust(status="failed", reasons=(*document.findings, _no_standard(recognised)))
    reasons = [*document.findings, *placement.findings, *doubts]
    unsure = frozenset(
        value_id for reason in reasons if reason.code == "reading.unsure" for value_id in reason.at
    )
    reasons += _second_report(recognised)
    reasons += _lone_blanks(values)
    reasons += () if document.blanks_seen else _nothing_shown(values)
    reasons += _failing_sums(checks, values, standard, unsure)
    reasons += _blank_totals(checks, values, standard)
    if not any(value.status in ("printed", "blank") for value in values.values()):
        missing = Finding(
            code="structure.no_table", message="the form's labels are there, but none of its values"
        )
        return Trust(status="failed" if not placement.unmapped else "review", reasons=(*reasons, missing))
    proved = all(value.status in ("printed", "blank") for value in values.values())
    sums_hold = all(check.verdict == "holds" for check in checks)
    rulings = [reason for reason in reasons if reason.code == "structure.ruling"]
    if rulings and _stand_as_printed(placement, standard):
        # rulings of which some ink is seen would not by chance make the cells of the form; those of which
        # hardly any is are told apart (structure.completed)
        reasons = [reason for reason in reasons if reason not in rulings]
    doubted = any(CATALOGUE[reason.code].doubts for reason in reasons)
    return Trust(
        status="verified" if proved and sums_hold and not doubted else "review", reasons=tuple(reasons)
    )


def _stand_as_printed(placement: Placement, standard: Standard) -> bool:
    """Say whether all values stand in grids that are cell by cell those of the form."""
    grids: dict[tuple[str, int], Grid] = {}
    for table in standard.tables:
        for value_id in table.value_ids():
            texts = placement.values[value_id].texts
            if not texts:
                return False
            for text in texts:
                if text.grid is None:
                    return False
                grids[table.id, id(text.grid)] = text.grid
    tables = {table.id: table for table in standard.tables}
    return all(stands_as_printed(grid, tables[name]) for (name, _), grid in grids.items())


def _no_standard(recognised: Recognised) -> Finding:
    rows = recognised.rows_as_text()
    if rows:
        return Finding(
            code="structure.no_edition", message=f"{len(rows)} table rows fit no known edition of the form"
        )
    return Finding(code="structure.no_table", message="no statutory table was found")


def _second_report(recognised: Recognised) -> Iterator[Finding]:
    if recognised.second_report:
        rows = ", ".join(recognised.second_report[:3])
        yield Finding(
            code="structure.second_report",
            message=f"{len(recognised.second_report)} prescribed rows stand a second time: {rows} ...",
        )


def _lone_blanks(values: Mapping[str, Value]) -> Iterator[Finding]:
    """Yield empty cells of a report that prints its zeros, or a mark for them.

    There an empty cell may be a figure that went astray: zeros moved into the next row or column leave the
    sums as they are. In a report that leaves all its zeros blank an empty cell means nothing.
    """
    shown = values.values()
    prints_zeros = any(
        value.number == 0 or (value.status == "blank" and value.text.strip()) for value in shown
    )
    empty = tuple(value.id for value in shown if value.status == "blank" and not value.text.strip())
    if prints_zeros and empty:
        message = f"empty cells in a report that prints its zeros: {len(empty)}"
        yield Finding(code="structure.lone_blank", message=message, at=empty)
    yield from _lone_marks(values)


def _lone_marks(values: Mapping[str, Value]) -> Iterator[Finding]:
    """Yield recognised marks for none in tables that mostly show none by zeros or blanks.

    What is left of a worn figure is a stroke.
    """
    others: Counter[str] = Counter()
    marks: dict[str, list[str]] = defaultdict(list)
    for value in values.values():
        table = value.id.split(".", 1)[0]
        is_mark = value.status == "blank" and bool(value.text.strip())
        others[table] += value.number == 0 or (value.status == "blank" and not is_mark)
        if is_mark and value.how == "recognised":
            marks[table].append(value.id)
    few = tuple(one for table, found in marks.items() if len(found) < others[table] for one in found)
    if few:
        message = f"marks for none in a table that mostly shows none otherwise: {len(few)}"
        yield Finding(code="structure.lone_blank", message=message, at=few)


def _nothing_shown(values: Mapping[str, Value]) -> Iterator[Finding]:
    """Yield a finding where stored text fills no cell of a page: its figures may be drawn, not written."""
    shown = values.values()
    on_pages = any(value.provenance.box is not None and value.how == "read" for value in shown)
    if on_pages and not any(value.text.strip() for value in shown):
        yield Finding(code="structure.all_blank", message=f"all {len(values)} cells are empty", at=())


def _failing_sums(
    checks: Sequence[Check], values: Mapping[str, Value], standard: Standard, unsure: frozenset[str]
) -> Iterator[Finding]:
    """Yield the sums that fail: the agency's own, unless a figure in them was not surely read."""
    by_suspects: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    identities = {identity.id: identity for identity in standard.identities}
    terms = {check: (*one.left, *one.right) for check, one in zip(checks, terms_of(standard), strict=True)}
    for check, proposals in propose(checks, values, standard):
        suspects = tuple(proposal.value for proposal in proposals)
        would = f", would hold with {proposals[0].number}" if len(proposals) == 1 else ""
        identity = identities[check.identity]
        name = f"{identity.label or identity.id} ({word_line(standard, identity.table, check.at)})"
        code = "source.sum" if unsure.isdisjoint(terms[check]) else "reading.sum"
        by_suspects[code, suspects].append(f"{name}: {check.left} is not {check.right}{would}")
    for (code, suspects), messages in by_suspects.items():
        yield Finding(code=code, message="; ".join(messages), at=suspects)


def _blank_totals(
    checks: Sequence[Check], values: Mapping[str, Value], standard: Standard
) -> Iterator[Finding]:
    """Yield the sums that do not hold only because a total is left blank, with the figures they take in."""
    blank: list[str] = []
    at: list[str] = []
    for check, terms in zip(checks, terms_of(standard), strict=True):
        if check.verdict == "unknown" and check.left is not None and check.right is not None:
            blank.append(word_line(standard, terms.identity.table, check.at))
            at += [
                value_id
                for value_id in (*terms.left, *terms.right)
                if values[value_id].number or value_id in terms.right
            ]
    if blank:
        more = f" and {len(blank) - 5} more" if len(blank) > 5 else ""
        message = f"totals left blank: {'; '.join(blank[:5])}{more}"
        yield Finding(code="source.blank_total", message=message, at=tuple(dict.fromkeys(at)))
