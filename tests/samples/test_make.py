"""The committed samples are what the generator draws now."""

import io
import json
import zipfile

import pytest

from samples.make import FOLDER, draw_all, truth_bytes

DRAWN = draw_all()


def members(data):
    """Return a package's parts; how they are compressed is the zlib version's affair."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("name", DRAWN)
def test_a_committed_sample_is_what_is_drawn_now(name):
    path = FOLDER / name
    committed, drawn = path.read_bytes(), DRAWN[name]
    assert len(committed) < 60_000
    if path.suffix in (".docx", ".ofd"):
        assert members(committed) == members(drawn.data)
    else:
        assert committed == drawn.data
    truth = (FOLDER / "truth" / f"{path.stem}.json").read_bytes()
    assert truth == truth_bytes(drawn)
    assert set(json.loads(truth)["lost"]) <= set(json.loads(truth)["values"])


def test_nothing_else_is_committed_and_every_sample_is_explained():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    files = {
        path.name for path in FOLDER.iterdir() if path.suffix in (".docx", ".html", ".ofd", ".pdf", ".txt")
    }
    assert files == set(DRAWN)
    assert all(f"| {name} |" in readme for name in DRAWN)
    truths = {path.stem for path in (FOLDER / "truth").iterdir()}
    assert truths == {name.rpartition(".")[0] for name in DRAWN}
