"""Places that are lettered as real ones bear one name wherever a report prints it."""

import pytest

from benchmarks import issuers
from benchmarks.scans import invented, with_rare_letters
from samples import prose


def test_counts_are_of_single_letters():
    counted = issuers.counted()
    assert all(len(letter) == 1 for letter in counted)
    assert max(counted, key=counted.__getitem__) == "山"


@pytest.mark.parametrize("seed", range(10_000_000, 10_000_040))
def test_a_report_says_its_new_name_everywhere(seed: int):
    rare, sample = with_rare_letters(seed), invented(seed)
    printed = (sample.title or "", *sample.title_lines, *sample.preamble, *sample.closing)
    assert not any(prose.NAME.search(text) for text in printed)
    assert (rare.issuer is None) == (sample.issuer is None)
    if rare.issuer:
        before = (rare.title or "", *rare.title_lines, *rare.closing)
        after = (sample.title or "", *sample.title_lines, *sample.closing)
        assert [rare.issuer in text for text in before] == [sample.issuer in text for text in after]
    assert sample.texts == rare.texts
