"""A place of the form in the form's own Chinese words, for messages to people."""

from __future__ import annotations

from dataclasses import dataclass

from standards import Leaf, Standard, Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Where a value stands: the section's heading, and the labels of its row and column from outside in.

    `row` is empty for a table with one unlabelled row of values.
    """

    section: str
    row: tuple[str, ...]
    column: tuple[str, ...]

    def __str__(self) -> str:
        return " · ".join((self.section, *(" › ".join(path) for path in (self.row, self.column) if path)))


def word(standard: Standard, value_id: str) -> Wording:
    """Return the words for a value's place; KeyError when the edition has no such value."""
    row, column = standard.leaves[value_id]
    table = standard.table(value_id.split(".", maxsplit=1)[0])
    return Wording(section=section_of(standard, table), row=path_of(row), column=path_of(column))


def word_line(standard: Standard, table_id: str, leaf_id: str) -> str:
    """Return the words for a row or column of a table, or the id itself when the table has no such leaf."""
    for part in standard.table(table_id).parts:
        for leaf in (*part.rows, *part.columns):
            if leaf.id == leaf_id:
                return " › ".join(path_of(leaf))
    return leaf_id


def section_of(standard: Standard, table: Table) -> str:
    """Return the heading of the section that a table stands in."""
    return next(section.label for section in standard.sections if section.id == table.section)


def path_of(leaf: Leaf | None) -> tuple[str, ...]:
    """Return the labels from the outermost group to the leaf; empty for None."""
    return (*leaf.under, leaf.label) if leaf is not None else ()
