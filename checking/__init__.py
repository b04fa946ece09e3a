"""What fails in finished reports, alone and beside each other, told in the form's own words: `gouji check`.

Nothing is judged here again and nothing is changed: the verdicts and reasons are those of the reports. What
is found besides, between reports (across.py) and in running text (prose.py), is told and stored nowhere.

    survey   surveying.py   every report is read once: totals, and what two reports say of each other
    tell     telling.py     one report again, if there is something to tell: sentences, places, advice
    write    table.py csv.py json.py html.py
"""

from checking.reading import Failure, evidence_of, failures_in, read_report
from checking.sums import Sum, Term, failing_sums
from checking.surveying import Survey, Totals, survey
from checking.units import Unit, read_units

__all__ = [
    "Failure",
    "Sum",
    "Survey",
    "Term",
    "Totals",
    "Unit",
    "evidence_of",
    "failing_sums",
    "failures_in",
    "read_report",
    "read_units",
    "survey",
]
