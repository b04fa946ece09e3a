"""The review in a real browser; needs Chromium and its driver, and is left out where they are absent."""

from __future__ import annotations

import json
import shutil
import time

import pytest

from corrections import FILE, load
from export.rows import reports_in
from messages import load as load_messages
from report import canonical
from review.server import Review
from review.still import write as write_still
from samples import pdf, word
from samples.reports import invent
from tests.review.folders import HOSTILE, filled, served, write

webdriver = pytest.importorskip("selenium.webdriver")
exceptions = pytest.importorskip("selenium.common.exceptions")
CHROMIUM, DRIVER = (shutil.which(name) for name in ("chromium", "chromedriver"))
pytestmark = [
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Chromium and its driver are not installed"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
# What keeps it from looking anything up on the net, and lets it run in a container.
SWITCHES = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
    " --window-size=1500,950 --disable-background-networking --disable-component-update"
)


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    for switch in SWITCHES.split():
        options.add_argument(switch)
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.implicitly_wait(20)
    yield driver
    driver.quit()


@pytest.fixture
def folders(tmp_path):
    return filled(tmp_path)


def one(browser, selector):
    return browser.find_element("css selector", selector)


def all_of(browser, selector):
    return browser.find_elements("css selector", selector)


def press(browser, *keys):
    for key in keys:
        one(browser, "body").send_keys(key)


