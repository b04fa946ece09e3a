"""Does `gouji check` find what is wrong, and nothing else? Errors of fourteen kinds, planted in reports.

Every unit has reports for three years that agree with each other and with their running text. One error is
planted in a unit, or none. The files are drawn as Word or text, converted, and checked as a person would:
what is told is compared with what was planted. A finding nobody planted, and that does not follow from the
planted one, counts as invented.

    python -m benchmarks.checking --tune     while working; prints what was missed and what was invented
    python -m benchmarks.checking            the seeds that are reported
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from benchmarks.planting import KINDS, YEARS, Planted, Unit, draw_unit, name_of
from checking import read_units, survey
from checking.stream import pages
from checking.telling import Told, tell_unit
from converters import convert
from messages import load as load_messages
from normalize import normalize
from report import evidence_to_json, to_json
from samples import text, values, word
from samples.reports import Sample, invent
from standards import load

TUNING, REPORTING = 10_000_000, 20_000_000

# --- files ----------------------------------------------------------------------------------------------

_STATED = ("申请", "复议", "诉讼", "规范性文件", "许可")


def sample_of(random: Random, unit: Unit, year: int, seed: int, *, blanks: bool) -> Sample:
    """Return one of a unit's reports as a sample that can be drawn."""
    edition = unit.edition(year)
    standard = load(edition)
    base = invent(seed, edition=edition, zero=False, blanks="zero")
    when = unit.first_year + year
    numbers = unit.numbers[year]
    texts = {
        value_id: "" if blanks and not numbers[value_id] else values.plain(numbers[value_id])
        for value_id in standard.value_ids
    }
    sections = []
    for section, heading, paragraphs in base.sections:
        kept = (
            []
            if section in ("proactive", "requests", "disputes")
            else [
                paragraph.replace(f"{base.year}年", f"{when}年").replace(
                    f"{(base.year or 0) + 1}年", f"{when + 1}年"
                )
                for paragraph in paragraphs
                if not any(one in paragraph for one in _STATED)
            ]
        )
        if section == "overview":
            kept += ["".join(unit.sentences[year])] if random.random() < 0.5 else unit.sentences[year]
        sections.append((section, heading, tuple(kept)))
    title = f"{unit.issuer}{when}年政府信息公开工作年度报告"
    day = dt.date(when + 1, 1, random.randint(5, 28))
    return replace(
        base,
        title=title,
        title_lines=(title,),
        issuer=unit.issuer,
        year=when,
        date=day,
        closing=(unit.issuer, f"{day.year}年{day.month}月{day.day}日"),
        preamble=(),
        sections=tuple(sections),
        texts={**texts, **unit.texts[year]},
        numbers={},
        labels={},
    )


def write_unit(random: Random, unit: Unit, out: Path, seed: int) -> None:
    """Draw a unit's files, convert them, and write the reports as `gouji convert` does."""
    blanks = random.random() < 0.2 and not any(unit.texts)
    for year in range(YEARS):
        if year in unit.left_out:
            continue
        sample = sample_of(random, unit, year, seed + year, blanks=blanks)
        data, ending = _file(random, sample, blanks=blanks)
        _write(out, f"{name_of(unit, year)}.{ending}", data)
        if unit.twice == year:
            if random.random() < 0.5:
                data, ending = _file(random, sample, blanks=blanks)
            _write(out, f"copies/{name_of(unit, year)}.{ending}", data)


def _file(random: Random, sample: Sample, *, blanks: bool) -> tuple[bytes, str]:
    """Return a file; blanks are drawn in Word, as text in which they left no trace is in doubt by itself."""
    if blanks or random.random() < 0.7:
        return word.draw(sample, variant=random.choice(word.VARIANTS[:-1])), "docx"
    return text.draw(sample, flattening=random.choice(("P10", "P13"))).data, "txt"


def _write(out: Path, name: str, data: bytes) -> None:
    report = normalize(convert(data, name=name))
    target = out / f"{name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(to_json(report))
    (out / f"{name}.evidence.json").write_bytes(evidence_to_json(report))


