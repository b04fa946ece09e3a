"""Units whose reports agree with each other, and the errors that are planted in them (checking.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from samples import prose, values
from standards import Standard, load

YEARS = 3
COLUMNS = ("natural_person", "business", "research", "public_interest", "legal_service", "other")
Numbers = dict[str, int | Decimal]


@dataclass
class Planted:
    """An error: one of which findings is to be told of which file, at one of which value ids."""

    kind: str
    codes: tuple[str, ...] = ()
    name: str = ""
    at: frozenset[str] = frozenset()
    follows: frozenset[str] = frozenset()  # codes that may be told of the same unit as a consequence


@dataclass
class Unit:
    """A unit's reports: what each prints, file name -> sample."""

    issuer: str
    first_year: int
    numbers: list[Numbers]
    sentences: list[list[str]]
    texts: list[dict[str, str]] = field(default_factory=list)
    left_out: set[int] = field(default_factory=set)
    twice: int | None = None

    def edition(self, year: int) -> str:
        """Return the edition of one of its years, counted from 0."""
        return "2019" if self.first_year + year < 2021 else "2021"


def figures(numbers: Numbers, edition: str) -> dict[str, int]:
    """Return what sentences may speak of."""
    standard = load(edition)

    def total(prefix: str) -> int:
        return sum(
            int(numbers[one])
            for one in standard.leaves
            if one.startswith(f"requests.{prefix}") and one.endswith(".total")
        )

    issued = "issued" if edition == "2021" else "made"
    return {
        "received": total("received"),
        "carried_in": total("carried_in"),
        "carried_out": total("carried_out"),
        "granted": total("results.granted"),
        "partial": total("results.partial"),
        "denied": total("results.denied."),
        "unavailable": total("results.unavailable."),
        "reconsideration": int(numbers["disputes.reconsideration.total"]),
        "litigation": sum(
            int(numbers[f"disputes.litigation.{one}.total"]) for one in ("direct", "after_reconsideration")
        ),
        "issued": int(numbers[f"proactive.normative_documents.{issued}"]),
        "licensing": int(numbers["proactive.licensing.decisions"]),
    }


# What a sentence of the right figures looks like; {x} is a figure, written in one of several ways.
TRUE = (
    "{year}年，{we}共收到政府信息公开申请{received}件，均在法定期限内答复。",
    "全年受理依申请公开{received}件，上年结转{carried_in}件，结转下年度继续办理{carried_out}件。",
    (
        "本年度收到公民、法人和其他组织提出的政府信息公开申请{received}件，其中予以公开{granted}件，"
        "部分公开{partial}件，不予公开{denied}件，无法提供{unavailable}件。"
    ),
    "一是规范依申请公开。{we}收到{received}件政府信息公开申请，较上年有所变化，全部按时答复。",
    "{year}年度因政府信息公开被申请行政复议{reconsideration}件，被提起行政诉讼{litigation}件。",
    "{year}年1月1日至12月31日，{issuer}新收政府信息公开申请{received}件（另有上年结转{carried_in}件）。",
    "{we}全年制发行政规范性文件{issued}件，均按规定公开。",
    "{year}年作出行政许可决定{licensing}件，全部在网站公示。",
    "{year}年，{we}收到的政府信息公开申请总数为{received}件，比{last}年的{n}件有所变化。",
)
# Figures that look like those of the form and are of something else, of a part, or not exact.
OTHER = (
    "较上年收到申请{n}件有所变化。",
    "从渠道看，通过网络收到政府信息公开申请{n}件，当面收到政府信息公开申请{m}件。",
    "其中，自然人提出的政府信息公开申请{n}件，法人或其他组织提出的政府信息公开申请{m}件。",
    "{last}年收到政府信息公开申请{n}件。",
    "上半年收到政府信息公开申请{n}件，下半年收到政府信息公开申请{m}件。",
    "{we}收到政府信息公开申请{n}余件。",
    "全年共收到政府信息公开申请近{n}件。",
    "全年约收到{n}件政府信息公开申请。",
    "所属单位收到政府信息公开申请{n}件。",
    "{other}收到政府信息公开申请{n}件，已按规定转办。",
    "全县各部门共收到政府信息公开申请{n}件。",
    "全年办理行政复议案件{n}件，调解结案{m}件。",
    "政务服务窗口受理行政许可申请{n}件。",
    "截至6月底，收到政府信息公开申请{n}件。",
    "第三季度收到政府信息公开申请{n}件。",
    "{year}年主动公开规范性文件{n}件，政策解读{m}件。",
    "收到的政府信息公开申请比上年增加{n}件。",
    "自条例施行以来，累计受理政府信息公开申请{n}件。",
    "信访部门接到群众申请{n}件，均已答复。",
    "计划明年办理依申请公开{n}件以上。",
)
WORDS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """Return a number below 10,000 in Chinese words."""
    if number < 10:
        return WORDS[number]
    told, zero = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            told += (
                ("零" if zero and told else "")
                + ("" if told == "" and unit == "十" and digit == 1 else WORDS[digit])
                + unit
            )
            zero = False
        elif told:
            zero = True
    return told


