"""Reports that nobody wrote, with their truth.

`invent` decides everything a page would show: the words, the labels as printed, the text of every cell
and the number it stands for. How the page looks is decided by whoever draws it (word.py, text.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from random import Random

from opencc import OpenCC

from samples import labels as label_noise_models
from samples import prose, values
from samples.values import Number
from standards import EDITIONS, Standard, load

BLANKS = ("zero", "blank", "mark")
MARKS = ("-", "/", "—", "无")
_EXTRA_ROWS = ("其他主动公开文件", "其中：联合制发文件", "地方性法规", "其他规范性文件")
_HEADS_WITH_OTHER_UNITS = {
    "采购总金额": ("采购总金额（万元）", "万元"),
    "本年收费金额（单位：万元）": ("本年收费金额（单位：元）", "元"),
}


@dataclass(frozen=True, kw_only=True)
class Sample:
    """An invented report: what it prints and what that means.

    `title` is the title as printed, on one line; `title_lines` is how it is broken. `numbers` holds what
    is printed, in the standard's unit, None for a blank or a mark. `misprint` is the value id whose
    printed number breaks a sum. `labels` says which labels are printed otherwise than the form has them.
    The lines of issuer and date at the end belong to no section; `preamble` stands before the first.
    """

    edition: str
    title: str | None
    issuer: str | None
    year: int | None
    date: dt.date | None
    sections: tuple[tuple[str, str, tuple[str, ...]], ...]
    texts: Mapping[str, str]
    numbers: Mapping[str, Number | None]
    extra_rows: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()
    misprint: str | None = None
    labels: Mapping[str, str]
    title_lines: tuple[str, ...] = ()
    preamble: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    seed: int = 0

    @property
    def standard(self) -> Standard:
        """The standard of the report's edition."""
        return load(self.edition)


def invent(
    seed: int,
    *,
    edition: str | None = None,
    zero: bool | None = None,
    blanks: str | None = None,
    misprint: bool = False,
    label_noise: float = 0.0,
    markers: bool = False,
) -> Sample:
    """Return the report that belongs to a seed and a choice of what it shall be like.

    `zero` makes every number 0; `blanks` says how a 0 is printed ("zero", "blank" or "mark"); None leaves
    the choice to the seed. `label_noise` is a probability per label. Every sum holds unless `misprint`.
    """
    random = Random(f"report {seed}")
    edition = edition or random.choice(EDITIONS)
    standard = load(edition)
    zero = random.random() < 0.35 if zero is None else zero
    blanks = blanks or random.choices(BLANKS, (8, 1, 1))[0]
    around = prose.around(random, edition=edition)
    numbers = values.invent_numbers(random, standard)
    if zero:
        numbers = {name: number * 0 for name, number in numbers.items()}
    wrong = _misprint(random, standard, numbers) if misprint else None
    labels = label_noise_models.noisy(random, standard, label_noise)
    head_units = _other_units(random, standard, labels, label_noise)
    texts, printed = _print(
        random, standard, numbers, blanks=blanks, markers=markers, head_units=head_units, keep=wrong
    )
    sample = Sample(
        edition=edition,
        title="".join(around.title_lines) or None,
        issuer=around.issuer,
        year=around.year,
        date=around.date,
        sections=tuple(
            (
                section.id,
                label_noise_models.heading(random, section, label_noise),
                around.paragraphs[section.id],
            )
            for section in standard.sections
        ),
        texts=texts,
        numbers=printed,
        misprint=wrong,
        labels=labels,
        title_lines=around.title_lines,
        preamble=around.preamble,
        closing=around.closing,
        seed=seed,
    )
    return traditional(sample) if random.random() < min(label_noise, 0.06) else sample


