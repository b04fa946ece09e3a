from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree

from samples import ofd
from samples.reports import invent

SAMPLE = invent(47_000_702, edition="2021", zero=False, blanks="zero")


def roots(look: str) -> dict[str, etree._Element]:
    with ZipFile(BytesIO(ofd.draw(SAMPLE, look=look))) as archive:
        return {
            name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")
        }


def texts(look: str) -> str:
    """All that a file's pages and units say, in the order drawn, blanks aside."""
    every = roots(look)
    codes = (code for name in sorted(every) for code in every[name].iter("{*}TextCode"))
    return "".join("".join(code.text or "" for code in codes).split())


@pytest.mark.parametrize("look", ofd.LOOKS)
def test_it_draws_the_same_bytes_again(look: str):
    assert ofd.draw(SAMPLE, look=look, seed=3) == ofd.draw(SAMPLE, look=look, seed=3)


@pytest.mark.parametrize("look", ofd.LOOKS)
def test_it_numbers_every_object_once(look: str):
    drawn = ("TextObject", "PathObject", "ImageObject", "CompositeObject", "Layer", "PageBlock")
    numbers = [
        element.get("ID")
        for root in roots(look).values()
        for element in root.iter(*(f"{{*}}{name}" for name in drawn))
    ]
    assert len(numbers) == len(set(numbers)) > 10


@pytest.mark.parametrize("look", ofd.LOOKS)
def test_it_prints_every_figure(look: str):
    said = texts(look)
    for text in SAMPLE.texts.values():
        assert "".join(text.split()) in said


def test_a_text_has_a_distance_for_every_character_but_the_first():
    for root in roots("lines").values():
        for code in root.iter("{*}TextCode"):
            assert len((code.get("DeltaX") or "").split()) == len(code.text or "") - 1


def codes(look: str) -> list[etree._Element]:
    return [code for root in roots(look).values() for code in root.iter("{*}TextCode")]


def test_the_looks_differ_in_what_they_are_named_for():
    assert any("g " in code.get("DeltaX", "") for code in codes("strips"))
    assert all(len(code.text) == 1 for code in codes("characters"))
    assert any(code.get("DeltaY") for code in codes("blocks"))
    assert "Doc_0/Tpls/Tpl_0/Content.xml" in roots("template")
    assert len(list(roots("unit")["Doc_0/DocumentRes.xml"].iter("{*}TextObject"))) > 100
