"""The sums of a report that do not hold, with their numbers: nothing is judged here again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from normalize.identities import Terms, terms_of
from normalize.repairs import Proposal, propose
from report import Check, Number, Report
from standards import Identity, Standard, load
from standards.wording import path_of, section_of, word_line


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One member of a sum in the form's words; `number` is None where no number is printed."""

    id: str
    label: str
    number: Number | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """A prescribed sum that does not hold: which, over what, and what each side adds up.

    `line` names the row or column it was taken over in the form's words, "" where it is taken once.
    `proposal` is the one figure that would make all its failing sums hold, if there is one such figure.
    `code` says whose error it is: the agency's, unless a figure in the sum was not surely read.
    """

    identity: str
    code: Literal["source.sum", "reading.sum"]
    label: str
    section: str
    each: Literal["row", "column"] | None
    line: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    left_sum: int | None
    right_sum: int | None
    proposal: Proposal | None


def failing_sums(report: Report) -> Iterator[Sum]:
    """Yield the sums of a report that do not hold, in the order of the form.

    Raises ValueError for a report whose checks are not those of its edition.
    """
    if report.edition is None or not any(check.verdict == "fails" for check in report.checks):
        return
    standard = load(report.edition)
    told = {(check.identity, check.at): check for check in report.checks}
    terms = terms_of(standard)
    if told.keys() != {(one.identity.id, one.at) for one in terms}:
        message = f"its checks are not those of edition {report.edition}"
        raise ValueError(message)
    unsure = {
        value_id
        for reason in report.trust.reasons
        if reason.code == "reading.unsure"
        for value_id in reason.at
    }
    checks = [told[one.identity.id, one.at] for one in terms]
    by_check = {(one.identity.id, one.at): one for one in terms}
    for check, proposals in propose(checks, report.values, standard):
        one = by_check[check.identity, check.at]
        surely = unsure.isdisjoint((*one.left, *one.right))
        proposal = proposals[0] if len(proposals) == 1 else None
        yield _sum(report, standard, one, check, proposal, surely=surely)


def _sum(
    report: Report, standard: Standard, terms: Terms, check: Check, proposal: Proposal | None, *, surely: bool
) -> Sum:
    identity = terms.identity
    return Sum(
        identity=identity.id,
        code="source.sum" if surely else "reading.sum",
        label=identity.label or _heads(standard, terms),
        section=section_of(standard, standard.table(identity.table)),
        each=identity.each,
        line="" if identity.each is None else word_line(standard, identity.table, check.at),
        left=_terms(report, standard, identity, terms.left),
        right=_terms(report, standard, identity, terms.right),
        left_sum=check.left,
        right_sum=check.right,
        proposal=proposal,
    )


def _heads(standard: Standard, terms: Terms) -> str:
    """Return the form's words for a sum that the form itself does not word: the groups above its total."""
    _, column = standard.leaves[terms.right[0]]
    return " › ".join(path_of(column))


def _terms(
    report: Report, standard: Standard, identity: Identity, value_ids: tuple[str, ...]
) -> tuple[Term, ...]:
    terms = []
    for value_id in value_ids:
        row, column = standard.leaves[value_id]
        leaf = row if identity.each == "column" and row is not None else column
        number = report.values[value_id].number
        terms.append(Term(id=value_id, label=" › ".join(path_of(leaf)[-2:]), number=number))
    return tuple(terms)
