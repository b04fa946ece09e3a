from __future__ import annotations

from dataclasses import replace

from converters.ocr import agree
from converters.ocr.agreement import weigh
from converters.ocr.figures import THIRD
from converters.ocr.lookalikes import Contradiction, doubt
from document import Reading


def reading(*candidates: tuple[str, float], engine: str = "one") -> Reading:
    return Reading(engine=engine, text=candidates[0][0], confidence=candidates[0][1], candidates=candidates)


SURE = reading(("12", 0.9999))
SAME = reading(("12", 0.999), engine="two")
OTHER = reading(("72", 0.95), ("12", 0.04), engine="two")


def test_what_two_read_surely_is_sure() -> None:
    text, probability = agree([SURE, SAME])
    assert text == "12"
    assert probability >= 0.999


def test_one_reading_alone_is_never_as_sure_as_two() -> None:
    assert agree([SURE])[1] < agree([SURE, SAME])[1]


def test_readings_that_disagree_leave_a_doubt() -> None:
    text, probability = agree([SURE, OTHER])
    assert text == "12"
    assert probability < 0.999


def test_an_unsure_reading_gives_way_to_a_sure_one_that_it_holds_possible() -> None:
    assert agree([reading(("1", 0.55), ("7", 0.4)), reading(("7", 0.999), engine="two")])[0] == "7"


def test_the_order_of_readings_does_not_matter_for_how_sure_they_are() -> None:
    assert agree([SURE, OTHER])[1] == agree([OTHER, SURE])[1]


def test_a_real_candidate_of_either_reading_makes_both_less_sure() -> None:
    split = reading(("12", 0.6), ("72", 0.39), engine="two")
    assert agree([SURE, split])[1] < agree([SURE, SAME])[1]


def test_dashes_of_any_kind_agree_and_are_given_as_the_first_prints_them() -> None:
    text, _ = agree([reading(("——", 0.99)), reading(("—", 0.99), engine="two")])
    assert text == "——"


def test_a_look_alike_makes_unsure_and_decides_nothing() -> None:
    found = Contradiction(crop=0, position=0, read="1", alike="7", likeness=0.97)
    text, probability = agree([SURE, SAME, doubt(found, "12")])
    assert text == "12"
    assert probability < 0.999


def test_a_cell_without_ink_is_as_blank_as_its_ink_says() -> None:
    assert agree([Reading(engine="ink", text="", confidence=0.9997)]) == ("", 0.9997)


def test_text_that_one_engine_read_keeps_its_confidence() -> None:
    assert agree([Reading(engine="one", text="行政复议", confidence=0.87)]) == ("行政复议", 0.87)


def test_a_glyph_that_nobody_knows_is_not_taken() -> None:
    unknown = reading(("\ufffd", 0.9), engine="two")
    assert agree([reading(("0", 0.4)), unknown])[0] == "0"
    text, probability = agree([unknown, unknown])
    assert text == ""
    assert probability < 0.5
    assert agree([reading(("0", 0.9999)), unknown])[1] < 0.999


def test_what_one_reader_sees_no_figure_in_is_not_told_as_a_number() -> None:
    text, probability = agree([reading(("0", 0.999)), reading(("\ufffd", 0.999))])
    assert text == "0"
    assert probability < 0.9


def test_marks_for_none_and_nothing_say_the_same() -> None:
    one = reading(("—", 0.6), ("/", 0.3), ("", 0.09))
    assert agree([one, reading(("—", 0.99), engine="two")])[1] >= 0.999
    doubtful = reading(("—", 0.6), ("1", 0.39))
    assert agree([doubtful, reading(("—", 0.99), engine="two")])[1] < 0.999


def test_a_mark_has_to_be_read_more_surely_than_a_figure_and_is_never_as_sure() -> None:
    def both(text: str, rival: str, share: float) -> float:
        one = reading((text, 0.99), (rival, share))
        return agree([one, replace(one, engine="two")])[1]

    assert both("7", "1", 0.0012) >= 0.999 > both("—", "1", 0.0012)
    assert both("7", "1", 0.0) > 0.9998 > both("—", "1", 0.0) >= 0.999


def third(*candidates: tuple[str, float]) -> Reading:
    return reading(*candidates, engine=THIRD.engine)


DOUBTFUL = [reading(("12", 0.99), ("72", 0.006)), reading(("12", 0.95), ("72", 0.04), engine="two")]


def test_a_third_reader_that_agrees_bears_out_what_two_agree_on_and_settles_nothing() -> None:
    text, probability = agree([*DOUBTFUL, third(("12", 0.99999))])
    assert text == "12"
    assert agree(DOUBTFUL)[1] < probability < 0.999


def test_a_third_reader_that_is_unsure_takes_nothing_from_two_that_agree() -> None:
    assert agree([*DOUBTFUL, third(("12", 0.5), ("72", 0.49))])[1] == agree(DOUBTFUL)[1]


def test_a_third_reader_that_disagrees_leaves_a_doubt_and_changes_no_text() -> None:
    text, probability = agree([SURE, SAME, third(("72", 0.99999))])
    assert text == "12"
    assert probability < 0.999


def test_a_third_reader_settles_nothing_that_two_disagree_on() -> None:
    for told in (("12", 0.99999), ("72", 0.99999)):
        text, probability = agree([SURE, OTHER, third(told)])
        assert text == agree([SURE, OTHER])[0]
        assert probability < 0.999


def test_no_reading_is_no_text() -> None:
    assert agree([]) == ("", 0.0)


def test_the_margin_counts_all_readings() -> None:
    assert weigh([SURE, SAME]).margin > weigh([SURE]).margin
    assert weigh([SURE, OTHER]).agreeing == 1
