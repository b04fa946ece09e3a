"""Lines of a PDF that belong together, and those that repeat on its pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.converters.pages import FONT, HEIGHT, WIDTH, Canvas, both, drawn, paragraphs, plain, prose, read


def test_it_joins_the_lines_of_a_paragraph_and_no_others():
    page = prose(
        "　　二〇二三年度本局公开信息若干条，其中动态若干条、通知若干",
        "条，群众满意。",
        "　　下一步将继续努力，把公开的内容写得更加清楚明白，让每一个人",
        "都能看懂。",
        "一、总体情况",
        "无。",
    )
    assert [plain(text) for text in paragraphs(read(drawn(page)))] == [
        "二〇二三年度本局公开信息若干条，其中动态若干条、通知若干条，群众满意。",
        "下一步将继续努力，把公开的内容写得更加清楚明白，让每一个人都能看懂。",
        "一、总体情况",
        "无。",
    ]


def test_it_joins_a_paragraph_that_goes_on_overleaf():
    first = (
        "　　本局公开信息若干条，其中动态若干条、通知若干条、其他若干条",
        "写到行末没有写完，没有写完的话写在后面一页的上面，这里也写满了",
    )
    document = read(drawn(prose(*first), prose("才写完。", "　　下一段。")))
    assert [plain(text) for text in paragraphs(document)] == [plain("".join(first)) + "才写完。", "下一段。"]
    assert document.blocks[0].provenance.page == 1


@pytest.mark.parametrize(
    ("above", "below", "left"),
    [
        ("槿蓑区交通运", "输局年度报告", 260),  # a title
        ("槿蓑区交", "通运输局", 450),  # a signature
        ("二〇二四年", "一月二十日", 450),
        ("2024年", "11月8日", 450),
        ("（一）存在", "的主要问题", 90),  # a heading
        ("共收到申请3件，其中", "2件已经答复。", 90),
    ],
)
def test_it_joins_what_a_page_break_cut(above: str, below: str, left: float):
    first, second = prose(above, left=left), prose(below, left=left)
    wide = prose("一行写满了的文字一行写满了的文字一行写满了的文字一行写满了的文字。", top=300)
    document = read(drawn(first, both(second, wide)))
    assert paragraphs(document)[0] == above + below


@pytest.mark.parametrize(
    ("above", "below", "left"),
    [
        ("槿蓑区交通运输局", "2024年1月10日", 420),
        ("槿蓑区交通运输局", "二〇二四年一月十日", 420),
        ("2024年1月10日", "槿蓑区交通运输局", 420),
        ("五、存在的问题", "工作人员变动多，不够熟练。", 90),
        ("（一）存在的问题", "（二）改进的情况", 90),
        ("共收到申请3件。", "已经答复", 90),
    ],
)
def test_it_leaves_apart_what_a_page_s_end_parts(above: str, below: str, left: float):
    document = read(drawn(prose(above, left=left), prose(below, left=left)))
    assert paragraphs(document) == [above, below]


def test_it_sets_page_numbers_and_running_heads_apart():
    def page(number: int) -> Callable[[Canvas], None]:
        return both(
            prose("某局年度报告", top=40),
            prose(f"第{number}页的内容在这里。"),
            prose(f"— {number} —", left=280, top=800),
        )

    document = read(drawn(*(page(number) for number in (1, 2, 3))))
    assert paragraphs(document) == [f"第{number}页的内容在这里。" for number in (1, 2, 3)]
    assert len(document.margins) == 6


def test_it_reads_two_columns_of_prose_one_after_the_other():
    def page(canvas: Canvas) -> None:
        canvas.drawString(200, 780, "年度报告的标题在此")
        for number in range(8):
            canvas.drawString(
                60, 740 - 20 * number, f"左栏第{'一二三四五六七八'[number]}行的文字写满这一行为止"
            )
            canvas.drawString(
                320, 740 - 20 * number, f"右栏第{'一二三四五六七八'[number]}行的文字写满这一行为止"
            )

    text = "".join(paragraphs(read(drawn(page))))
    assert text.index("左栏第八行") < text.index("右栏第一行")
    assert text.startswith("年度报告的标题在此")


TITLE = ("某某县", "人民政府", "2023年政府信息公开工作年度报告")


def centred(text: str, top: float, size: float) -> Callable[[Canvas], None]:
    def line(canvas: Canvas) -> None:
        canvas.setFont(FONT, size)
        canvas.drawCentredString(WIDTH / 2, HEIGHT - top, text)
        canvas.setFont(FONT, 12)

    return line


def title(*lines: str, size: float = 20) -> Callable[[Canvas], None]:
    return both(*(centred(line, 40 + 24 * number, size) for number, line in enumerate(lines)))


BODY = prose(*(f"第{number}条的内容，写满一行又一行。" for number in "一二三四五六七八九"))


@pytest.mark.parametrize(
    "overleaf",
    [
        centred("人民政府", 64, 20),
        centred("人民政府", 64, 12),
        centred("某某县", 40, 20),
        centred("某某县", 40, 12),
        title(*TITLE),
    ],
    ids=["second line", "second line small", "first line", "first line small", "all"],
)
def test_it_leaves_a_title_whole_whose_lines_stand_overleaf_too(overleaf: Callable[[Canvas], None]):
    document = read(drawn(both(title(*TITLE), BODY), both(overleaf, BODY)))
    assert paragraphs(document)[:3] == list(TITLE)


def test_it_takes_for_a_head_no_line_under_one_that_is_none():
    pages = (both(title(name, "人民政府", size=12), BODY) for name in ("某某县", "另一县"))
    assert read(drawn(*pages)).margins == ()


def test_it_sets_a_head_of_two_lines_apart():
    document = read(drawn(*[both(title("某某县", "人民政府", size=9), BODY)] * 2))
    assert [paragraph.text for paragraph in document.margins] == ["某某县", "人民政府"] * 2


def test_it_leaves_a_signature_overleaf_and_a_title_s_first_line_apart():
    first = both(centred("某某县财政局", 60, 12), BODY)
    last = prose("某某县财政局", "2024年1月10日", left=420, top=60)
    document = read(drawn(first, BODY, last))
    assert document.margins == ()
    assert paragraphs(document)[0] == paragraphs(document)[-2] == "某某县财政局"


@pytest.mark.parametrize("left", [90.0, WIDTH - 90 - 6 * 12], ids=["on the left", "on the outer side"])
def test_it_sets_a_head_apart_that_stands_on_one_side_or_on_the_outer_one(left: float):
    pages = [both(prose("某某县财政局", left=90 if odd else left, top=60), BODY) for odd in (True, False)]
    assert len(read(drawn(*pages)).margins) == 2


FULL = "某某自治区某某地区某某自治州某某自治县经济技术开发区管理委员"


def test_it_joins_a_title_that_fills_its_first_line():
    end = "会2023年政府信息公开工作年度报告"
    size = (WIDTH - 180) / len(FULL)
    body = prose(*["满" * int((WIDTH - 180) / 12)] * 3, top=200)
    first = both(lambda canvas: canvas.setFont(FONT, size), prose(FULL), centred(end, 120, size), body)
    assert paragraphs(read(drawn(first)))[0] == FULL + end


@pytest.mark.parametrize("above", ["到此为止。", "短"])
def test_it_joins_nothing_in_the_middle_to_a_line_that_ends(above: str):
    count = int((WIDTH - 180) / 12)
    full = "满" * (count - len(above)) + above if len(above) > 1 else above
    page = both(prose(*["满" * count] * 2, top=300), prose(full), centred("一行在中间", 120, 12))
    assert "一行在中间" in paragraphs(read(drawn(page)))
