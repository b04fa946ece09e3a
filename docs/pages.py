"""python -m docs.pages: take docs/images/review.png and summary.png, the pages as a browser shows them.

Needs Chromium with its driver, and Chinese fonts on the machine. The reports are invented.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from selenium import webdriver
from selenium.webdriver.common.by import By

from charting import gather
from charting.page import page
from converters import convert
from export.rows import reports_in
from messages import load
from normalize import normalize
from report import evidence_to_json, to_json
from review.server import Review, serve
from samples import pdf, word
from samples.reports import Sample, invent

IMAGES = Path(__file__).with_name("images")
_SWITCHES = "--headless --no-sandbox --disable-gpu --no-first-run --hide-scrollbars --window-size=1500,960"
_LARGEST = 2000
_OFFLINE = "--disable-background-networking --disable-component-update --disable-sync --disable-quic"


def take() -> None:
    """Write both pictures."""
    options = webdriver.ChromeOptions()
    for switch in (*_SWITCHES.split(), *_OFFLINE.split()):
        options.add_argument(switch)
    options.binary_location = shutil.which("chromium") or ""
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    driver.implicitly_wait(20)
    with TemporaryDirectory() as folder:
        out, source = Path(folder, "out"), Path(folder, "in")
        _fill(out, source)
        _review(driver, out, source)
        _summary(driver, out, Path(folder))
    driver.quit()


def _review(driver: webdriver.Chrome, out: Path, source: Path) -> None:
    serving = serve(Review(out=out, source=source, who="核对员", messages=load("zh")))
    Thread(target=serving.run, daemon=True).start()
    driver.get(serving.url)
    driver.find_element(By.CSS_SELECTOR, "tr[tabindex]").click()
    driver.find_element(By.CSS_SELECTOR, ".sheet .mark")
    time.sleep(1)  # until it has scrolled to its place
    driver.save_screenshot(str(IMAGES / "review.png"))
    serving.stop()


def _summary(driver: webdriver.Chrome, out: Path, folder: Path) -> None:
    file = folder / "summary.html"
    file.write_text(page(gather(reports_in(out)), load("zh")), encoding="utf-8")
    driver.get(file.as_uri())
    driver.save_screenshot(str(IMAGES / "summary.png"))


def _fill(out: Path, source: Path) -> None:
    """Write reports of three units over four years, one with a misprint, and what is made of them."""
    for unit, issuer in enumerate(("甲县人民政府", "乙县人民政府", "丙县人民政府")):
        for year in range(2020, 2024):
            is_wrong = (unit, year) == (1, 2022)
            sample = _of_usual_size(100 * unit + year, misprint=is_wrong)
            name = f"{issuer}{year}.{'pdf' if is_wrong else 'docx'}"
            _write(out, source, name, sample, issuer=issuer, year=year)


def _of_usual_size(seed: int, *, misprint: bool) -> Sample:
    """Return a report of a seed or one shortly after whose numbers are those of a county."""
    while True:
        sample = invent(seed, edition="2021", zero=False, blanks="zero", misprint=misprint)
        if max(number for number in sample.numbers.values() if number is not None) < _LARGEST:
            return sample
        seed += 1000


def _write(out: Path, source: Path, name: str, sample: Sample, *, issuer: str, year: int) -> None:
    data = pdf.draw(sample, style="lines") if name.endswith(".pdf") else word.draw(sample)
    report = replace(normalize(convert(data, name=name)), issuer=issuer, year=year)
    for file, content in (
        (source / name, data),
        (out / f"{name}.json", to_json(report)),
        (out / f"{name}.evidence.json", evidence_to_json(report)),
    ):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)


if __name__ == "__main__":
    take()
