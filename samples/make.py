"""Draw the committed samples and their truth again: python -m samples.make."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from samples import ofd, pdf, prose, scan, text, web, word
from samples.package import pack
from samples.reports import Sample, invent, traditional
from samples.scan_layout import setting
from samples.values import Number
from standards import load

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A file's bytes and what it says: see samples/README.md for the keys of `truth`."""

    data: bytes
    truth: Mapping[str, Any]


def draw_all() -> dict[str, Drawn]:
    """Return file name -> what is drawn for it, the same on every call."""
    return {name: draw() for name, draw in _FILES.items()}


def main() -> None:
    """Write every sample and its truth into this folder."""
    (FOLDER / "truth").mkdir(exist_ok=True)
    for name, drawn in draw_all().items():
        (FOLDER / name).write_bytes(drawn.data)
        (FOLDER / "truth" / f"{Path(name).stem}.json").write_bytes(truth_bytes(drawn))
        print(f"{len(drawn.data):7} {name}")


def truth_bytes(drawn: Drawn) -> bytes:
    """Return the truth of a sample as the JSON that is committed."""
    return (json.dumps(drawn.truth, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _truth(sample: Sample, lost: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {
        "edition": sample.edition,
        "title": sample.title,
        "issuer": sample.issuer,
        "year": sample.year,
        "date": sample.date.isoformat() if sample.date else None,
        "misprint": sample.misprint,
        "values": {name: _json_number(number) for name, number in sample.numbers.items()},
        "lost": sorted(lost),
    }


def _json_number(number: Number | None) -> int | float | None:
    """Return a number that JSON prints with the digits it has; only Decimals with a fraction become float."""
    if isinstance(number, Decimal):
        return int(number) if number == number.to_integral_value() else float(number)
    return number


def _word(sample: Sample, variant: str) -> Drawn:
    return Drawn(data=word.draw(sample, variant=variant), truth=_truth(sample))


def _text(sample: Sample, flattening: str, *, damage: float = 0.0, encoding: str = "utf-8") -> Drawn:
    models = tuple(model for model in text.DAMAGES if model not in ("cut-off", "one-line"))
    flat = text.draw(sample, flattening=flattening, damage=damage, encoding=encoding, models=models)
    lost = frozenset(sample.numbers) - flat.recoverable
    return Drawn(data=flat.data, truth=_truth(sample, lost))


def _pdf(sample: Sample, style: str) -> Drawn:
    return Drawn(data=pdf.draw(sample, style=style), truth=_truth(sample))


def _ofd(sample: Sample, look: str) -> Drawn:
    return Drawn(data=ofd.draw(sample, look=look), truth=_truth(sample))


def _web(sample: Sample, variant: str) -> Drawn:
    return Drawn(data=web.draw(sample, variant=variant), truth=_truth(sample))


def _scan(
    sample: Sample, level: str, container: scan.Container, worn: dict[str, object], **how: object
) -> Drawn:
    """Draw a scan, its level changed by `worn`: noise is left out, as it makes files large."""
    pages = scan.scanned(
        sample,
        level=replace(scan.LEVELS[level], **worn),  # type: ignore[arg-type]  # fields of a level
        seed=sample.seed,
        how=setting(sample.seed, **{"packaged_only": True, **how}),  # type: ignore[arg-type]
    )
    return Drawn(data=scan.packed(pages, container), truth=_truth(sample))


def _hybrid() -> Drawn:
    """Draw a 2021 report with the 2019 heads over part (一): its figures there have no place in 2021."""
    sample = invent(41, edition="2021", zero=False, blanks="zero")
    old, new = (load(edition).table("proactive").parts[0] for edition in ("2019", "2021"))
    heads = {here.label: there.label for here, there in zip(new.columns, old.columns, strict=True)}
    foreign = {f"proactive.{row.id}.{column.id}" for row in new.rows for column in new.columns}
    numbers = {name: None if name in foreign else number for name, number in sample.numbers.items()}
    return _word(replace(sample, labels=heads, numbers=numbers), "plain")


def _before_2019() -> Drawn:
    """Draw a report from before there was a form: prose, and a list of indicators with their numbers."""
    random = Random("before 2019")
    organ = f"{prose.name(random)}县人民政府"
    title = f"{organ}2018年政府信息公开工作年度报告"
    indicators = (
        ("一、主动公开情况", "", ""),
        ("（一）主动公开政府信息数", "条", "1264"),
        ("其中：主动公开规范性文件数", "条", "3"),
        ("（二）通过政府网站公开政府信息数", "条", "1190"),
        ("二、依申请公开情况", "", ""),
        ("（一）收到申请数", "件", "17"),
        ("1.当面申请数", "件", "6"),
        ("2.网络申请数", "件", "11"),
        ("（二）申请办结数", "件", "17"),
        ("三、行政复议数量", "件", "1"),
        ("四、行政诉讼数量", "件", "0"),
        ("五、依申请公开信息收取的费用", "万元", "0"),
    )
    paragraphs = (
        title,
        "一、概述",
        "2018年，我县按照条例要求公开政府信息，全年主动公开1264条，收到申请17件。",
        "二、主动公开情况",
        "重点公开规划、财政、民生等领域信息，发布规范性文件3件。",
        "三、依申请公开情况",
        "申请均按期答复，未收取费用。",
        "四、存在的问题和改进措施",
        "部分栏目更新不及时，今后将加强督促。",
        "附表：政府信息公开情况统计表",
    )
    rows = "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in row)
        + "</w:tr>"
        for row in (("统计指标", "单位", "统计数"), *indicators)
    )
    grid = '<w:tblGrid><w:gridCol w:w="5000"/><w:gridCol w:w="900"/><w:gridCol w:w="900"/></w:tblGrid>'
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in paragraphs)
    closing = f"<w:p><w:r><w:t>{organ}</w:t></w:r></w:p><w:p><w:r><w:t>2019年3月20日</w:t></w:r></w:p>"
    return Drawn(
        data=pack(f"{body}<w:tbl><w:tblPr/>{grid}{rows}</w:tbl>{closing}", title=title),
        truth={
            "edition": None,
            "title": title,
            "issuer": organ,
            "year": 2018,
            "date": "2019-03-20",
            "misprint": None,
            "values": {},
            "lost": [],
        },
    )


# Title and tables alone, so that the files stay small; in a typeface that a package brings.
_TABLES = {"tables_only": True, "face": "hei", "size": 14.0, "table_size": 9.0, "gap": 3.0, "align": "centre"}

_FILES: dict[str, Callable[[], Drawn]] = {
    "2018-word-indicator-list.docx": _before_2019,
    "2019-scan-fax.tiff": lambda: _scan(
        invent(72, edition="2019", zero=False, blanks="zero"), "fax", "tiff", {}, face="hei"
    ),
    "2019-scan-zero-turned.tiff": lambda: _scan(
        invent(79, edition="2019", zero=True, blanks="zero"),
        "fax",
        "tiff",
        {"dpi": 200, "quarters": (2,)},
        **{**_TABLES, "face": "song", "table_size": 10.0},
    ),
    "2019-text-aligned-gb18030.txt": lambda: _text(
        invent(11, edition="2019", zero=False, blanks="zero"), "aligned", encoding="gb18030"
    ),
    "2019-text-one-line.txt": lambda: _text(invent(12, edition="2019", zero=False, blanks="zero"), "P11"),
    "2019-text-tabs-damaged.txt": lambda: _text(
        invent(13, edition="2019", zero=False, blanks="zero", label_noise=0.1), "P14", damage=0.6
    ),
    "2019-word-content-controls-markers.docx": lambda: _word(
        invent(14, edition="2019", zero=False, blanks="zero", markers=True), "content-controls"
    ),
    "2019-word-nested-misprint.docx": lambda: _word(
        invent(15, edition="2019", zero=False, blanks="zero", misprint=True), "nested"
    ),
    "2019-word-split-head.docx": lambda: _word(
        invent(16, edition="2019", zero=False, blanks="zero"), "split-head"
    ),
    "2021-ofd-template.ofd": lambda: _ofd(invent(65, edition="2021", zero=False, blanks="zero"), "template"),
    "2021-pdf-over-pages.pdf": lambda: _pdf(
        invent(63, edition="2021", zero=False, blanks="zero"), "rectangles"
    ),
    "2021-pdf-zero-unruled.pdf": lambda: _pdf(
        invent(62, edition="2021", zero=True, blanks="zero"), "horizontal"
    ),
    "2021-scan-photo.pdf": lambda: _scan(
        invent(77, edition="2021", zero=False, blanks="zero"),
        "photo",
        "pdf",
        {"dpi": 130, "jpeg": (22, 22), "grain": (0, 0)},
        **_TABLES,
    ),
    "2021-text-blank-cells.txt": lambda: _text(invent(21, edition="2021", zero=False, blanks="blank"), "P13"),
    "2021-text-digits-run-together.txt": lambda: _text(
        invent(22, edition="2021", zero=False, blanks="zero"), "P12"
    ),
    "2021-text-one-cell-a-line.txt": lambda: _text(
        invent(23, edition="2021", zero=False, blanks="zero", label_noise=0.15), "P1"
    ),
    "2021-text-repeats-dropped.txt": lambda: _text(
        invent(24, edition="2021", zero=False, blanks="zero"), "P9"
    ),
    "2021-text-traditional-big5.txt": lambda: _text(
        traditional(invent(25, edition="2021", zero=False, blanks="mark")), "P2", encoding="big5"
    ),
    "2021-text-zero-pipes.txt": lambda: _text(invent(26, edition="2021", zero=True, blanks="zero"), "P3"),
    "2021-web-government.html": lambda: _web(
        invent(64, edition="2021", zero=False, blanks="zero"), "government"
    ),
    "2021-word-grid-before-after.docx": lambda: _word(
        invent(27, edition="2021", zero=False, blanks="zero"), "grid-before-after"
    ),
    "2021-word-hybrid-2019-heads.docx": _hybrid,
    "2021-word-numbering.docx": lambda: _word(
        invent(28, edition="2021", zero=False, blanks="zero"), "numbering"
    ),
    "2021-word-plain.docx": lambda: _word(invent(29, edition="2021", zero=False, blanks="zero"), "plain"),
    "2021-word-tracked-changes.docx": lambda: _word(
        invent(30, edition="2021", zero=False, blanks="zero"), "tracked-changes"
    ),
}


if __name__ == "__main__":
    main()
