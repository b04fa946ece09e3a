"""What a reader of a result should know, as data: a code from one catalogue, a message, places.

`reading.*` and `structure.*` are doubts about our reading; `source.*` is the agency's own page.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing to know about a result. `at` names value ids, or places as text."""

    code: str
    message: str
    at: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.code not in CATALOGUE:
            message = f"{self.code} is not in the catalogue of findings"
            raise ValueError(message)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A code's meaning and what a person should do about it."""

    meaning: str
    advice: str
    doubts: bool = True  # whether a report with this finding needs a person's review


CATALOGUE: dict[str, Entry] = {
    "reading.unreadable": Entry(
        meaning="A cell holds something that is not one figure.",
        advice="Look at the cell in the source and enter its figure by hand.",
    ),
    "reading.lookalike": Entry(
        meaning="A letter stands where a figure belongs (O for 0, l for 1).",
        advice="Compare the figure with the source.",
    ),
    "reading.run_together": Entry(
        meaning="The figures of a row were printed without anything between them.",
        advice="Compare the row with the source.",
    ),
    "reading.recognised": Entry(
        meaning="The text was had by OCR that gouji did not run, so it is not its own witness.",
        advice="Convert the original file if there is one; else compare with the source.",
    ),
    "reading.needs_ocr": Entry(
        meaning="The page is an image and holds no text.",
        advice="Install the OCR extra and convert again.",
    ),
    "reading.encoding": Entry(
        meaning="Some bytes do not belong to the text encoding of the file.",
        advice="Save the file as UTF-8 from the program that made it and convert again.",
    ),
    "reading.lost_text": Entry(
        meaning="A text inside a table's frame fits none of its cells.",
        advice="Compare the table with the source.",
    ),
    "reading.disagreement": Entry(
        meaning="Two programs that read the page's stored text find different texts in its tables.",
        advice="Compare the tables of the page with the source.",
    ),
    "structure.no_table": Entry(
        meaning="No statutory table was found.",
        advice="Check that the file is an annual report and holds its tables as text.",
    ),
    "structure.no_edition": Entry(
        meaning="There are tables, but they fit no known edition of the form.",
        advice="Reports for years before 2019 have no unified form; their rows are kept in unmapped.",
    ),
    "structure.absent": Entry(
        meaning="A prescribed row or table is not shown.",
        advice="Check whether the source shows it.",
    ),
    "structure.unassigned": Entry(
        meaning="Figures are shown, but which place each belongs to is not proved.",
        advice="Enter the row by hand from the source.",
    ),
    "structure.boxhead": Entry(
        meaning="The column heads are incomplete, out of order, or do not stand over their columns.",
        advice="Compare the columns with the source.",
    ),
    "structure.label": Entry(
        meaning="A row was recognised by its position more than by its label.",
        advice="Compare the row's label with the source.",
    ),
    "structure.shifted": Entry(
        meaning="A row's figures do not stand where those of the other rows stand.",
        advice="Compare the row with the source.",
    ),
    "structure.lone_blank": Entry(
        meaning="A cell is blank in a table that otherwise prints its zeros.",
        advice="Check whether the source really leaves the cell blank.",
    ),
    "structure.stray_figures": Entry(
        meaning="Figures stand in the table under no label, or under a label nobody prescribed.",
        advice="Read the rows in unmapped.",
    ),
    "structure.extra_row": Entry(
        meaning="The table has a labelled row that the form does not prescribe; it is kept in unmapped.",
        advice="Nothing to do, unless the row's figures are of use.",
        doubts=False,
    ),
    "structure.hybrid": Entry(
        meaning="A part of the table follows another edition of the form.",
        advice="Its rows are kept in unmapped; read them there.",
    ),
    "structure.second_report": Entry(
        meaning="The file holds a second report; only the first was read.",
        advice="Split the file and convert the parts.",
    ),
    "structure.deduplicated": Entry(
        meaning="The export dropped every line that had occurred before, figures included.",
        advice="Get the original file; the lost figures cannot be had from this one.",
    ),
    "source.sum": Entry(
        meaning="A prescribed sum does not hold in what is printed.",
        advice="Ask the agency; the printed figures are kept as they are.",
    ),
    "source.blank_total": Entry(
        meaning="A total is left blank although what it sums up is not zero.",
        advice="Use the sum, if the report's use allows it.",
    ),
    "source.negative": Entry(
        meaning="A count is printed with a sign.",
        advice="Check whether the figure belongs to another column.",
    ),
    "source.fraction": Entry(
        meaning="A count is printed with a fraction.",
        advice="Ask the agency; the printed figure is kept.",
    ),
    "source.unit": Entry(
        meaning="The cell, the row's label and the column's head name different units.",
        advice="The unit nearest to the figure was used; check the amount.",
    ),
}
