"""The committed samples are what the generator draws now."""

import io
import json
import zipfile

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageSequence

from samples.make import FOLDER, draw_all, truth_bytes

DRAWN = draw_all()


def members(data):
    """Return a package's parts; how they are compressed is the zlib version's affair."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def pixels(data):
    """Return the pages of a scan in grey."""
    if data.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(data) as document:
            return [
                page.render(scale=1, grayscale=True).to_numpy()[..., 0].astype(float) for page in document
            ]
    frames = ImageSequence.Iterator(Image.open(io.BytesIO(data)))
    return [np.asarray(frame.convert("L"), float) for frame in frames]


@pytest.mark.parametrize("name", DRAWN)
def test_a_committed_sample_is_what_is_drawn_now(name):
    path = FOLDER / name
    committed, drawn = path.read_bytes(), DRAWN[name]
    assert len(committed) < (160_000 if "-scan-" in name else 60_000)
    if "-scan-" in name:
        for one, other in zip(pixels(committed), pixels(drawn.data), strict=True):
            assert np.abs(one - other).mean() < 1  # another release of a font or JPEG library moves a few
    elif path.suffix in (".docx", ".ofd"):
        assert members(committed) == members(drawn.data)
    else:
        assert committed == drawn.data
    truth = (FOLDER / "truth" / f"{path.stem}.json").read_bytes()
    assert truth == truth_bytes(drawn)
    assert set(json.loads(truth)["lost"]) <= set(json.loads(truth)["values"])


def test_nothing_else_is_committed_and_every_sample_is_explained():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    files = {
        path.name
        for path in FOLDER.iterdir()
        if path.suffix in (".docx", ".html", ".ofd", ".pdf", ".tiff", ".txt")
    }
    assert files == set(DRAWN)
    assert all(f"| {name} |" in readme for name in DRAWN)
    truths = {path.stem for path in (FOLDER / "truth").iterdir()}
    assert truths == {name.rpartition(".")[0] for name in DRAWN}