# --- what is told ---------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What came of it; `clean` counts the reports of units without an error."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    invented: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def told_of(out: Path, units: Path) -> Iterator[tuple[str, Told]]:
    """Yield (unit and year, or unit, finding) of everything that is told."""
    messages = load_messages("zh")
    found = survey(out, read_units(units))
    for page in pages(found, messages):
        name = page.report.source.name.removeprefix("copies/").rsplit(".", 1)[0]
        yield from ((name, told) for told in page.told if told.kind != "note")
    for notice in found.units:
        yield str(notice.points[0].words["issuer"]), tell_unit(notice, messages)


def measure(start: int, each: int, clean: int) -> Tally:
    """Return the tally of `each` errors of every kind and some units without any."""
    random = Random(f"checking {start}")
    taken: set[str] = set()
    units: list[tuple[Unit, Planted]] = []
    for number in range(each * len(KINDS) + clean):
        unit = draw_unit(random, taken)
        kind = KINDS[number % len(KINDS)] if number < each * len(KINDS) else None
        units.append((unit, kind(random, unit) if kind else Planted("none")))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        out.mkdir()
        for number, (unit, _) in enumerate(units):
            write_unit(random, unit, out, start + number * YEARS)
        listed = Path(folder) / "units.csv"
        with listed.open("w", encoding=random.choice(("utf-8-sig", "gb18030")), newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("单位名称", "年度"))
            writer.writerows(
                (unit.issuer, unit.first_year + year) for unit, _ in units for year in range(YEARS)
            )
        return judge(units, list(told_of(out, listed)))


def judge(units: list[tuple[Unit, Planted]], told: list[tuple[str, Told]]) -> Tally:
    """Return the tally of what was told against what was planted."""
    tally = Tally()
    for unit, planted in units:
        here = [(name, one) for name, one in told if name.split("/")[0] == unit.issuer]
        right = [(name, one) for name, one in here if _is(name, one, planted)]
        if planted.kind == "none":
            tally.clean += YEARS
        else:
            tally.planted[planted.kind] += 1
            tally.found[planted.kind] += bool(right)
            if not right:
                tally.missed.append(f"{planted}: {[(name, one.code) for name, one in here]}")
        tally.invented += [
            f"{planted.kind}: {name} {one.code}: {[item.sentence for item in one.items][:2]}"
            for name, one in here
            if (name, one) not in right and not (name == planted.name and one.code in planted.follows)
        ]
    return tally


def _is(name: str, told: Told, planted: Planted) -> bool:
    places = {value_id for item in told.items for value_id in item.ids}
    return (
        name == planted.name and told.code in planted.codes and (not planted.at or bool(planted.at & places))
    )


def main() -> int:
    """Plant, check, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--each", type=int, default=40, help="errors of every kind")
    parser.add_argument("--clean", type=int, default=120, help="units without an error, three reports each")
    parser.add_argument("--tune", action="store_true", help="the tuning seeds; shows what was missed")
    parser.add_argument("--seed", type=int, help="any other seed to begin with")
    arguments = parser.parse_args()
    load_messages("zh")  # now, as the files may change while this runs
    start = arguments.seed if arguments.seed is not None else TUNING if arguments.tune else REPORTING
    tally = measure(start, arguments.each, arguments.clean)
    for kind, planted in tally.planted.items():
        print(f"{kind:<14} {planted:>5} planted {tally.found[kind]:>5} found")
    total = tally.planted.total()
    print(f"{'in all':<14} {total:>5} planted {tally.found.total():>5} found")
    print(f"{tally.clean} reports of units without an error; {len(tally.invented)} findings invented")
    if arguments.tune or arguments.seed is not None:
        print("\n".join(("missed:", *tally.missed, "invented:", *tally.invented)))
    return 0 if not tally.invented and tally.found.total() == total else 1


if __name__ == "__main__":
    sys.exit(main())