def until(claim):
    end = time.monotonic() + 20
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_correction_goes_from_the_page_into_the_export(browser, folders):
    out, source = folders
    with served(out, source) as serving:
        browser.get(serving.url)
        one(browser, "tr[tabindex]").click()
        one(browser, "td.marked")  # the cell in the source's own table
        value_id = one(browser, "td.here").get_attribute("data-id")
        press(browser, "e")
        field = one(browser, "#new")
        field.clear()
        field.send_keys("4321\n")
        until(lambda: all_of(browser, f"td.decided[data-id='{value_id}']"))
        assert one(browser, f"td[data-id='{value_id}']").text == "4321"
        press(browser, "s")
        until(lambda: load(out).of("镇/misprint.docx", sha(out)).signature)
    (corrected,) = (
        report for report in reports_in(out) if report.data["source"]["name"] == "镇/misprint.docx"
    )
    assert corrected.values[value_id] == 4321
    assert corrected.data["values"][value_id] != 4321
    assert corrected.signed.who == "核对员"
    assert not [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


def sha(out, name="镇/misprint.docx"):
    return json.loads((out / f"{name}.json").read_bytes())["source"]["sha256"]


SLOW = """
window.quick = window.quick || window.fetch;
window.fetch = (path, options) => window.quick(path, options).then((answer) =>
  new Promise((done) => setTimeout(() => done(answer), %s)));
"""


def wait_for_answer(browser):
    until(lambda: not all_of_now(browser, "body.pending"))


def all_of_now(browser, selector):
    return browser.execute_script("return [...document.querySelectorAll(arguments[0])]", selector)


def test_what_is_pressed_before_the_answer_concerns_no_other_value_and_no_other_report(browser, folders):
    out, source = folders
    with served(out, source) as serving:
        browser.get(serving.url)
        all_of(browser, "tr[tabindex]")[1].click()
        one(browser, ".sheet .mark")
        browser.execute_script(SLOW % "options && options.method ? 1200 : 0")
        first, second, third = browser.execute_script("return stops.slice(0, 3)")
        press(browser, "\n", "\n", "e", "n", "q", "j", "s")
        browser.execute_script("KEYS.Enter(); KEYS.e(); KEYS.n(); go(stops[2])")
        assert all_of_now(browser, "body.pending")
        assert browser.execute_script("return [report.name, here, editing]") == ["clean.pdf", first, False]
        wait_for_answer(browser)
        assert browser.execute_script("return [report.name, here, editing]") == ["clean.pdf", second, False]
        press(browser, "e")
        browser.execute_script("document.getElementById('new').value = '393'")
        one(browser, "#new").send_keys("\n")
        wait_for_answer(browser)
        assert browser.execute_script("return [here, editing]") == [third, False]
    found = load(out).of("clean.pdf", sha(out, "clean.pdf"))
    assert {value_id: said.act for value_id, said in found.of_values.items()} == {
        first: "accepted",
        second: "corrected",
    }
    assert (found.of_values[second].new, found.signature) == (393, None)


def test_ink_that_comes_late_is_not_shown_beside_another_report(browser, tmp_path):
    out, source = tmp_path / "out", tmp_path / "in"
    for name, seed in (("a.pdf", 8), ("b.pdf", 9)):
        write(out, source, name, pdf.draw(invent(seed, edition="2021"), style="lines"))
    tail = "return document.querySelector('.sheet img').src.slice(-200)"
    with served(out, source) as serving:
        browser.get(serving.url)
        one(browser, "tr[tabindex]")
        browser.execute_script("openReport('b.pdf')")
        until(lambda: "b.pdf" in one(browser, "header").text)
        one(browser, ".sheet .mark")
        right = browser.execute_script(tail)
        delay = "path.startsWith('page') ? (path.includes('a.pdf') ? 1200 : 3500) : 0"
        browser.execute_script(SLOW % delay)
        browser.execute_script("openReport('a.pdf')")
        until(lambda: "a.pdf" in one(browser, "header").text)
        browser.execute_script("openReport('b.pdf')")
        until(lambda: "b.pdf" in one(browser, "header").text)
        time.sleep(2)
        assert browser.execute_script("return shownPage") is None
        one(browser, ".sheet .mark")
        assert browser.execute_script(tail) == right


def test_a_decision_about_what_changed_meanwhile_is_not_saved_and_the_report_is_shown_anew(browser, folders):
    out, source = folders
    path = out / "clean.pdf.json"
    with served(out, source) as serving:
        browser.get(serving.url)
        all_of(browser, "tr[tabindex]")[1].click()
        value_id = one(browser, "td.here").get_attribute("data-id")
        data = json.loads(path.read_bytes())
        data["values"][value_id] = 7654
        path.write_bytes(canonical(data))
        press(browser, "\n")
        until(lambda: alert_text(browser))
        assert "重新载入" in alert_text(browser)
        browser.switch_to.alert.accept()
        assert one(browser, f"td[data-id='{value_id}']").text == "7654"
        assert not (out / FILE).exists()
        press(browser, "\n")
        until(lambda: all_of_now(browser, "td.decided"))
    assert load(out).of("clean.pdf", sha(out, "clean.pdf")).of_values[value_id].old == 7654


def alert_text(browser):
    try:
        return browser.switch_to.alert.text
    except exceptions.NoAlertPresentException:
        return ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,234", 1234),
        ("12,345,678.5", 12345678.5),
        ("-3", -3),
        ("1,5", None),
        ("12,34", None),
        (",123", None),
        ("1e3", None),
        ("9007199254740992", None),
    ],
)
def test_a_comma_stands_between_thousands_only(browser, folders, typed, number):
    out, source = folders
    with served(out, source) as serving:
        browser.get(serving.url)
        all_of(browser, "tr[tabindex]")[1].click()
        value_id = one(browser, "td.here").get_attribute("data-id")
        press(browser, "e")
        field = one(browser, "#new")
        field.clear()
        field.send_keys(f"{typed}\n")
        if number is None:
            until(lambda: alert_text(browser))
            browser.switch_to.alert.accept()
            assert not (out / FILE).exists()
        else:
            until(lambda: all_of_now(browser, "td.decided"))
            found = load(out).of("clean.pdf", sha(out, "clean.pdf"))
            assert found.of_values[value_id].new == number


def test_still_pages_of_an_earlier_run_do_not_stay(tmp_path):
    out, _ = filled(tmp_path)
    folder = tmp_path / "still"
    review = Review(out=out, source=None, who="核对员", messages=load_messages("zh"))
    list(write_still(review, folder))
    (folder / "3.html").write_text("mine", encoding="utf-8")
    (out / "clean.pdf.json").unlink()
    fewer = Review(out=out, source=None, who="核对员", messages=load_messages("zh"))
    list(write_still(fewer, folder, force=True))
    assert sorted(path.name for path in folder.iterdir()) == ["1.html", "3.html", "index.html"]
    assert (folder / "3.html").read_text(encoding="utf-8") == "mine"


