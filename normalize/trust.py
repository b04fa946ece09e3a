"""Judge: does the evidence suffice to publish a report's numbers unseen?

`verified` needs every value printed or printed blank, every place proved, every sum holding. Zeros satisfy
every sum, so for them structure alone has to prove; any doubt about it is enough for `review`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from document import Document
from findings import CATALOGUE, Finding
from normalize.editions import Recognised
from normalize.placing import Placement
from normalize.repairs import propose
from report import Check, Trust, Value
from standards import Standard


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
    reasons += _second_report(recognised)
    reasons += _lone_blanks(values, standard)
    reasons += _failing_sums(checks, values, standard)
    reasons += _blank_totals(checks, values, standard)
    if not any(value.status in ("printed", "blank") for value in values.values()):
        missing = Finding(code="structure.no_table", message="the form's labels are there, but none of its values")
        return Trust(status="failed" if not placement.unmapped else "review", reasons=(*reasons, missing))
    proved = all(value.status in ("printed", "blank") for value in values.values())
    sums_hold = all(check.verdict == "holds" for check in checks)
    doubted = any(CATALOGUE[reason.code].doubts for reason in reasons)
    status = "verified" if proved and sums_hold and not doubted else "review"
    return Trust(status=status, reasons=tuple(reasons))


def _no_standard(recognised: Recognised) -> Finding:
    rows = recognised.rows_as_text()
    if rows:
        return Finding(code="structure.no_edition", message=f"{len(rows)} table rows fit no known edition of the form")
    return Finding(code="structure.no_table", message="no statutory table was found")


def _second_report(recognised: Recognised) -> Iterator[Finding]:
    if recognised.second_report:
        rows = ", ".join(recognised.second_report[:3])
        yield Finding(
            code="structure.second_report",
            message=f"{len(recognised.second_report)} prescribed rows stand a second time: {rows} ...",
        )


def _lone_blanks(values: Mapping[str, Value], standard: Standard) -> Iterator[Finding]:
    """Yield blanks in tables that print their zeros: there a blank may be a figure that went astray."""
    for table in standard.tables:
        ids = list(table.value_ids())
        blanks = [value_id for value_id in ids if values[value_id].status == "blank"]
        if blanks and any(values[value_id].number == 0 for value_id in ids):
            yield Finding(
                code="structure.lone_blank",
                message=f"{len(blanks)} blank cells in a table that prints its zeros",
                at=tuple(blanks),
            )


def _failing_sums(
    checks: Sequence[Check], values: Mapping[str, Value], standard: Standard
) -> Iterator[Finding]:
    labels = {identity.id: identity.label for identity in standard.identities}
    by_suspects: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for check, proposals in propose(checks, values, standard):
        suspects = tuple(proposal.value for proposal in proposals)
        would = f", would hold with {proposals[0].number}" if len(proposals) == 1 else ""
        name = f"{labels[check.identity] or check.identity} ({check.at})"
        by_suspects[suspects].append(f"{name}: {check.left} is not {check.right}{would}")
    for suspects, messages in by_suspects.items():
        yield Finding(code="source.sum", message="; ".join(messages), at=suspects)


def _blank_totals(checks: Sequence[Check], values: Mapping[str, Value], standard: Standard) -> Iterator[Finding]:
    blank = [
        check for check in checks if check.verdict == "unknown" and check.left is not None and check.right is not None
    ]
    if blank:
        at = [value_id for check in blank for value_id in check.blanks]
        yield Finding(
            code="source.blank_total",
            message=f"{len(blank)} totals are left blank: {', '.join(check.at for check in blank[:5])}",
            at=tuple(dict.fromkeys(at)),
        )
