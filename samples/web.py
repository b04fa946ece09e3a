"""Samples as web pages, in the ways government sites, editors and Word write them.

HTML is written as text: what is messy about a page is in how it is written.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from html import escape
from random import Random

from samples.printed import Print, PrintedTable, printed_tables
from samples.reports import Sample, traditional

VARIANTS: tuple[str, ...] = (
    "plain",
    "government",
    "word",
    "layout-table",
    "missing-end-tags",
    "wrong-charset",
    "gb2312",
    "big5",
    "mht",
    "rich-cells",
    "missing-cells",
    "split",
    "head-again",
    "nbsp",
    "inline-styles",
    "hidden-duplicates",
    "breaks",
    "wide-spans",
)
_Row = list[tuple[Print, int]]  # the cells that begin in a row, each with its row span

_SCRIPT = "<script>var n=1;if(n<2){document.write('<table><tr><td>9</td></tr></table>')}</script>"
_NEWS = ("关于做好防汛工作的通知", "全区重点项目集中开工", "便民服务中心延长服务时间", "政务公开专栏上线")


def draw(sample: Sample, *, variant: str = "plain", seed: int = 0) -> bytes:
    """Return the report as HTML (MHT in the variant of that name); the same arguments give the same bytes."""
    if variant not in VARIANTS:
        message = f"no such variant: {variant!r}; there are {', '.join(VARIANTS)}"
        raise ValueError(message)
    random = Random(f"web {variant} {seed} {sample.seed}")
    if variant == "big5":
        sample = traditional(sample)
    return compose(sample, printed_tables(sample), random, variant=variant)


def compose(
    sample: Sample, tables: Iterable[PrintedTable], random: Random, *, variant: str = "plain"
) -> bytes:
    """Return a page with a sample's words around the given tables."""
    pen = _Pen(sample, random, variant)
    around: dict[str, Callable[[str], str]] = {
        "government": pen.government,
        "hidden-duplicates": pen.government,
        "layout-table": pen.layout_table,
        "word": pen.word,
    }
    article = pen.article(tuple(tables))
    body = around.get(variant, lambda text: f"<body>\n{text}\n</body>")(article)
    return _encoded(pen.head, body, random, variant)


