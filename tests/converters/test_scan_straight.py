from __future__ import annotations

import cv2
import numpy as np
import pytest

from converters.scan_ink import ink, letter_height, marks
from converters.scan_rulings import find
from converters.scan_seals import without_seals
from converters.scan_straight import cut_out, flattened, skew, straighten, turned
from converters.scan_unbend import unbend
from converters.scan_upright import _lengths, quarters_to_upright
from tests.converters import scanned

SCALE = scanned.DPI / 72
TABLES = 1  # the page of the sample that is nearly all tables


@pytest.mark.parametrize("degrees", [-4.6, -1.3, 0.0, 0.4, 3.0])
def test_a_skewed_page_becomes_level(degrees):
    straight = straighten(scanned.scan(scanned.grainy(scanned.skewed(scanned.page(TABLES), degrees))))
    assert skew(straight.grey) == pytest.approx(0.0, abs=0.03)
    assert straight.colour.shape[:2] == straight.grey.shape


def test_blank_black_and_tiny_pages_stay_as_they_are():
    for pixels in (
        np.full((900, 700, 3), 255, np.uint8),
        np.zeros((900, 700, 3), np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        np.full((5, 900, 3), 128, np.uint8),
    ):
        assert straighten(scanned.scan(pixels)).grey.shape == pixels.shape[:2]


def test_shadows_become_paper_and_ink_stays_ink():
    shadowed = cv2.cvtColor(scanned.lit_from_one_side(scanned.page(TABLES)), cv2.COLOR_RGB2GRAY)
    even = flattened(shadowed, SCALE)
    plain = cv2.cvtColor(scanned.page(TABLES), cv2.COLOR_RGB2GRAY)
    assert even[plain == 255].min() > 200
    assert np.median(even[plain < 20]) < 60


def test_a_shadow_is_no_edge_of_paper():
    shadowed = scanned.lit_from_one_side(scanned.page(TABLES))
    assert cut_out(shadowed) is shadowed


def test_a_photographed_page_is_cut_out_of_its_desk():
    page = cut_out(scanned.photographed(scanned.page(TABLES)))
    rim = np.concatenate([page[4], page[-5], page[:, 4], page[:, -5]])
    assert np.median(rim) == 255
    assert page.shape[0] / page.shape[1] == pytest.approx(297 / 210, rel=0.08)


@pytest.mark.parametrize("wood", [(100, 100, 100), (165, 125, 85)])
def test_a_page_half_in_the_shade_is_cut_out_of_its_desk(wood: tuple[int, int, int]):
    """Paper in the shade is hardly lighter than wood in the light, or darker: it is less brown."""
    photo = scanned.photographed(scanned.page(TABLES), wood)
    photo[:, : photo.shape[1] // 2] = photo[:, : photo.shape[1] // 2] * 0.5
    page = cut_out(photo)
    rim = np.concatenate([page[4], page[-5], page[:, 4], page[:, -5]])
    assert np.isin(rim, (127, 255)).mean() > 0.95
    assert page.shape[0] / page.shape[1] == pytest.approx(297 / 210, rel=0.08)


def test_a_page_on_a_mat_is_cut_out_of_both():
    photo = np.full((1400, 1000, 3), 30, np.uint8)
    photo[100:1300, 80:920] = 130
    photo[180:1220, 140:860] = 250
    page = cut_out(photo)
    assert page.shape[:2] == pytest.approx((1040, 720), abs=12)
    assert (page == 250).mean() > 0.97


@pytest.mark.parametrize("paper", [(255, 235, 59), (255, 250, 200)])
def test_a_white_box_on_coloured_paper_is_no_page(paper: tuple[int, int, int]):
    page = np.empty((1400, 1000, 3), np.uint8)
    page[:] = paper
    page[120:1270, 40:950] = 255
    assert cut_out(page) is page


def test_a_seal_goes_and_what_stands_under_it_stays():
    page = scanned.page(TABLES)
    black = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    rows, columns = np.nonzero(black < 60)
    middle = int(columns[len(columns) // 2]), int(rows[len(rows) // 2])
    grey = without_seals(scanned.stamped(page, middle), SCALE)
    assert grey[black == 255].min() > 200
    assert grey[black == 0].max() < 60


def stored(page: scanned.Picture, quality: int) -> scanned.Picture:
    """The page as JPEG keeps it: one colour for four pixels."""
    _, packed = cv2.imencode(
        ".jpg", cv2.cvtColor(page, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    return cv2.cvtColor(cv2.imdecode(packed, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def sealed(print_level: int = 40) -> tuple[scanned.Picture, np.ndarray]:
    """A seal of thin letters in a ring, with print beside and under it; and where the print is."""
    page = np.full((700, 700, 3), 255, np.uint8)
    red = (200, 130, 130)
    cv2.circle(page, (350, 350), 155, red, 9)
    cv2.circle(page, (350, 350), 30, red, -1)
    for number in range(8):
        x, y = 350 + 110 * np.cos(number * np.pi / 4), 350 + 110 * np.sin(number * np.pi / 4)
        cv2.putText(
            page, "SEAL", (int(x) - 26, int(y) + 8), cv2.FONT_HERSHEY_SIMPLEX, 0.7, red, 1, cv2.LINE_AA
        )
    black = np.full(page.shape[:2], 255, np.uint8)
    for row in range(8):
        for column in range(8):
            at = (150 + 56 * column, 170 + 52 * row)
            cv2.putText(
                black,
                str((row + column) % 10),
                at,
                cv2.FONT_HERSHEY_SIMPLEX,
                0.9,
                print_level,
                2,
                cv2.LINE_AA,
            )
    cv2.line(black, (100, 480), (600, 480), print_level, 3)
    printed = (page.astype(np.uint16) * black[:, :, None] // 255).astype(np.uint8)
    return cv2.GaussianBlur(printed, (0, 0), 0.7), black


@pytest.mark.parametrize("quality", [35, 60, 90])
def test_thin_strokes_of_a_seal_go_whose_colour_the_file_has_smeared(quality):
    page, black = sealed()
    grey = without_seals(stored(page, quality), SCALE)
    apart = cv2.erode(black, np.ones((15, 15), np.uint8)) == 255
    assert np.percentile(grey[apart], 0.1) > 220
    assert np.percentile(grey[black == 40], 98) < 120


@pytest.mark.parametrize("level", [215, 240])
def test_where_a_seal_was_the_page_is_no_lighter_than_its_paper(level):
    page, black = sealed()
    grey = without_seals((page * (level / 255)).astype(np.uint8), SCALE)
    apart = cv2.erode(black, np.ones((15, 15), np.uint8)) == 255
    assert level - 25 < grey[apart].min() <= grey[apart].max() <= level + 2


@pytest.mark.parametrize("smear", [None, (255, 205, 205)])
@pytest.mark.parametrize("radius", [60, 150])
def test_red_in_whose_middle_no_paper_shows_goes_as_well(radius, smear):
    """A disc of 11 mm, and one as large as a seal; or a ring whose ink was smeared inside it."""
    page = np.full((700, 700, 3), 245, np.uint8)
    red = (225, 40, 45)
    cv2.circle(page, (350, 350), radius, smear or red, -1)
    cv2.circle(page, (350, 350), radius, red, 8)
    for row in range(60, 700, 60):
        cv2.line(page, (40, row), (660, row), (40, 40, 40), 2)
        cv2.putText(page, "1234567 1234567", (60, row - 20), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (40, 40, 40), 2)
    grey = without_seals(cv2.GaussianBlur(page, (0, 0), 0.7), SCALE)
    printed = np.zeros(grey.shape, np.uint8)
    printed[(page == 40).all(axis=2)] = 255
    apart = cv2.dilate(printed, np.ones((9, 9), np.uint8)) == 0
    assert np.percentile(grey[apart], 0.1) > 245 - 35  # of a smear more is left than of ink
    assert 245 - 50 < grey[apart].min() <= grey[apart].max() <= 247
    assert np.percentile(grey[printed > 0], 90) < 110


def test_a_tint_of_the_whole_page_is_no_seal():
    page, _ = sealed()
    tinted = (page * np.array([1.0, 0.9, 0.8])).astype(np.uint8)
    grey = without_seals(tinted, SCALE)
    assert np.percentile(grey, 10) == np.percentile(cv2.cvtColor(tinted, cv2.COLOR_RGB2GRAY)[:150], 10)


def test_red_figures_and_red_specks_are_no_seal():
    page = np.full((900, 900, 3), 255, np.uint8)
    for row in range(12):
        for column in range(12):
            at = (60 + 65 * column, 80 + 65 * row)
            cv2.putText(page, "56", at, cv2.FONT_HERSHEY_SIMPLEX, 0.8, (200, 20, 20), 2, cv2.LINE_AA)
    figures = page[:, :, 1] < 60
    assert without_seals(page, SCALE)[figures].max() < 120
    specked = np.full((900, 900, 3), 255, np.uint8)
    for y, x in np.random.default_rng(3).integers(0, 890, (4000, 2)):
        specked[y : y + 5, x : x + 5] = (200, 20, 20)
    assert without_seals(specked, SCALE).min() < 110


@pytest.mark.parametrize("shape", [(1, 4096, 3), (4096, 1, 3), (3, 3, 3)])
def test_a_picture_narrower_than_any_seal_stays(shape):
    page = np.full(shape, 255, np.uint8)
    page[: max(shape[0] // 3, 1), : max(shape[1] // 3, 1)] = (220, 0, 0)
    assert without_seals(page, SCALE).shape == shape[:2]


def test_red_letters_are_no_seal():
    page = np.full((800, 1600, 3), 255, np.uint8)
    cv2.putText(page, "RED LETTERHEAD OF AN OFFICE", (60, 200), cv2.FONT_HERSHEY_SIMPLEX, 2.4, (220, 0, 0), 8)
    assert without_seals(page, SCALE).min() < 110


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_pages_are_turned_upright(quarters):
    grey = cv2.cvtColor(turned(scanned.page(0), quarters), cv2.COLOR_RGB2GRAY)
    assert quarters_to_upright(grey, SCALE) == (4 - quarters) % 4


@pytest.mark.parametrize(("style", "quarters"), [("dashed", 0), ("dashed", 2), ("dotted", 1), ("dotted", 3)])
def test_what_is_left_of_rulings_does_not_tell_how_a_coarse_page_is_turned(style, quarters):
    page = scanned.page(TABLES, style)
    small = cv2.resize(page, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    worn = scanned.grainy(cv2.GaussianBlur(small, (0, 0), 0.7), 12.0)
    coarse = cv2.resize(worn, page.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    grey = cv2.cvtColor(turned(coarse, quarters), cv2.COLOR_RGB2GRAY)
    assert quarters_to_upright(grey, SCALE) == (4 - quarters) % 4


def upright_heads(lines: int, pitch: int) -> scanned.Picture:
    """So many lines of prose over a table of fifteen columns, whose heads are set letter under letter.

    Their letters of 24 pixels follow each other at such a pitch.
    """
    pixels = scanned.paper(600, 1100)
    for line in range(lines):
        scanned.write(pixels, "四、行政复议情况", (80, 80 + 50 * line), 30, anchor="ls")
    top = 120 + 50 * lines
    xs, ys = range(80, 1011, 62), (top, top + 140, top + 184)
    scanned.rule(pixels, xs, ys)
    for column in range(15):
        across, down = scanned.middle(xs, ys, 0, column)
        head = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")[column % 5]
        for number, letter in enumerate(head):
            under = round(pitch * (number - (len(head) - 1) / 2))
            scanned.write(pixels, letter, (across, down + under), 24)
        scanned.write(pixels, "0", scanned.middle(xs, ys, 1, column))
    return pixels


@pytest.mark.parametrize("quarters", [0, 1])
@pytest.mark.parametrize(
    ("lines", "pitch"),
    [
        (1, 30),
        (3, 30),
        pytest.param(1, 27, marks=pytest.mark.xfail(strict=True, reason="set as close as letters of a line")),
    ],
)
def test_heads_set_letter_under_letter_do_not_turn_a_page_on_its_side(lines, pitch, quarters):
    grey = cv2.cvtColor(turned(upright_heads(lines, pitch), quarters), cv2.COLOR_RGB2GRAY)
    assert quarters_to_upright(grey, SCALE) == (4 - quarters) % 4


@pytest.mark.parametrize("quarters", [0, 1])
def test_a_few_letters_close_under_each_other_do_not_turn_a_page_on_its_side(quarters):
    page = scanned.paper(600, 1100)
    for line in range(6):
        for number, letter in enumerate("四行政复议情况其他结果维持"):
            scanned.write(page, letter, (120 + 36 * number, 80 + 60 * line), 24)
    for number, letter in enumerate("总计数"):
        scanned.write(page, letter, (900, 100 + 27 * number), 24)
    grey = cv2.cvtColor(turned(page, quarters), cv2.COLOR_RGB2GRAY)
    assert quarters_to_upright(grey, SCALE) == (4 - quarters) % 4


def test_bent_rulings_become_straight():
    page = cv2.cvtColor(scanned.page(TABLES), cv2.COLOR_RGB2GRAY)
    height, width = page.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    across = (x - width / 2) / (width / 2)
    bent = cv2.remap(
        page, x + 0.01 * (y - height / 2), y + 12 * across**2 + 8 * across, cv2.INTER_CUBIC, borderValue=255
    )
    letter = letter_height(marks(ink(page)), SCALE)
    assert unbend(page, letter) is None
    source = unbend(bent, letter)
    assert source is not None
    straight = cv2.remap(bent, *source, cv2.INTER_CUBIC, borderValue=255)
    wanted, found = (find(one, ink(one), letter, SCALE).rulings for one in (page, straight))
    assert len(found) == len(wanted)


def test_pieces_of_a_streak_are_no_line():
    letters = np.zeros((60, 200), dtype=np.uint8)
    letters[20, 40:117] = letters[24, 60:62] = letters[31, 100] = 255  # joined by what is set close to it
    letters[20:32, 60] = letters[20:32, 100] = 255
    assert _lengths(letters, 8.0, 0.3) == []
    letters[20:32, 40:117:3] = 255
    assert _lengths(letters, 8.0, 0.3) == [77.0]