def test_the_keys_lead_through_the_doubted_values_and_the_reports(browser, folders):
    out, source = folders
    with served(out, source) as serving:
        browser.get(serving.url)
        one(browser, "tr[tabindex]").send_keys("\n")
        one(browser, "td.here")
        press(browser, "n")
        until(lambda: "clean.pdf" in one(browser, "header").text)
        first = one(browser, "td.here").get_attribute("data-id")
        press(browser, "j")
        assert one(browser, "td.here").get_attribute("data-id") != first
        press(browser, "k")
        assert one(browser, "td.here").get_attribute("data-id") == first
        mark = one(browser, ".sheet .mark")
        assert mark.size["width"] > 5
        press(browser, "\n")
        until(lambda: all_of(browser, "td.decided"))
        press(browser, "q")
        until(lambda: len(all_of(browser, "tr[tabindex]")) == 2)


def test_the_outline_lies_on_the_values_ink(browser, folders):
    """The dark pixels of a value's printed figure are inside the outline, and none are on its border."""
    out, source = folders
    with served(out, source) as serving:
        browser.get(serving.url)
        all_of(browser, "tr[tabindex]")[1].click()
        one(browser, ".sheet .mark")
        dark = browser.execute_script(
            """
            const image = document.querySelector(".sheet img");
            const canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
            const pen = canvas.getContext("2d");
            pen.drawImage(image, 0, 0);
            const { left, top, width, height } = document.querySelector(".mark").style;
            const share = (text, whole) => (parseFloat(text) / 100) * whole;
            const box = [share(left, canvas.width), share(top, canvas.height), share(width, canvas.width),
              share(height, canvas.height)].map(Math.round);
            const inner = pen.getImageData(box[0] + 4, box[1] + 4, box[2] - 8, box[3] - 8).data;
            return inner.filter((value, at) => at % 4 === 0 && value < 128).length;
            """
        )
        assert dark > 10


@pytest.mark.parametrize("still", [False, True])
def test_markup_in_a_document_stays_text(browser, tmp_path, still):
    out, source = tmp_path / "out", tmp_path / "in"
    sample = invent(5, edition="2021")
    name = "a<b onmouseover=alert(1)>.docx"
    write(out, source, name, word.draw(sample))
    path = out / f"{name}.json"
    hostile = path.read_bytes().replace(sample.issuer.encode(), HOSTILE.encode())
    assert HOSTILE.encode() in hostile
    path.write_bytes(hostile)
    if still:
        review = Review(out=out, source=source, who="核对员", messages=load_messages("zh"))
        list(write_still(review, tmp_path / "still"))
        browser.get((tmp_path / "still" / "index.html").as_uri())
        look(browser)
    else:
        with served(out, source) as serving:
            browser.get(serving.url)
            look(browser)


def look(browser):
    assert HOSTILE in one(browser, "tr[tabindex]").text
    one(browser, "tr[tabindex]").click()
    one(browser, "td.value")
    until(lambda: HOSTILE in one(browser, "header").text)
    assert browser.title != "owned"
    assert not all_of(browser, "header img")


def test_three_hundred_reports_open_within_two_seconds(browser, tmp_path):
    out = tmp_path / "out"
    data = word.draw(invent(9, edition="2021"))
    write(out, tmp_path / "in", "000.docx", data)
    report, evidence = ((out / f"000.docx{ending}").read_bytes() for ending in (".json", ".evidence.json"))
    for number in range(1, 300):
        name = f"{number:03}.docx"
        (out / f"{name}.json").write_bytes(report.replace(b'"000.docx"', f'"{name}"'.encode()))
        (out / f"{name}.evidence.json").write_bytes(evidence)
    with served(out, None) as serving:
        start = time.monotonic()
        browser.get(serving.url)
        until(lambda: len(all_of(browser, "tr[tabindex]")) == 300)
        assert time.monotonic() - start < 4  # 2 s is the aim, measured alone: benchmarks/RESULTS.md
    assert not (out / FILE).exists()