def written(random: Random, number: int) -> str:
    """Return a figure as a sentence may write it."""
    ways: list[Callable[[int], str]] = [str, str, str, lambda one: f"{one:,}", _wide]
    if number < 10_000:
        ways.append(spoken)
    return random.choice(ways)(number)


def _wide(number: int) -> str:
    return str(number).translate({0x30 + digit: 0xFF10 + digit for digit in range(10)})


def say(random: Random, template: str, unit: Unit, year: int, given: Mapping[str, int]) -> str:
    """Return a sentence of one of a unit's reports."""
    told = {name: written(random, number) for name, number in given.items()}
    around = {"year": unit.first_year + year, "last": unit.first_year + year - 1, "issuer": unit.issuer}
    others = {
        "we": "我" + unit.issuer[-1] if unit.issuer.endswith("局") else "本机关",
        "other": f"{prose.name(random)}县水利局",
        "n": str(random.randint(10, 400)),
        "m": str(random.randint(2, 90)),
    }
    return template.format(**told, **around, **others)


def draw_unit(random: Random, taken: set[str]) -> Unit:
    """Return a unit whose reports agree with each other."""
    while True:
        issuer = (
            prose.name(random)
            + random.choice(("县", "区", "市"))
            + random.choice(("教育局", "水利局", "民政局", "统计局", "人民政府"))
        )
        if issuer not in taken:
            break
    taken.add(issuer)
    unit = Unit(issuer=issuer, first_year=random.choice((2020, 2021, 2022, 2023)), numbers=[], sentences=[])
    for year in range(YEARS):
        standard = load(unit.edition(year))
        numbers: Numbers = dict(values.invent_numbers(random, standard))
        if year:
            follow(numbers, unit.numbers[-1], standard, same=unit.edition(year) == unit.edition(year - 1))
        unit.numbers.append(numbers)
        given = figures(numbers, unit.edition(year))
        true = [say(random, one, unit, year, given) for one in random.sample(TRUE, random.randint(1, 3))]
        other = [say(random, one, unit, year, given) for one in random.sample(OTHER, random.randint(1, 3))]
        sentences = true + other
        random.shuffle(sentences)
        unit.sentences.append(sentences)
        unit.texts.append({})
    return unit


def follow(numbers: Numbers, last: Numbers, standard: Standard, *, same: bool) -> None:
    """Make a report follow from that of the year before, with every sum of its own holding."""
    for column in COLUMNS:
        carried = int(last[f"requests.carried_out.{column}"])
        ends = int(numbers[f"requests.results.total.{column}"]) + int(
            numbers[f"requests.carried_out.{column}"]
        )
        short = max(carried - ends, 0)
        for row in ("results.granted", "results.total"):
            numbers[f"requests.{row}.{column}"] += short
        numbers[f"requests.carried_in.{column}"] = carried
        numbers[f"requests.received.{column}"] = ends + short - carried
    for row in ("received", "carried_in", "results.granted", "results.total"):
        numbers[f"requests.{row}.total"] = sum(int(numbers[f"requests.{row}.{one}"]) for one in COLUMNS)
    if same and standard.edition == "2021":
        for row in ("regulations", "normative_documents"):
            ids = [f"proactive.{row}.{one}" for one in ("issued", "repealed", "in_force")]
            before = int(last[ids[2]]) + int(numbers[ids[0]])
            numbers[ids[1]] = min(int(numbers[ids[1]]), before)
            numbers[ids[2]] = before - int(numbers[ids[1]])


# --- what is planted ------------------------------------------------------------------------------------


def plant_row_sum(random: Random, unit: Unit) -> Planted:
    year, row = random.randrange(YEARS), _row(random)
    return _changed(random, unit, year, f"requests.{row}.total", "row sum")


