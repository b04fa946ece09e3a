"""Output folders for the tests here, made from invented reports by the real converter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from converters import convert
from messages import load
from normalize import normalize
from report import evidence_to_json, to_json
from review.server import Review, Serving, serve
from samples import pdf, word
from samples.reports import invent

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"


def write(out: Path, source: Path, name: str, data: bytes) -> None:
    """Put a source file and what `convert` makes of it into their folders."""
    report = normalize(convert(data, name=name))
    for folder, ending, content in (
        (source, "", data),
        (out, ".json", to_json(report)),
        (out, ".evidence.json", evidence_to_json(report)),
    ):
        path = folder / f"{name}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def filled(folder: Path) -> tuple[Path, Path]:
    """Return an output folder with a misprinted Word report and a clean PDF, and their sources."""
    out, source = folder / "out", folder / "in"
    write(out, source, "镇/misprint.docx", word.draw(invent(7, edition="2021", misprint=True)))
    write(out, source, "clean.pdf", pdf.draw(invent(8, edition="2021"), style="lines"))
    return out, source


@contextmanager
def served(out: Path, source: Path | None) -> Iterator[Serving]:
    """Serve a review for as long as the block runs."""
    serving = serve(Review(out=out, source=source, who="核对员", messages=load("zh")))
    thread = Thread(target=serving.run, daemon=True)
    thread.start()
    try:
        yield serving
    finally:
        serving.stop()
        thread.join(5)
