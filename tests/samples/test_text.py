"""What drawn texts promise about the values that survive in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples import text
from samples.reports import invent, traditional

seeds = st.integers(0, 10**6)
WHOLE = ("P2", "P4", "P5", "P6", "P7", "P8", "P10", "P13", "P14", "aligned", "markdown")


def decoded(flat, encoding="utf-8"):
    return flat.data.decode(encoding)


@pytest.mark.parametrize("flattening", WHOLE)
@pytest.mark.parametrize("blanks", ["zero", "blank", "mark"])
def test_layouts_that_keep_blank_cells_keep_every_value(flattening, blanks):
    sample = invent(5, blanks=blanks)
    assert text.draw(sample, flattening=flattening).recoverable == frozenset(sample.numbers)


@pytest.mark.parametrize("flattening", ["P1", "P11"])
def test_rows_with_some_blanks_are_lost_where_blanks_vanish(flattening):
    sample = invent(9, zero=False, blanks="blank")
    kept = text.draw(sample, flattening=flattening).recoverable
    for row in sample.standard.table("requests").parts[0].rows:
        names = [name for name in sample.numbers if name.startswith(f"requests.{row.id}.")]
        shown = [sample.numbers[name] is not None for name in names]
        assert (kept >= set(names)) == (all(shown) or not any(shown))


def test_lost_tables_keep_nothing():
    flat = text.draw(invent(2), flattening="P15")
    assert not flat.recoverable
    assert "二、主动公开政府信息情况" in decoded(flat)


def test_dropped_repeats_keep_no_zero_report():
    flat = text.draw(invent(2, zero=True, blanks="zero"), flattening="P9")
    lines = [line for line in decoded(flat).splitlines() if line]
    assert len(lines) == len(set(lines))
    assert not any(name.startswith("requests.") for name in flat.recoverable)


def splits(digits, count):
    """Return in how many ways digits fall into so many numbers, none with a leading zero."""
    if count == 1:
        return int(digits == "0" or digits[:1] not in ("", "0"))
    sizes = range(1, len(digits) - count + 2)
    return sum(splits(digits[size:], count - 1) for size in sizes if size == 1 or not digits.startswith("0"))


@pytest.mark.parametrize(
    ("row", "forced"),
    [("0000000", True), ("2000002", True), ("1000001", True), ("041000041", False), ("12000012", False)],
)
def test_a_split_is_forced_when_there_is_no_other(row, forced):
    assert (splits(row, 7) == 1) == forced


def test_run_together_digits_are_told_only_when_the_split_is_forced():
    for seed in range(12):
        sample = invent(seed, zero=False, blanks="zero")
        kept = text.draw(sample, flattening="P12").recoverable
        for part in sample.standard.table("requests").parts[0].rows:
            names = [name for name in sample.numbers if name.startswith(f"requests.{part.id}.")]
            joined = "".join(sample.texts[name] for name in names)
            assert (kept >= set(names)) == (splits(joined, len(names)) == 1)


@given(seeds, st.sampled_from(text.FLATTENINGS), st.floats(0, 1))
@settings(deadline=None, max_examples=60)
def test_the_same_arguments_give_the_same_text(seed, flattening, damage):
    sample = invent(seed, label_noise=0.1)
    first = text.draw(sample, flattening=flattening, seed=seed, damage=damage)
    assert first == text.draw(sample, flattening=flattening, seed=seed, damage=damage)
    assert first.recoverable <= set(sample.numbers)


@given(seeds, st.floats(0, 1))
@settings(deadline=None, max_examples=60)
def test_damage_leaves_the_values_of_a_row_in_one_run(seed, damage):
    sample = invent(seed, blanks="zero")
    models = tuple(model for model in text.DAMAGES if model not in ("cut-off", "one-line"))
    flat = text.draw(sample, flattening="P14", seed=seed, damage=damage, models=models)
    assert flat.recoverable == frozenset(sample.numbers)
    rows = ["\t" + line + "\t" for line in decoded(flat).splitlines()]
    for row in sample.standard.table("requests").parts[0].rows:
        run = [sample.texts[name] for name in sample.numbers if name.startswith(f"requests.{row.id}.")]
        assert any("\t" + "\t".join(run) + "\t" in line for line in rows)


def test_a_text_cut_off_keeps_only_what_stands_before():
    sample = invent(4, zero=False, blanks="zero")
    cut = [text.draw(sample, flattening="P3", seed=seed, damage=1, models=("cut-off",)) for seed in range(40)]
    short = [flat for flat in cut if flat.notes == ("cut-off",)]
    assert short
    for flat in short:
        assert flat.recoverable < set(sample.numbers)


@pytest.mark.parametrize("encoding", text.ENCODINGS)
def test_every_encoding_holds_the_same_words(encoding):
    sample = traditional(invent(6))
    plain = decoded(text.draw(sample, flattening="P2"))
    assert decoded(text.draw(sample, flattening="P2", encoding=encoding), encoding) == plain
