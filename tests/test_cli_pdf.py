"""What the commands make of PDFs: pictures of pages, passwords, the path from ink to number."""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

import picturing
from converters import convert
from converters.pdf_view import views
from document import Grid
from errors import PasswordNeeded, UnreadableFile
from normalize import normalize
from samples.pdf import draw
from samples.reports import Sample, invent

ROOT = Path(__file__).parents[1]
SECRET = "open-Xy7"
PLAIN = invent(4, edition="2021", zero=False, blanks="zero")
WORD = ROOT / "samples" / "2021-word-plain.docx"


def gouji(
    *arguments: object, given: bytes | None = None, password: str | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    environment.pop("GOUJI_PASSWORD", None)
    if password is not None:
        environment["GOUJI_PASSWORD"] = password
    done = subprocess.run(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        input=given,
        capture_output=True,
        env=environment,
        timeout=120,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


def one_table(encrypt: StandardEncryption | None, pages: int = 1) -> bytes:
    """Return a PDF whose pages hold a table of one row each."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(300, 200), invariant=1, encrypt=encrypt)
    for _ in range(pages):
        canvas.setFont("STSong-Light", 12)
        for left, text in ((50, "新收"), (150, "3")):
            canvas.rect(left, 100, 100, 24)
            canvas.drawString(left + 5, 108, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "年度报告.pdf"
    path.write_bytes(draw(PLAIN, style="lines"))
    return path


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "locked.pdf"
    path.parent.mkdir()
    path.write_bytes(one_table(StandardEncryption(SECRET, ownerPassword="owner")))
    return path


def picture_of(sample: Sample, style: str, page: int) -> Image.Image:
    data = draw(sample, style=style)
    document = convert(data, name="report.pdf")
    (view,) = views(data, [page])
    image = Image.open(io.BytesIO(picturing.picture(view, document, normalize(document))))
    return image.convert("RGB")


def tint(colour: tuple[int, int, int]) -> tuple[int, ...]:
    """Return a status colour as it stands on white paper."""
    return tuple(round(255 + (channel - 255) * picturing._TINT / 255) for channel in colour)


def holds(image: Image.Image, colour: tuple[int, ...]) -> int:
    """Return how many pixels have a colour, give or take rounding."""
    counts = image.getcolors(1 << 24) or []
    return sum(
        count for count, found in counts if max(abs(a - b) for a, b in zip(found, colour, strict=True)) <= 3
    )


def test_it_draws_a_picture_a_page_and_prints_where(report: Path, tmp_path: Path) -> None:
    done = gouji("draw", report, "--png", tmp_path / "pictures")
    assert done.returncode == 0, done.stderr
    names = [f"年度报告-page-{number}.png" for number in (1, 2, 3)]
    assert done.stdout.splitlines() == [str(tmp_path / "pictures" / name) for name in names]
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == names
    assert done.stderr == ""


def test_it_draws_the_same_picture_twice(report: Path, tmp_path: Path) -> None:
    for folder in ("one", "other"):
        gouji("draw", report, "--png", tmp_path / folder, "--pages", "2")
    one, other = ((tmp_path / folder / "年度报告-page-2.png").read_bytes() for folder in ("one", "other"))
    assert one == other


def test_it_draws_the_pages_asked_for(report: Path, tmp_path: Path) -> None:
    done = gouji("draw", report, "--png", tmp_path, "--pages", "3,1")
    assert re.findall(r"page-(\d)", done.stdout) == ["1", "3"]


def test_it_draws_fifty_pages_and_says_how_to_have_the_others(tmp_path: Path) -> None:
    (tmp_path / "many.pdf").write_bytes(one_table(None, pages=52))
    done = gouji("draw", tmp_path / "many.pdf", "--png", tmp_path / "pictures")
    assert done.returncode == 0
    assert len(list((tmp_path / "pictures").iterdir())) == 50
    assert done.stderr == "50 of 52 pages are drawn; --pages 51-52 draws the others\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--pages", "2"], "give both or neither"),
        (["--png", "out", "--pages", "0"], "'0' is no page"),
        (["--png", "out", "--pages", "3-1"], "'3-1' is no page"),
        (["--png", "out", "--pages", "2,x"], "'x' is no page"),
        (["--png", "out", "--pages", "9"], "no page 9, only 3"),
    ],
)
def test_it_says_which_pages_there_are_not(report: Path, options: list[str], told: str) -> None:
    done = gouji("draw", report, *options)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_it_refuses_to_draw_pages_of_what_has_none(tmp_path: Path) -> None:
    done = gouji("draw", WORD, "--png", tmp_path / "pictures")
    assert done.returncode == 2
    assert "docx has none" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "pictures").exists()


def test_it_overwrites_no_picture_unasked(report: Path, tmp_path: Path) -> None:
    (tmp_path / "年度报告-page-2.png").write_bytes(b"mine")
    refused = gouji("draw", report, "--png", tmp_path)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["年度报告-page-2.png"]
    assert gouji("draw", report, "--png", tmp_path, "--force").returncode == 0
    assert (tmp_path / "年度报告-page-2.png").read_bytes().startswith(b"\x89PNG")


def test_it_ends_with_5_where_no_folder_can_be_made(report: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    assert gouji("draw", report, "--png", tmp_path / "taken").returncode == 5


def test_it_draws_what_comes_from_stdin(report: Path, tmp_path: Path) -> None:
    done = gouji("draw", "-", "--png", tmp_path, "--pages", "1", given=report.read_bytes())
    assert done.stdout == f"{tmp_path / 'stdin-page-1.png'}\n"


@pytest.mark.parametrize("style", ["lines", "borderless", "rotated", "sideways", "cropped"])
def test_it_draws_a_page_as_a_viewer_shows_it(style: str) -> None:
    (view,) = views(draw(PLAIN, style=style), [1])
    across, down = (842, 595) if style == "sideways" else (595, 842)
    assert (view.width, view.height) == (across * 3, down * 3)
    assert len(view.pixels) == view.width * view.height


@pytest.mark.parametrize("style", ["lines", "rectangles", "borderless", "rotated", "upside down", "sideways"])
def test_it_boxes_words_where_their_ink_is(style: str) -> None:
    (view,) = views(draw(PLAIN, style=style), [2])
    page = Image.frombytes("L", (view.width, view.height), view.pixels)
    assert len(view.words) > 100
    for word in view.words:
        box = word.box
        sides = (box.left - 1, box.top - 1, box.right + 1, box.bottom + 1)
        low, _ = page.crop(tuple(round(side * view.scale) for side in sides)).getextrema()
        assert low < 160, word.text


@pytest.mark.parametrize("style", ["lines", "rectangles", "dashed", "rotated", "sideways"])
def test_it_draws_rulings_over_the_printed_lines(style: str) -> None:
    (view,) = views(draw(PLAIN, style=style), [2])
    page = Image.frombytes("L", (view.width, view.height), view.pixels)
    assert len(view.rulings) > 20
    for box in view.rulings:
        sides = (box.left - 1, box.top - 1, box.right + 1, box.bottom + 1)
        low, _ = page.crop(tuple(round(side * view.scale) for side in sides)).getextrema()
        assert low < 200


def test_it_gives_each_status_its_colour_and_findings_a_corner() -> None:
    sample = invent(7, edition="2021", zero=False, misprint=True, blanks="blank")
    image = picture_of(sample, "dashed", 2)
    paper = image.crop((0, 0, image.width, 842 * 3))  # without the legend
    assert holds(paper, tint(picturing.STATUSES["printed"])) > 10_000
    assert holds(paper, tint(picturing.STATUSES["blank"])) > 10_000
    assert holds(paper, tint(picturing.STATUSES["unreadable"])) < 100  # blends of other colours
    assert holds(paper, picturing.DOUBT) > 50
    assert holds(picture_of(PLAIN, "lines", 2).crop((0, 0, image.width, 842 * 3)), picturing.DOUBT) == 0


def test_it_numbers_grids_as_their_drawing_in_text_does(report: Path) -> None:
    document = convert(report.read_bytes(), name="report.pdf")
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    numbered = [pair for page in (1, 2, 3) for pair in picturing._grids_on(page, document)]
    assert numbered == list(enumerate(grids, start=1))


def test_it_draws_a_page_that_holds_no_report(tmp_path: Path) -> None:
    (tmp_path / "small.pdf").write_bytes(one_table(None))
    assert gouji("draw", tmp_path / "small.pdf", "--png", tmp_path).returncode == 0
    image = Image.open(tmp_path / "small-page-1.png")
    assert image.width == round(picturing._LEGEND_WIDTH * 3)  # wider than the page, for the legend
    page = image.convert("RGB").crop((0, 0, 300 * 3, 200 * 3))
    assert holds(page, tint(picturing.STATUSES["printed"])) == 0


def test_it_draws_a_huge_page_smaller() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(14_000, 7_000))
    canvas.line(0, 0, 14_000, 7_000)
    canvas.showPage()
    canvas.save()
    (view,) = views(buffer.getvalue(), [1])
    assert (view.width, view.height) == (4000, 2000)


@pytest.mark.parametrize(
    "command", [["draw"], ["clean"], ["explain"]], ids=lambda arguments: str(arguments[0])
)
def test_it_names_the_option_where_a_password_is_missing(locked: Path, command: list[str]) -> None:
    more = ["requests.received.total"] if command == ["explain"] else []
    done = gouji(*command, locked, *more)
    assert done.returncode == 3
    assert "locked.pdf" in done.stderr
    assert "--password" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("how", ["option", "environment"])
def test_it_opens_an_encrypted_file_with_its_password(locked: Path, how: str) -> None:
    options = ["--password", SECRET] if how == "option" else []
    password = SECRET if how == "environment" else None
    done = gouji("draw", locked, *options, password=password)
    assert done.returncode == 0, done.stderr
    assert "| 新收 | 3 |" in done.stdout
    assert "新收" in gouji("clean", locked, *options, password=password).stdout
    pictures = gouji("draw", locked, "--png", locked.parent, *options, password=password)
    assert pictures.returncode == 0, pictures.stderr


def test_it_says_that_a_password_is_wrong(locked: Path) -> None:
    done = gouji("draw", locked, password="other")
    assert done.returncode == 3
    assert "wrong" in done.stderr


def test_it_tells_an_encrypted_file_from_a_damaged_one(locked: Path) -> None:
    with pytest.raises(PasswordNeeded, match=r"^a\.pdf: "):
        convert(locked.read_bytes(), name="a.pdf")
    with pytest.raises(UnreadableFile) as raised:
        convert(b"%PDF-1.7\n%%EOF", name="a.pdf", password="x")
    assert raised.type is UnreadableFile


def test_it_tries_no_password_on_a_file_that_wants_none() -> None:
    for encrypt in (None, StandardEncryption("", ownerPassword="owner")):
        assert convert(one_table(encrypt), name="a.pdf", password="other").blocks


def record(out: Path, name: str) -> tuple[str, str]:
    with sqlite3.connect(out / "ledger.sqlite") as ledger:
        row: tuple[str, str] = ledger.execute(
            "select outcome, coalesce(code, '') from inputs where name = ?", (name,)
        ).fetchone()
    ledger.close()
    return row


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """Return a folder with one report that wants a password and one that wants none."""
    folder = tmp_path / "both"
    folder.mkdir()
    (folder / "open.pdf").write_bytes(draw(PLAIN, style="lines"))
    secret = StandardEncryption(SECRET, ownerPassword="owner")
    (folder / "locked.pdf").write_bytes(one_table(secret))
    return folder


def test_it_converts_what_is_encrypted_and_stores_the_password_nowhere(both: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = gouji("convert", both, "-o", out, password=SECRET)
    assert json.loads((out / "locked.pdf.json").read_bytes())["source"]["pages"] == 1
    assert SECRET not in done.stdout + done.stderr
    for path in out.iterdir():
        assert SECRET.encode() not in path.read_bytes(), path.name


def test_it_resumes_with_a_password_what_was_done_without(both: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    without = gouji("convert", both, "-o", out)
    assert without.returncode == 3
    assert record(out, "locked.pdf") == ("failed", "input.password")
    wrong = gouji("convert", both, "-o", out, password="other")
    assert "1 of them done before" in wrong.stdout
    assert record(out, "locked.pdf") == ("failed", "input.password")
    right = gouji("convert", both, "-o", out, password=SECRET)
    assert "1 of them done before" in right.stdout
    assert record(out, "locked.pdf") == ("failed", "structure.no_edition")
    again = gouji("convert", both, "-o", out, "--password", SECRET)
    assert "2 of them done before" in again.stdout


def test_it_does_not_take_an_unlocked_output_for_one_without_the_password(both: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    gouji("convert", both, "-o", out, password=SECRET)
    without = gouji("convert", both, "-o", out)
    assert "1 of them done before" in without.stdout
    assert record(out, "locked.pdf") == ("failed", "input.password")


def heads(told: str) -> list[tuple[str, int]]:
    """Return the texts of the heads that explain names, with their pages, row heads first."""
    return [(text, int(page)) for text, page in re.findall(r"“([^”]+)”, page (\d+), ", told)]


def test_explain_names_the_cell_and_the_printed_heads(report: Path) -> None:
    told = gouji("explain", report, "requests.results.total.total").stdout
    assert re.search(
        r"^place    page 2, [\d.]+ to [\d.]+ across, [\d.]+ to [\d.]+ down, points", told, re.MULTILINE
    )
    assert re.search(r"^cell     grid \d, row 27, column 10$", told, re.MULTILINE)
    assert heads(told) == [("三、本年度办理结果", 2), ("（七）总计", 2), ("申请人情况", 2), ("总计", 2)]
    assert f"text     “{PLAIN.numbers['requests.results.total.total']}”" in told
    for words in ("\nsteps", "\nsums     holds", "the report is verified"):
        assert words in told


@pytest.mark.parametrize("style", ["dashed", "borderless", "sideways", "rotated"])
def test_explain_finds_heads_on_the_page_before_and_on_turned_pages(style: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(
        draw(invent(7, edition="2021", zero=False, blanks="zero"), style=style, seed=1)
    )
    told = gouji("explain", tmp_path / "a.pdf", "requests.results.total.total").stdout
    assert [text for text, _ in heads(told)] == ["三、本年度办理结果", "（七）总计", "申请人情况", "总计"]


def test_explain_keeps_a_group_apart_from_a_row_named_like_it(report: Path) -> None:
    told = gouji("explain", report, "requests.results.other.other.total").stdout
    assert [text for text, _ in heads(told)][:3] == ["三、本年度办理结果", "（六）其他处理", "3.其他"]


def test_explain_says_of_a_label_that_no_cell_prints_it(tmp_path: Path) -> None:
    sample = invent(4, edition="2021", zero=False, blanks="zero")
    labels = {**sample.labels, "总计": "某某"}
    (tmp_path / "a.pdf").write_bytes(draw(replace(sample, labels=labels), style="lines"))
    told = gouji("explain", tmp_path / "a.pdf", "requests.received.total").stdout
    assert "no cell above the value prints “总计” or nearly so" in told


def test_explain_draws_the_same_place_from_the_json(report: Path, tmp_path: Path) -> None:
    gouji("convert", report, "-o", tmp_path)
    direct = gouji("explain", report, "requests.received.total").stdout
    stored = gouji("explain", tmp_path / "年度报告.pdf.json", "requests.received.total").stdout
    assert [line for line in direct.splitlines() if line in stored.splitlines()] == stored.splitlines()