class _Pen:
    """Writes the HTML of one page in one variant."""

    def __init__(self, sample: Sample, random: Random, variant: str) -> None:
        self.sample = sample
        self.random = random
        self.variant = variant
        self.head = f"<title>{escape(sample.title or '政府信息公开')}</title>"

    # --- the report ---------------------------------------------------------------------------------

    def article(self, tables: tuple[PrintedTable, ...]) -> str:
        sample = self.sample
        if self.variant == "breaks":
            return self.broken(tables)
        parts = [self.title()]
        parts += [self.paragraph(text) for text in sample.preamble]
        for section, heading, paragraphs in sample.sections:
            parts.append(self.paragraph(heading, bold=True))
            parts += [self.paragraph(text) for text in paragraphs]
            parts += [self.table(table) for table in tables if table.section == section]
        parts += [self.paragraph(text, align="right") for text in sample.closing]
        return "\n".join(parts)

    def broken(self, tables: tuple[PrintedTable, ...]) -> str:
        """Return the report in one block whose lines are held apart by br."""
        sample = self.sample
        indent = self.random.choice(("", "　　", "&nbsp;&nbsp;&nbsp;&nbsp;"))
        gap = self.random.choice(("<br>", "<br/><br/>\n"))
        parts = [f"{escape(line)}{gap}" for line in (*sample.title_lines, *sample.preamble)]
        for section, heading, paragraphs in sample.sections:
            parts += [f"{indent}{escape(text)}{gap}" for text in (heading, *paragraphs)]
            parts += [self.table(table) for table in tables if table.section == section]
        parts += [f"{escape(line)}{gap}" for line in sample.closing]
        return f"<div>{''.join(parts)}</div>"

    def title(self) -> str:
        lines = [escape(line) for line in self.sample.title_lines]
        if not lines:
            return ""
        if self.variant == "word":
            return "\n".join(self.paragraph(line, align="center") for line in self.sample.title_lines)
        return f"<h1>{'<br>'.join(lines)}</h1>"

    def paragraph(self, text: str, *, bold: bool = False, align: str = "") -> str:
        inner = self.run(text)
        if bold and self.random.random() < 0.5:
            inner = f"<strong>{inner}</strong>"
        attributes = f' align="{align}"' if align else ""
        if self.variant == "word":
            style = "text-indent:32.0pt;mso-char-indent-count:\n2.0"
            return f"<p class=MsoNormal{attributes} style='{style}'>{inner}</p>"
        if self.variant == "nbsp":
            return f"<div{attributes}>{'&nbsp;' * 8}{inner}&nbsp;</div><div>&nbsp;</div>"
        if self.variant == "inline-styles":
            style = "font-family:仿宋_GB2312;font-size:16pt;line-height:28pt;display:block;visibility:visible"
            return f'<p{attributes} style="{style}">{inner}</p>'
        if self.variant == "missing-end-tags":
            return f"<p{attributes}>{inner}"
        return f"<p{attributes}>{inner}</p>"

    def run(self, text: str) -> str:
        """Return a text with the inline elements and line ends that editors put into it."""
        if self.variant == "word" and text:
            pieces = re.findall(r"[0-9.]+|[^0-9.]+", text)
            marked = [
                f"<span lang=EN-US style='font-family:仿宋'>{escape(piece)}</span>"
                if piece[0].isdigit()
                else f"<span\nstyle='font-family:仿宋;mso-list:none'>{self.wrapped(piece)}</span>"
                for piece in pieces
            ]
            return "".join(marked) + "<span lang=EN-US><o:p></o:p></span>"
        if self.variant == "rich-cells" and len(text) > 2:
            place = self.random.randrange(1, len(text))
            return f"<font face=宋体>{escape(text[:place])}</font><font>{escape(text[place:])}</font>"
        return escape(text)

    def wrapped(self, text: str) -> str:
        """Break the source, not the page, between two Chinese characters."""
        places = [
            place
            for place in range(1, len(text))
            if "\u4e00" <= text[place - 1] <= "\u9fff" and "\u4e00" <= text[place] <= "\u9fff"
        ]
        if not places or self.random.random() < 0.7:
            return escape(text)
        place = self.random.choice(places)
        return f"{escape(text[:place])}\n{escape(text[place:])}"

    # --- tables -------------------------------------------------------------------------------------

    def table(self, table: PrintedTable) -> str:
        rows: list[_Row] = [[] for _ in range(table.row_count)]
        for cell in sorted(table.cells, key=lambda cell: cell.column):
            rows[cell.row].append((cell, cell.row_span))
        heads = sum(all(not cell.is_value for cell, _ in row) for row in self.leading(rows))
        if self.variant in ("split", "head-again") and table.row_count > heads + 2:
            return self.cut(rows, heads)
        html = self.table_html(rows, heads)
        if self.variant == "hidden-duplicates":
            other = re.sub(r">([0-9]+)<", lambda found: f">{int(found[1]) + 1}<", html)
            hidden = self.random.choice(
                (
                    f'<div style="display: none">{other}</div>',
                    f"<div hidden>{other}</div>",
                    f'<div class="phone">{other}</div>',
                    f'<div aria-hidden="true">{other}</div>',
                    f"<template>{other}</template>",
                    f"<!-- {other} -->",
                )
            )
            return self.random.choice((hidden + html, html + hidden))
        return html

    def leading(self, rows: list[_Row]) -> list[_Row]:
        """Return the rows above the first with a value."""
        first = next(number for number, row in enumerate(rows) if any(cell.is_value for cell, _ in row))
        return rows[:first]

    def cut(self, rows: list[_Row], heads: int) -> str:
        """Return a table in two, the second perhaps with the boxhead again."""
        place = self.random.randrange(heads + 1, len(rows))
        if self.variant == "head-again":
            parts = {cell.part for cell, _ in rows[place]}
            if parts != {0} or any(not cell.is_value and cell.role == "column" for cell, _ in rows[place]):
                place = heads + 1
        upper: list[_Row] = []
        lower: list[_Row] = [[*row] for row in rows[place:]]
        for number, row in enumerate(rows[:place]):
            upper.append([(cell, min(span, place - number)) for cell, span in row])
            for cell, span in row:
                if number + span > place:
                    lower[0].append((cell, number + span - place))
        lower[0].sort(key=lambda entry: entry[0].column)
        blank = {id(cell) for row in rows[:place] for cell, _ in row}
        head = rows[:heads] if self.variant == "head-again" else []
        between = self.random.choice(("", "\n", "<p>&nbsp;</p>", "<!-- 分页 -->"))
        below = self.table_html(
            [*head, *lower], len(head), blank=blank - {id(cell) for row in head for cell, _ in row}
        )
        return self.table_html(upper, heads) + between + below

    def table_html(self, rows: list[_Row], heads: int, *, blank: Iterable[int] = ()) -> str:
        unseen = set(blank)
        width = max((cell.right for row in rows for cell, _ in row), default=0)
        lines = [self.row(row, unseen, width) for row in rows]
        style = self.variant
        if style == "missing-end-tags":
            return f"<table border=1>{''.join(lines)}</table>"
        if style == "plain" and heads and self.random.random() < 0.5 and self.closed(rows, heads):
            head, body = "".join(lines[:heads]), "".join(lines[heads:])
            return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"
        if style == "word":
            widths = (
                f"<![if !supportMisalignedColumns]><tr height=0>{'<td width=64></td>' * width}</tr><![endif]>"
            )
            html = f"<table class=MsoTableGrid border=1 cellspacing=0>{''.join(lines)}{widths}</table>"
            return f"<div align=center>\n{html}\n</div>"
        if style == "wide-spans":
            top = (
                '<tr><td colspan="40" align=center>（本表单位：件）</td></tr>'
                if self.random.random() < 0.5
                else ""
            )
            return f"<table>{top}{''.join(lines)}<tr></tr></table>"
        return f'<table border="1" width="100%"><tbody>{"".join(lines)}</tbody></table>'

    def closed(self, rows: list[_Row], heads: int) -> bool:
        """Whether no cell of the first rows reaches below them, as browsers would cut it there."""
        return all(cell.row + span <= heads for row in rows[:heads] for cell, span in row)

    def row(self, row: _Row, blank: set[int], width: int) -> str:
        cells = [*row]
        if self.variant == "missing-cells":
            while len(cells) > 1 and cells[-1][0].is_value and not cells[-1][0].text.strip():
                cells.pop()
        last = [cell.right == width for cell, _ in cells]
        html = [
            self.cell(cell, span, "" if id(cell) in blank else cell.text, is_last=end)
            for (cell, span), end in zip(cells, last, strict=True)
        ]
        if self.variant == "missing-end-tags":
            return f"\n<tr>{''.join(html)}"
        return f"<tr>{''.join(html)}</tr>\n"

    def cell(self, cell: Print, row_span: int, text: str, *, is_last: bool) -> str:
        attributes = ""
        if row_span > 1:
            attributes += f' rowspan="{row_span}"'
        column_span = cell.column_span
        if column_span > 1:
            if self.variant == "wide-spans" and is_last and self.random.random() < 0.5:
                column_span += self.random.randint(1, 12)
            attributes += f" colspan={column_span}"
        if self.variant == "inline-styles":
            attributes += (
                ' style="border:1px solid #000;width:64px;mso-border-alt:none" nowrap valign="center"'
            )
        if self.variant == "word":
            attributes += " valign=top style='border:solid windowtext 1.0pt;padding:0cm 5.4pt'"
        content = self.content(text, is_value=cell.is_value)
        if self.variant == "missing-end-tags":
            return f"<td{attributes}>{content}"
        tag = "th" if self.variant == "plain" and cell.role == "column" else "td"
        return f"<{tag}{attributes}>{content}</{tag}>"

    def content(self, text: str, *, is_value: bool) -> str:
        """Return what stands in a cell."""
        if self.variant == "word":
            inner = self.run(text) if text else "<span lang=EN-US><o:p>&nbsp;</o:p></span>"
            return f"\n  <p class=MsoNormal align=center>{inner}</p>\n  "
        if not text:
            return self.random.choice(("", "&nbsp;", " ", "<p>&nbsp;</p>"))
        if self.variant == "rich-cells":
            return self.rich(text, self.random.random(), is_value=is_value)
        dresses = {
            "missing-end-tags": ("<p>{}", "<span>{}", "<font size=2>{}", "<b>{}", "{}", "<div>{}"),
            "nbsp": ("&nbsp;&nbsp;{}&nbsp;",),
            "inline-styles": ('<span style="font-size:14px;display:inline">{}</span>',),
            "government": ("<p>{}</p>", "{}", "{}", "{}"),
        }
        return self.random.choice(dresses.get(self.variant, ("{}",))).format(escape(text))

    def rich(self, text: str, roll: float, *, is_value: bool) -> str:
        if is_value:
            models = (
                "<p>{}</p>",
                "<p><span><font>{}</font></span></p>",
                "<div><p>&nbsp;</p><p>{}</p></div>",
                "\n\t<span>\n{}\n</span><br>",
                '<input type="text" readonly value="{}">',
                "<table><tr><td>{}</td></tr></table>",
            )
            return models[int(roll * len(models))].format(escape(text))
        if len(text) > 3 and roll < 0.4:
            place = self.random.randrange(1, len(text))
            between = self.random.choice(("<br>", "</p><p>", "</span><span>", "<br/>\n"))
            return f"<p><span>{escape(text[:place])}{between}{escape(text[place:])}</span></p>"
        return f"<p><strong>{escape(text)}</strong></p>"

    # --- around the report ------------------------------------------------------------------------------

    def government(self, article: str) -> str:
        """Return the article on a site: heads, trails, metadata, buttons, neighbours, foot."""
        sample, random = self.sample, self.random
        issuer = escape(sample.issuer or "某某局")
        title = escape(sample.title or "政府信息公开工作年度报告")
        links = "".join(
            f'<li><a href="/c{number}/">{escape(text)}</a></li>' for number, text in enumerate(_NEWS)
        )
        number = f"{random.randint(10**8, 10**9)}/{random.randint(2010, 2024)}-{random.randint(1, 99999):05}"
        facts = (
            ("索引号", number),
            ("发布机构", issuer),
            ("主题分类", "其他"),
            ("名称", title),
            ("文号", ""),
            ("有效性", "有效"),
        )
        cells = "".join(
            f"<tr><td>{facts[place][0]}</td><td>{facts[place][1]}</td>"
            f"<td>{facts[place + 1][0]}</td><td>{facts[place + 1][1]}</td></tr>"
            for place in (0, 2, 4)
        )
        day = sample.date.isoformat() if sample.date else "2022-01-21"
        container = random.choice(
            ('<div id="zoom">', '<div class="TRS_Editor">', '<div class="article-content">', "<div>")
        )
        self.head += (
            "<style>.phone{display:none} .pc{display:block} "
            "@media print{.article-content,#zoom{display:none}}</style>"
            f'<meta name="ArticleTitle" content="{title}">'
        )
        return (
            f'<body><div class="header"><a href="/"><img src="logo.png" width=400 height=90></a>'
            f"<form><input name=q><button>搜索</button></form></div><div class='nav'><ul>{links}</ul></div>"
            f"{_SCRIPT}"
            '<div class="position">您当前的位置：<a href="/">首页</a> &gt; '
            '<a href="/zwgk/">政务公开</a> &gt; <a href="/nb/">政府信息公开年报</a></div>'
            f'<div class="left"><h3>信息公开目录</h3><ul>{links}</ul></div>'
            f'<div class="wrap"><table class="xxgk">{cells}</table>'
            f'<div class="info">发布日期：{day}　来源：{issuer}　'
            f"浏览次数：<span>{random.randint(1, 900)}</span>　"
            '字体：[<a href="javascript:size(18)">大</a> <a href="javascript:size(16)">中</a> '
            '<a href="javascript:size(14)">小</a>] <a href="javascript:window.print()">打印</a></div>'
            f"{container}{article}</div>"
            '<p><a href="javascript:window.close()">【关闭窗口】</a></p><div class="buttons">分享到：'
            '<a href="#" onclick="x()">微信</a><a href="#" onclick="y()">微博</a></div></div>'
            f'<div class="related"><h4>相关信息</h4><ul>{links}</ul></div>'
            f'<div class="footer"><p>主办：{issuer}　技术支持：信息中心</p>'
            f"<p>网站标识码：{random.randint(10**9, 10**10)}　"
            f"备案号：某ICP备{random.randint(10**7, 10**8)}号</p>"
            f"<p>建议使用1366*768以上分辨率浏览。</p></div>{_SCRIPT}</body>"
        )

    def layout_table(self, article: str) -> str:
        """Return the article in a page that is laid out by tables, with navigation in a column of its own."""
        links = "".join(
            f'<tr><td><a href="/c{number}/">{text}</a></td></tr>' for number, text in enumerate(_NEWS)
        )
        left = (
            f'<td width="200" valign="top"><table>{links}</table></td>' if self.random.random() < 0.6 else ""
        )
        columns = ' colspan="2"' if left else ""
        issuer = escape(self.sample.issuer or "某某局")
        return (
            f'<body><table width="1000" align="center"><tr><td{columns}><img src="top.jpg"></td></tr>'
            f"<tr>{left}"
            f'<td valign="top"><table width="100%"><tr><td>{article}</td></tr></table></td></tr>'
            f"<tr><td{columns} align=center>主办：{issuer}　地址：某某路1号</td></tr></table></body>"
        )

    def word(self, article: str) -> str:
        self.head += (
            "<meta name=Generator content='Microsoft Word 15'>"
            "<!--[if gte mso 9]><xml><w:WordDocument><w:View>"
            "Print</w:View></w:WordDocument></xml><![endif]--><style><!-- p.MsoNormal {margin:0cm;} @page "
            "WordSection1 {size:595.3pt 841.9pt;} div.WordSection1 {page:WordSection1;} --></style>"
        )
        story = f"<div class=WordSection1>\n{article}\n</div>"
        return f"<body lang=ZH-CN style='tab-interval:21.0pt'>\n{story}\n</body>"


