"""A generated scan shows its sample, and says truly where each cell stands."""

import io
import itertools
from functools import cache

import cv2
import numpy as np
import pytest
from PIL import Image

from samples import scan, scan_faces
from samples.reports import invent
from samples.scan_layout import setting

SAMPLE = invent(5, edition="2021", zero=False, blanks="blank")
HOW = setting(5, packaged_only=True, tables_only=True, size=12.0, table_size=8.0, gap=1.5)


@cache
def pages(level, seed=5, how=HOW):
    return scan.scanned(SAMPLE, level=level, seed=seed, how=how)


def darkness(crop):
    """Return how much darker than its paper a crop's inside gets, in grey levels."""
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY) if crop.ndim == 3 else crop
    return float(np.median(grey)) - float(grey.min())


@pytest.mark.parametrize("level", scan.LEVELS)
def test_every_value_stands_in_its_cell_and_blank_cells_are_empty(level):
    found, contrasts = [], {True: [], False: []}
    for page in pages(level):
        for box in page.page.cells:
            if box.cell.is_value:
                found.append(box.cell.id)
                inside = scan.crop(page, box, trim=1.6)
                smooth = cv2.blur(inside, (3, 3))  # noise is no ink
                contrasts[bool(box.cell.text)].append(darkness(smooth))
    assert sorted(found) == sorted(SAMPLE.texts)
    if level not in ("seal", "photocopy"):  # a seal and specks fall on blank cells too
        assert np.percentile(contrasts[True], 2) > 1.5 * np.percentile(contrasts[False], 98)


@pytest.mark.parametrize("level", ["skew", "photo", "turned"])
def test_a_cell_cut_from_a_moved_page_looks_like_the_same_cell_on_a_straight_one(level):
    straight, moved = pages("clean300"), pages(level)
    alike = []
    for before, after in zip(straight, moved, strict=True):
        for box in before.page.cells:
            if box.cell.is_value and box.cell.text:
                one, other = scan.crop(before, box, 1.6), scan.crop(after, box, 1.6)
                grey = cv2.cvtColor(other, cv2.COLOR_RGB2GRAY) if other.ndim == 3 else other
                same = cv2.resize(one, grey.shape[::-1], interpolation=cv2.INTER_AREA)
                alike.append(np.corrcoef(same.ravel(), grey.ravel())[0, 1])
    assert np.median(alike) > 0.8


def test_the_same_seed_gives_the_same_file_and_another_seed_another():
    one, again, other = (
        scan.draw(SAMPLE, level="scan100", seed=seed, container="pdf", how=HOW) for seed in (7, 7, 8)
    )
    assert one == again
    assert one != other


@pytest.mark.parametrize("container", ["pdf", "tiff"])
def test_a_file_holds_every_page(container):
    drawn = pages("scan100")
    data = scan.packed(drawn, container)
    if container == "pdf":
        assert data.startswith(b"%PDF")
        assert data.count(b"/Subtype /Image") == len(drawn)
        assert b"/Font /" not in data
    else:
        assert Image.open(io.BytesIO(data)).n_frames == len(drawn)


def test_png_and_jpeg_hold_one_page_and_refuse_more():
    drawn = pages("scan100")[:1]
    for container, kind in (("png", "PNG"), ("jpeg", "JPEG")):
        assert Image.open(io.BytesIO(scan.packed(drawn, container))).format == kind
        with pytest.raises(ValueError, match="holds one page, the report has 2"):
            scan.packed(drawn * 2, container)


def test_a_fax_is_black_and_white_and_small():
    drawn = pages("fax")
    assert set(np.unique(drawn[0].pixels)) == {0, 255}
    image = Image.open(io.BytesIO(scan.packed(drawn, "tiff")))
    assert (image.mode, image.info["compression"]) == ("1", "group4")


def test_a_seal_is_red_and_leaves_the_ink_under_it():
    page = pages("seal")[0].pixels.astype(int)
    red = (page[..., 0] - page[..., 1] > 60) & (page[..., 0] - page[..., 2] > 60)
    assert 0.002 < red.mean() < 0.05


def test_turned_pages_are_turned_by_quarters_both_ways_and_upside_down():
    turned = {scan.scanned(SAMPLE, level="turned", seed=seed, how=HOW)[0].pixels.shape for seed in range(6)}
    assert {height > width for height, width in turned} == {True, False}


def test_unruled_tables_have_no_rulings():
    how = setting(5, packaged_only=True, is_ruled=False)
    assert not any(page.page.rulings for page in pages("borderless", how=how))
    assert all(page.page.rulings for page in pages("scan200") if page.page.cells)


def test_prose_is_set_where_it_is_wanted():
    def words(tables_only):
        how = setting(5, packaged_only=True, tables_only=tables_only)
        drawn = pages("scan100", how=how)
        return "".join(text.text for text in itertools.chain(*(page.page.texts for page in drawn)))

    paragraph = SAMPLE.sections[0][2][0]
    assert paragraph.strip() in words(tables_only=False)
    assert paragraph.strip() not in words(tables_only=True)


def test_no_face_prints_a_box_for_a_character_that_it_lacks():
    there = set(scan_faces.FACES) - set(scan_faces.missing())
    assert there >= set(scan_faces.PACKAGED)
    for name in there:
        for text, file in scan_faces.runs("本年-—无/、（一）12.5", scan_faces.FACES[name]):
            boxed = {one for one in text if scan_faces._lacks(file, one)}
            assert not boxed, (name, file)


def test_a_missing_typeface_is_named_with_the_package_that_brings_it(monkeypatch):
    monkeypatch.setattr(scan_faces, "_find", lambda file: None)
    scan_faces._font.cache_clear()
    with pytest.raises(scan_faces.FontMissing, match=r"ukai\.ttc is missing; `apt-get install fonts-arphic"):
        scan_faces.font("ukai.ttc", 20)
    with pytest.raises(scan_faces.FontMissing, match="pip install"):
        scan_faces.font("NotoSansSC-Regular.otf", 20)
    assert scan_faces.missing() == list(scan_faces.FACES)


@pytest.mark.parametrize("level", ["scan150", "seal", "fax"])
def test_what_something_else_printed_is_worn_like_a_page_of_ours(level):
    sheet = np.full((1754, 1240), 255, np.uint8)
    cv2.rectangle(sheet, (200, 300), (1000, 900), 0, 3)
    (page,) = scan.worn([sheet], level=level, seed=3)
    assert page.dpi == scan.LEVELS[level].dpi
    assert darkness(page.pixels) > 60
    assert (page.pixels.ndim == 3) is (level == "seal")
    assert len(scan.packed([page], "png")) > 0


@pytest.mark.parametrize("level", ["faint", "borderless"])
def test_rulings_of_what_something_else_printed_are_not_worn_apart(level):
    with pytest.raises(ValueError, match=level):
        scan.worn([np.full((100, 100), 255, np.uint8)], level=level, seed=3)