def plant_column_sum(random: Random, unit: Unit) -> Planted:
    year, row = random.randrange(YEARS), _row(random)
    return _changed(random, unit, year, f"requests.{row}.{random.choice(COLUMNS)}", "column sum")


def plant_total_row(random: Random, unit: Unit) -> Planted:
    year = random.randrange(YEARS)
    return _changed(random, unit, year, f"requests.results.total.{random.choice(COLUMNS)}", "total row")


def plant_disputes(random: Random, unit: Unit) -> Planted:
    year = random.randrange(YEARS)
    name = random.choice(("reconsideration", "litigation.direct", "litigation.after_reconsideration"))
    column = random.choice(("upheld", "corrected", "other", "pending", "total"))
    return _changed(random, unit, year, f"disputes.{name}.{column}", "disputes sum")


def plant_swapped(random: Random, unit: Unit) -> Planted:
    year, row = random.randrange(YEARS), _row(random)
    numbers = unit.numbers[year]
    one, other = (f"requests.{row}.{column}" for column in random.sample(COLUMNS, 2))
    if numbers[one] == numbers[other]:
        numbers[one] += random.randint(1, 9)
        _balance(numbers, load(unit.edition(year)))
        _say_again(random, unit, year)
    numbers[one], numbers[other] = numbers[other], numbers[one]
    codes = ("source.sum", "source.blank_total")  # as for any sum, where zeros are blank
    return Planted("swapped", codes, name_of(unit, year), frozenset((one, other)), frozenset(codes))


def plant_carried_over(random: Random, unit: Unit) -> Planted:
    year, column = random.randrange(1, YEARS), random.choice(COLUMNS)
    numbers, by = unit.numbers[year], random.randint(1, 9)
    for one in (column, "total"):
        numbers[f"requests.carried_in.{one}"] += by
        numbers[f"requests.results.total.{one}"] += by
        numbers[f"requests.results.granted.{one}"] += by
    _say_again(random, unit, year)
    at = frozenset(f"requests.carried_in.{one}" for one in (column, "total"))
    return Planted("carried over", ("across.carried_over",), name_of(unit, year), at)


def plant_in_force(random: Random, unit: Unit) -> Planted:
    unit.first_year = max(unit.first_year, 2021)
    redraw = draw_years(random, unit)
    row = random.choice(("regulations", "normative_documents"))
    value_id = f"proactive.{row}.in_force"
    redraw[YEARS - 1][value_id] += random.randint(1, 30)
    return Planted("in force", ("across.in_force",), name_of(unit, YEARS - 1), frozenset((value_id,)))


def plant_prose(random: Random, unit: Unit) -> Planted:
    year = random.randrange(YEARS)
    given = figures(unit.numbers[year], unit.edition(year))
    template = random.choice(TRUE)
    named = [name for name in given if f"{{{name}}}" in template]
    wrong = random.choice(named)
    known = {given[wrong], given["received"] + given["carried_in"]}
    number = next(one for one in iter(lambda: given[wrong] + random.randint(1, 40), None) if one not in known)
    unit.sentences[year] = [
        say(random, template, unit, year, {**given, wrong: number}),
        *(say(random, one, unit, year, given) for one in random.sample(OTHER, 2)),
    ]
    return Planted("prose", ("source.prose",), name_of(unit, year))


def plant_duplicate(random: Random, unit: Unit) -> Planted:
    unit.twice = random.randrange(YEARS)
    return Planted("duplicate", ("across.duplicate",), name_of(unit, unit.twice))


def plant_missing(random: Random, unit: Unit) -> Planted:
    year = random.choice((0, YEARS - 1))
    unit.left_out.add(year)
    return Planted("missing", ("across.missing",), unit.issuer)


def plant_unit(random: Random, unit: Unit) -> Planted:
    unit.first_year = max(unit.first_year, 2021)  # the 2019 form prints no unit beside its amount
    draw_years(random, unit)
    year = random.randrange(YEARS)
    number = Decimal(random.randint(1, 90_000))
    unit.numbers[year]["proactive.fees.amount"] = number / 10_000
    unit.texts[year]["proactive.fees.amount"] = f"{number}元"
    return Planted("unit", ("source.unit",), name_of(unit, year), frozenset(("proactive.fees.amount",)))