# --- Bytes ------------------------------------------------------------------------------------------


def _encoded(head: str, body: str, random: Random, variant: str) -> bytes:
    codec, declared = "utf-8", "utf-8"
    if variant in ("gb2312", "word"):
        codec, declared = "gb2312", random.choice(("gb2312", "GBK", "gb18030"))
    elif variant == "big5":
        codec, declared = "big5", "big5"
    elif variant == "wrong-charset":
        codec, declared = random.choice(
            (
                ("utf-8", "gb2312"),
                ("gb18030", "utf-8"),
                ("gbk", "big5"),
                ("gbk", ""),
                ("utf-8", ""),
                ("utf-16", "gb2312"),
            )
        )
    meta = random.choice(
        (
            f'<meta charset="{declared}">',
            f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">',
            f"<META content='text/html; charset={declared}' http-equiv=Content-Type>",
        )
    )
    doctype = random.choice(
        (
            "<!DOCTYPE html>",
            "",
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "xhtml1-transitional.dtd">',
        )
    )
    html = f"{doctype}\n<html>\n<head>{meta if declared else ''}{head}</head>\n{body}\n</html>\n"
    data = html.encode(codec, "xmlcharrefreplace")
    return _message(data, random) if variant == "mht" else data


def _message(data: bytes, random: Random) -> bytes:
    """Return a page and a picture as one mail message, as browsers save them."""
    boundary = f"----MultipartBoundary--{random.randint(10**9, 10**10)}----"
    content = base64.encodebytes(data).decode("ascii").replace("\n", "\r\n")
    picture = base64.encodebytes(bytes(range(200))).decode("ascii").replace("\n", "\r\n")
    lines = (
        "From: <Saved by a browser>",
        "Subject: report",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/related; type="text/html";\r\n\tboundary="{boundary}"',
        "",
        "",
        f"--{boundary}",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "Content-Location: page.html",
        "",
        content,
        f"--{boundary}",
        "Content-Type: image/png",
        "Content-Transfer-Encoding: base64",
        "Content-Location: logo.png",
        "",
        picture,
        f"--{boundary}--",
        "",
    )
    return "\r\n".join(lines).encode("ascii")
