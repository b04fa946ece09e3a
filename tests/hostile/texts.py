"""Texts that are one line, no lines, no text, or more than a report can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from tests.hostile.hostile import DOUBTED, NOTHING, REFUSED, SLOW, Hostile
from tests.hostile.originals import SAMPLES

_SAMPLE = SAMPLES / "2021-text-zero-pipes.txt"


def files() -> Iterator[Hostile]:
    """Yield every hostile text."""
    for name, (build, allowed) in _FILES.items():
        yield Hostile(name=f"{name}.txt", data=build(), allowed=allowed)


def _noise() -> bytes:
    return Random(46_000_001).randbytes(100_000)


_FILES: dict[str, tuple[Callable[[], bytes], frozenset[str]]] = {
    "empty": (lambda: b"", REFUSED),
    "one-byte": (lambda: b"1", NOTHING),
    "one-line-of-digits": (lambda: b"1" * 300_000, NOTHING | SLOW),
    "one-line-of-figures": (lambda: b"12 0 " * 20_000, NOTHING | SLOW),
    "one-line-of-labels": (lambda: "总计其他 0 ".encode() * 10_000, NOTHING | SLOW),
    "one-line-of-pipes": (lambda: b"|" * 30_000, NOTHING | SLOW),
    "one-line-of-rules": (lambda: b"-+" * 100_000, NOTHING | SLOW),
    "one-line-of-brackets": (lambda: "（".encode() * 300_000, NOTHING | SLOW),
    "one-word-a-line": (lambda: "总计\n".encode() * 5_000, NOTHING | SLOW),
    "one-figure-a-line": (lambda: b"0\n" * 10_000, NOTHING | SLOW),
    "nothing-but-line-ends": (lambda: b"\n" * (8 << 20), NOTHING | SLOW),
    "nothing-but-blanks": (lambda: b" " * (8 << 20), NOTHING | SLOW),
    "nothing-but-a-mark": (lambda: b"\xef\xbb\xbf", NOTHING),
    "line-ends-of-old": (lambda: _SAMPLE.read_bytes().replace(b"\n", b"\r"), DOUBTED | {"verified"}),
    "nul": (lambda: b"\0" * 100_000, NOTHING | REFUSED),
    "nul-between": (lambda: _SAMPLE.read_bytes().replace(b"0", b"0\0"), NOTHING | REFUSED | DOUBTED),
    "noise": (_noise, NOTHING | REFUSED),
    "utf-16-cut": (lambda: _SAMPLE.read_text("utf-8").encode("utf-16")[:-1], NOTHING | DOUBTED),
    "utf-16-halves": (lambda: b"\xff\xfe" + b"\x00\xd8" * 5000, NOTHING | REFUSED),
    "utf-32-beyond": (lambda: b"\xff\xfe\0\0" + b"\xff\xff\xff\x7f" * 500, NOTHING | REFUSED),
    "gb18030-cut": (lambda: _SAMPLE.read_text("utf-8").encode("gb18030")[1:-1], NOTHING | DOUBTED),
    "gb18030-and-utf-8": (
        lambda: _SAMPLE.read_text("utf-8").encode("gb18030")[:2000] + _SAMPLE.read_bytes()[2500:],
        NOTHING | REFUSED | DOUBTED,
    ),
    "marks-that-turn-the-line": (lambda: "\u202e总计\u2066 1\u200b0\u200d ".encode() * 5_000, NOTHING | SLOW),
    "marks-on-marks": (lambda: ("1" + "\u0300" * 5_000).encode() * 20, NOTHING | SLOW),
    "digits-of-all-the-world": (lambda: "٠١٢३४５⑥Ⅷ零〇½²\n".encode() * 3_000, NOTHING | SLOW),
    "report-20-times": (lambda: _SAMPLE.read_bytes() * 20, REFUSED | DOUBTED | SLOW),
    "escape-sequences": (lambda: b"\x1b[2J\x1b]0;x\x07\x9b31m\n" * 3_000, NOTHING | REFUSED),
    "formula": (lambda: b"=cmd|' /C calc'!A0\t=1+1\n" * 10, NOTHING),
    "markup": (lambda: b"<![CDATA[<!DOCTYPE x>]]>\n" * 100, NOTHING),
}