def plant_blank_total(random: Random, unit: Unit) -> Planted:
    year = random.randrange(YEARS)
    numbers = unit.numbers[year]
    row = _row(random)
    if not numbers[f"requests.{row}.total"]:
        column = random.choice(COLUMNS)
        numbers[f"requests.{row}.{column}"] += random.randint(1, 9)
        _balance(numbers, load(unit.edition(year)))
        _say_again(random, unit, year)
    value_id = f"requests.{row}.total"
    unit.texts[year][value_id] = ""
    follows = frozenset(("structure.lone_blank", "source.sum", "source.prose"))
    return Planted(
        "blank total", ("source.blank_total",), name_of(unit, year), frozenset((value_id,)), follows
    )


def plant_negative(random: Random, unit: Unit) -> Planted:
    year = random.randrange(YEARS)
    value_id = f"requests.{_row(random)}.{random.choice(COLUMNS)}"
    unit.texts[year][value_id] = f"-{random.randint(1, 9)}"
    follows = frozenset(("source.sum",))
    return Planted("negative", ("source.negative",), name_of(unit, year), frozenset((value_id,)), follows)


def plant_fraction(random: Random, unit: Unit) -> Planted:
    year = random.randrange(YEARS)
    value_id = f"requests.{_row(random)}.{random.choice(COLUMNS)}"
    unit.texts[year][value_id] = f"{random.randint(0, 9)}.{random.randint(1, 9)}"
    return Planted("fraction", ("source.fraction",), name_of(unit, year), frozenset((value_id,)))


KINDS = (
    plant_row_sum,
    plant_column_sum,
    plant_total_row,
    plant_disputes,
    plant_swapped,
    plant_carried_over,
    plant_in_force,
    plant_prose,
    plant_duplicate,
    plant_missing,
    plant_unit,
    plant_blank_total,
    plant_negative,
    plant_fraction,
)


def draw_years(random: Random, unit: Unit) -> list[Numbers]:
    """Draw a unit's numbers and sentences again, as its years have changed."""
    fresh = draw_unit(random, set())
    fresh.issuer, fresh.first_year = unit.issuer, unit.first_year
    unit.numbers = []
    for year in range(YEARS):
        standard = load(unit.edition(year))
        numbers: Numbers = dict(values.invent_numbers(random, standard))
        if year:
            follow(numbers, unit.numbers[-1], standard, same=True)
        unit.numbers.append(numbers)
        _say_again(random, unit, year)
    return unit.numbers


def _row(random: Random) -> str:
    """Return a row of results that both editions have and that no other year is held beside."""
    rows = [row.id for row in load("2019").table("requests").parts[0].rows]
    both = {row.id for row in load("2021").table("requests").parts[0].rows}
    return random.choice(
        [row for row in rows if row.startswith("results.") and row != "results.total" and row in both]
    )


def _changed(random: Random, unit: Unit, year: int, value_id: str, kind: str) -> Planted:
    unit.numbers[year][value_id] += random.randint(1, 30)
    # Where zeros are blank, a total beside nothing but blanks is told as a side of its sum left blank.
    codes = ("source.sum", "source.blank_total")
    return Planted(
        kind, codes, name_of(unit, year), frozenset((value_id,)), frozenset((*codes, "source.prose"))
    )


def _balance(numbers: Numbers, standard: Standard) -> None:
    """Solve the totals of a report again after a figure of a result row has changed."""
    results = [
        one
        for one in (row.id for row in standard.table("requests").parts[0].rows)
        if one.startswith("results.")
    ]
    for one in results[:-1] if results[-1] == "results.total" else results:
        ids = [f"requests.{one}.{column}" for column in COLUMNS]
        numbers[f"requests.{one}.total"] = sum(int(numbers[value_id]) for value_id in ids)
    for each in (*COLUMNS, "total"):
        total = sum(int(numbers[f"requests.{one}.{each}"]) for one in results if one != "results.total")
        numbers[f"requests.results.total.{each}"] = total
        carried_in, carried_out = (
            int(numbers[f"requests.{one}.{each}"]) for one in ("carried_in", "carried_out")
        )
        numbers[f"requests.received.{each}"] = total + carried_out - carried_in


def _say_again(random: Random, unit: Unit, year: int) -> None:
    given = figures(unit.numbers[year], unit.edition(year))
    unit.sentences[year] = [say(random, one, unit, year, given) for one in random.sample(TRUE, 2)]


def name_of(unit: Unit, year: int) -> str:
    """Return the name of one of a unit's files, without its ending."""
    return f"{unit.issuer}/{unit.first_year + year}"
