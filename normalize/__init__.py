"""normalize(document) -> Report: the steps in order, nothing else."""

from __future__ import annotations

from document import Document
from normalize.editions import recognise
from normalize.identities import check
from normalize.placing import place
from normalize.reading import read
from normalize.resolving import resolve
from normalize.sections import cut
from normalize.stitching import stitch
from normalize.trust import judge
from normalize.values import read_values
from report import Report


def normalize(document: Document) -> Report:
    """Return the report that a document is: one value for every place its edition prescribes."""
    texts = read(stitch(document.blocks))
    recognised = recognise(texts)
    standard = recognised.standard
    if standard is None:
        sections, imprint = cut(recognised, covered=())
        return Report(
            source=document.source,
            title=imprint.title,
            issuer=imprint.issuer,
            year=imprint.year,
            date=imprint.date,
            sections=sections,
            unmapped=recognised.rows_as_text(),
            trust=judge(document, recognised, None, {}, (), ()),
        )
    placement = place(
        recognised.texts, recognised.matches, recognised.script, standard, recognised.foreign_parts
    )
    sections, imprint = cut(recognised, placement.covered)
    first_values, doubts = read_values(placement, standard)
    values, unsettled = resolve(first_values, placement, standard)
    checks = check(values, standard)
    return Report(
        source=document.source,
        title=imprint.title,
        issuer=imprint.issuer,
        year=imprint.year,
        date=imprint.date,
        edition=standard.edition,
        sections=sections,
        values=values,
        unmapped=placement.unmapped,
        checks=checks,
        trust=judge(document, recognised, placement, values, (*doubts, *unsettled, *imprint.doubts), checks),
    )