def traditional(sample: Sample) -> Sample:
    """Return the same report in Traditional characters, every label included."""

    def turn(text: str) -> str:
        return str(_traditional_characters().convert(text)).replace("〇", "○")

    printed = {
        label: sample.labels.get(label, label) for label in label_noise_models.form_labels(sample.standard)
    }
    return replace(
        sample,
        title=turn(sample.title) if sample.title else None,
        issuer=turn(sample.issuer) if sample.issuer else None,
        sections=tuple(
            (name, turn(heading), tuple(turn(text) for text in paragraphs))
            for name, heading, paragraphs in sample.sections
        ),
        texts={name: turn(text) for name, text in sample.texts.items()},
        extra_rows=tuple(
            (table, after, turn(label), tuple(turn(text) for text in texts))
            for table, after, label, texts in sample.extra_rows
        ),
        labels={label: turn(text) for label, text in printed.items() if turn(text) != label},
        title_lines=tuple(turn(line) for line in sample.title_lines),
        preamble=tuple(turn(text) for text in sample.preamble),
        closing=tuple(turn(text) for text in sample.closing),
    )


def with_extra_rows(sample: Sample, seed: int = 0) -> Sample:
    """Return the report with one or two rows that nobody prescribed."""
    random = Random(f"extra rows {sample.seed} {seed}")
    part = sample.standard.table("proactive").parts[0]
    rows = [
        ("proactive", part.rows[-1].id, label, tuple(str(random.randint(0, 40)) for _ in part.columns))
        for label in random.sample(_EXTRA_ROWS, 1)
    ]
    if random.random() < 0.3:
        requests = sample.standard.table("requests").parts[0]
        rows.append(
            (
                "requests",
                requests.rows[-1].id,
                "五、其他需要说明的数量",
                tuple(str(random.randint(0, 4)) for _ in requests.columns),
            )
        )
    return replace(sample, extra_rows=tuple(rows))


@cache
def _traditional_characters() -> OpenCC:
    return OpenCC("s2tw")


def _misprint(random: Random, standard: Standard, numbers: dict[str, Number]) -> str:
    """Alter one number so that a sum fails, and return its value id."""
    names = values.summed_ids(standard)
    for _ in range(100):
        name = random.choice(names)
        right = int(numbers[name])
        digits = str(right)
        wrong = random.choice(
            (
                right + 1,
                abs(right - 1),
                int(digits[::-1]),
                int(digits[1:] or "1"),
                right + random.randint(2, 20),
            )
        )
        if wrong != right and values.failing(standard, {**numbers, name: wrong}):
            numbers[name] = wrong
            return name
    message = "no number could be altered so that a sum fails"
    raise AssertionError(message)


def _other_units(
    random: Random, standard: Standard, labels: dict[str, str], probability: float
) -> dict[str, str]:
    """Print another unit into the head of an amount now and then; return label -> unit of such heads."""
    units: dict[str, str] = {}
    for label, (printed, unit) in _HEADS_WITH_OTHER_UNITS.items():
        if label in label_noise_models.form_labels(standard) and random.random() < probability * 0.3:
            labels[label] = printed
            units[label] = unit
    return units


def _print(
    random: Random,
    standard: Standard,
    numbers: Mapping[str, Number],
    *,
    blanks: str,
    markers: bool,
    head_units: Mapping[str, str],
    keep: str | None,
) -> tuple[dict[str, str], dict[str, Number | None]]:
    """Return the text of every cell, and the number that it says (None for a blank or a mark)."""
    stand_in = {"zero": None, "blank": "", "mark": random.choice(MARKS)}[blanks]
    texts: dict[str, str] = {}
    printed: dict[str, Number | None] = {}
    for name, (_, column) in standard.leaves.items():
        number = numbers[name]
        if not number and stand_in is not None and name != keep:
            texts[name], printed[name] = stand_in, None
            continue
        texts[name] = values.write(
            random, number, column, head_unit=head_units.get(column.label), markers=markers
        )
        printed[name] = Decimal(number) if column.type == "amount" else number
    return texts, printed
