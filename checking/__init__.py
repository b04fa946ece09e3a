"""What fails in finished reports, alone and beside each other, told in the form's own words: `gouji check`.

Nothing is judged here again and nothing is changed: the verdicts and reasons are those of the reports. What is
found here besides, between reports (across.py) and in running text (prose.py), is told and stored nowhere.
"""

from checking.reading import Failure, evidence_of, failures_in, read_report, reports_below
from checking.sums import Sum, Term, failing_sums

__all__ = [
    "Failure",
    "Sum",
    "Term",
    "evidence_of",
    "failing_sums",
    "failures_in",
    "read_report",
    "reports_below",
]
