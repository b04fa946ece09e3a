"""The labels of a standard in the order in which its printed form is read, and the ways to look them up."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from normalize.labels import core, letters, plain
from standards import EDITIONS, Standard, load
from standards.form import layout

Role = Literal["heading", "caption", "corner", "group", "column", "row"]

_GROUP_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Prescribed:
    """A label of the form, at its turn in print order."""

    role: Role
    table: str | None
    part: int
    id: str
    label: str
    plains: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Script:
    """All labels of a standard in print order, and the ways to look them up.

    `alphabet` holds the letters that they are written with, `foreign` the column heads of other editions, by
    table, without marks.
    """

    labels: tuple[Prescribed, ...]
    exact: dict[str, tuple[tuple[int, int], ...]]
    cores: dict[str, tuple[int, ...]]
    core_list: tuple[str, ...]
    glued: re.Pattern[str]
    alphabet: frozenset[str]
    foreign: dict[str, frozenset[str]]


@cache
def script(standard: Standard) -> Script:
    """Return the labels of a standard in the order in which its printed form is read."""
    labels = tuple(_prescribed(standard))
    exact: dict[str, list[tuple[int, int]]] = defaultdict(list)
    cores: dict[str, list[int]] = defaultdict(list)
    for number, label in enumerate(labels):
        for form in label.plains:
            exact[form].append((number, number))
            if number not in cores[core(form)]:
                cores[core(form)].append(number)
    for number, (label, following) in enumerate(pairwise(labels)):
        # A group label printed in one text with its first member, as exports of merged cells do.
        if label.role == "group" and following.role in ("group", "row"):
            for form in following.plains:
                exact[label.plains[0] + form].append((number, number + 1))
    pieces = sorted(
        {form for label in labels for form in label.plains if len(form) > 1}, key=len, reverse=True
    )
    return Script(
        labels=labels,
        exact={form: tuple(spans) for form, spans in exact.items()},
        cores={form: tuple(numbers) for form, numbers in cores.items()},
        core_list=tuple(cores),
        glued=re.compile("|".join(map(re.escape, pieces))),
        alphabet=frozenset(letter for label in labels for form in label.plains for letter in letters(form)),
        foreign={table.id: _foreign_heads(standard, table.id) for table in standard.tables},
    )


def _foreign_heads(standard: Standard, table_id: str) -> frozenset[str]:
    """Return the column heads that other editions print in a table and this one does not."""
    heads = {
        edition: {
            letters(core(form))
            for label in _prescribed(load(edition))
            if label.role == "column" and label.table == table_id
            for form in label.plains
        }
        for edition in EDITIONS
    }
    own = heads.pop(standard.edition, set())
    return frozenset().union(*heads.values()) - own


def _prescribed(standard: Standard) -> Iterator[Prescribed]:
    for section in standard.sections:
        yield _label("heading", None, 0, section.id, (section.label, *section.also))
        for table in standard.tables:
            if table.section == section.id:
                for slot in layout(table):
                    if slot.role != "value" and slot.labels:
                        yield _label(slot.role, table.id, slot.part, slot.id, slot.labels)


def _label(role: Role, table: str | None, part: int, identifier: str, labels: tuple[str, ...]) -> Prescribed:
    plains = tuple(dict.fromkeys(plain(label) for label in labels))
    # A long label is a stronger landmark than a short one that also stands elsewhere; a group's may stand
    # before, between or behind its members' and must never cost one of them its match.
    weight = (0.7 + min(len(core(plains[0])), 12) / 12) * (_GROUP_WEIGHT if role == "group" else 1)
    return Prescribed(
        role=role, table=table, part=part, id=identifier, label=labels[0], plains=plains, weight=weight
    )
