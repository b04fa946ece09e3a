"""What a reader of a result should know, as data: a code from one catalogue, a message, places.

`reading.*` and `structure.*` are doubts about our reading; `source.*` is the agency's own page; `across.*` is
about several reports, `rollup.*` about their sum.
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
    stored: bool = True  # whether a report can hold it; the others are told by a command and stored nowhere


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
        meaning="The page is an image in which no text was recognised.",
        advice="Give the original file if there is one, or a better scan.",
    ),
    "reading.unsure": Entry(
        meaning="A figure was not read surely: the readings differ, or are unsure, and no sum settles it.",
        advice="Compare the figure with the source.",
    ),
    "reading.sum": Entry(
        meaning="A prescribed sum does not hold, and a figure in it was not surely read.",
        advice="Compare the figures of the sum with the source.",
    ),
    "reading.resolved": Entry(
        meaning="Of the ways to read a figure, the only one was taken with which every sum holds.",
        advice="Compare the figure with the source; its first reading stays in the evidence.",
    ),
    "reading.encoding": Entry(
        meaning="Some bytes do not belong to the text encoding of the file.",
        advice="Save the file as UTF-8 from the program that made it and convert again.",
    ),
    "reading.lost_text": Entry(
        meaning="A text fits no cell of its table, or is not seen as it stands: covered, struck, white.",
        advice="Compare the table with the source.",
    ),
    "reading.specks": Entry(
        meaning="A cell of a scan holds ink that is hardly a character, or was read from such ink.",
        advice="Look at the cell in the source; if it is dirt, the cell is blank.",
    ),
    "reading.name": Entry(
        meaning="The issuer's name was not surely read: in one place, or otherwise in title and signature.",
        advice="Compare title and signature with the source: if they name two bodies, split the file.",
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
    "structure.ruling": Entry(
        meaning="A ruling of a scanned table is so faint or broken that cells may be joined or parted.",
        advice="Compare the table with the source.",
    ),
    "structure.completed": Entry(
        meaning="Rulings of a scanned table that are hardly seen were put where form or texts want them.",
        advice="Compare the table with the source.",
    ),
    "structure.lone_blank": Entry(
        meaning="A cell is blank in a table that prints its zeros; or few are marks, on a scan.",
        advice="Check whether the source really leaves the cell blank.",
    ),
    "structure.all_blank": Entry(
        meaning="No cell of the tables holds any text.",
        advice="Check whether the source shows figures that are drawn rather than written.",
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
    "source.prose": Entry(
        meaning="A figure in the running text contradicts the table.",
        advice="Compare the sentence and the table with the source; ask the agency which is right.",
        stored=False,
    ),
    "across.carried_over": Entry(
        meaning="What was carried forward last year is not what was carried over this year.",
        advice="Compare both reports with their sources; ask the agency which is right.",
        stored=False,
    ),
    "across.in_force": Entry(
        meaning="In force last year, plus issued, less repealed, is not what is in force this year.",
        advice="Ask the agency whether documents were counted anew; the printed figures are kept.",
        stored=False,
    ),
    "across.duplicate": Entry(
        meaning="The same report, or another one of the same issuer and year, is there twice.",
        advice="Keep the one that counts and take the other out of the folder.",
        stored=False,
    ),
    "across.missing": Entry(
        meaning="A unit of the list has no report.",
        advice="Ask the unit for its report, or compare its name with that in its report.",
        stored=False,
    ),
    "across.unlisted": Entry(
        meaning="The issuer of a report is not in the list of units.",
        advice="Compare the name with the list; add the unit, or correct its name there.",
        stored=False,
    ),
    "rollup.incomplete": Entry(
        meaning="A sum lacks a report in which the value has no number.",
        advice="Enter the missing figure by hand, or tell that the sum is not whole.",
        stored=False,
    ),
    "rollup.differs": Entry(
        meaning="The report of the parent body prints another number than its units come to.",
        advice="A hint only: see whether the parent counts itself, or more units than these.",
        stored=False,
    ),
}
