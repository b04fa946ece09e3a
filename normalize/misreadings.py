"""Is a label of a scan the form's, misread, or is it another one?

The labels of a page are known beforehand, so a scan's need to be read only so well that no other label of
the form could stand there. What is held against a reading are letters: marks, brackets and strokes are what
dirt and rulings leave. Stored text is what it is and never comes here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import starmap

from rapidfuzz.distance import LCSseq, Levenshtein

from normalize.labels import core, letters, numbering, plain
from normalize.script import Prescribed, Script

# A reading is as sure as its least sure letter. The more of a label was misread, the less sure it was: on 140
# misread labels of 22 scans never above 0.89 with a quarter of the letters wrong and 0.71 with half of them.
# What was read more surely than this, less that share, are the agency's own words.
_OWN_WORDS = 1.23
# Less sure than this a reading without any letter of Chinese is none: eit for 总计. Words in Chinese that are
# not the form's may be the agency's.
_ILLEGIBLE = 0.3
# A label on a scan is the form's by its letters alone if at most this share of them is wrong (one of four;
# one of three where the form has nothing like it), and by its place as well with twice as many.
_NEAR, _PLACED = 0.25, 0.5
# Heads that other groups show as well were read as no word with up to 0.84, as another one with up to 0.77
# (20 scans out of focus, tuning seeds).
_REPEATED, _HALF_READ = 0.9, 0.8
# One letter of a long label that has nothing like it in the form is a slip, even if it was read as surely
# as 止 for 正 in 补正后申请内容仍不明确 (0.997): not a numeral for another, nor 外 for 内, nor what makes
# another label. All other labels are further off by this share of its letters.
_SLIP, _FAR = 0.999, 0.3
_OPPOSITE = frozenset("内外有已仍")
_NUMERALS = frozenset("一二三四五六七八九十")
# ... and in a short one it is a slip if the reader sees what is left of the letter that is printed. Of 3,349
# labels on copies, faxes and coarse or noisy scans (tuning seeds), 29 had one letter for another, 17 of them
# one of these, read with up to 0.991.
_SEEN_AS = {
    "审": "申",
    "自": "白",
    "正": "止",
    "数": "教",
    "废": "度",
    "目": "日",
    "计": "让",
    "未": "末木",
}
_LONG = 8  # letters, from which on a label that lost some of them is told by those that are left
# A letter that other labels of the form are written with may be another word's, one that none is written with
# is damage: 白然人, 结果维特. What is no letter of Chinese was no word.
_WORD, _DAMAGE, _DIRT = 2.0, 1.0, 0.5
# Letters that make another label of one: 非重复申请, 上年新收, 不予以公开. No scan reads them into a label
# unless it has what looks like them.
_TELLING = {
    "不": "木丕",
    "非": "",
    "未": "末",
    "无": "天元",
    "上": "土止",
    "下": "不卜",
    "前": "",
    "去": "",
    "今": "",
    "旧": "",
    "原": "",
    "免": "",
    "除": "",
    "仅": "",
    "半": "",
    "季": "",
    "月": "",
}
# A line of a cell that is nothing but this is what is left of a ruling, or dirt.
_STROKES = re.compile(r"[\s\-—–―_~=|/\\'\"`´‘’“”.,，。、·•:：;；^*°一丨丶Il1]+")
_FOREIGN = re.compile(r"[^\d\u3400-\u9fff]")  # what no label is written with
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_IN_BRACKETS = str.maketrans({"-": "一", "_": "一", "~": "一", "=": "二", "E": "三"})
_NUMBER = re.compile(r"^(?:\([^()]{0,2}\)|[一二三四五六七八九十\d=EIl-]{1,2}[^\w(]|[^\W_][.,]|[^\w(]+)(?=..)")


@dataclass(frozen=True, slots=True)
class Reading:
    """A label as a scan was read: its letters with and without numbering, and the numbering itself."""

    whole: str
    bare: str
    number: str


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """Return a recognised label without what dirt and rulings leave in a cell."""
    lines = unicodedata.normalize("NFKC", text).split("\n")
    written = [line for line in lines if not _STROKES.fullmatch(line)] or lines
    shown = re.sub(r"[·•]", ".", "".join(written))
    shown = re.sub(r"\([-_~=E]\)", lambda found: found.group().translate(_IN_BRACKETS), plain(shown))
    number = _NUMBER.match(shown)
    is_number = number is not None and _TELLING.keys().isdisjoint(number.group())
    bare = letters(shown[number.end() :]) if number and is_number else letters(shown)
    return Reading(whole=letters(shown), bare=bare or letters(shown), number=numbering(shown))


@dataclass(frozen=True, slots=True)
class Damage:
    """What lies between a label of the form and what was read in its place.

    `share` is of the label's letters, those that may be another word's counted double; `ahead` says how many
    letters every other label of its table is further away.
    """

    share: float
    length: int
    ahead: int
    is_loss: bool  # nothing but letters that were lost, or are no letters of Chinese
    is_telling: bool  # with letters that would make another label of it
    is_slip: bool  # one letter for another that has no other meaning
    is_seen_as: bool  # one for another that is what wear leaves of it
    other_number: bool


def damage(text: str, label: Prescribed, form: Script) -> Damage:
    """Return what lies between a label and a reading; of the wordings of the label the nearest counts."""
    found = read(text)
    pairs = [
        (form_of, shown)
        for written in label.plains
        for form_of, shown in (
            (letters(core(written)), found.bare),
            (letters(core(written)), found.whole),
            (letters(written), found.whole),
        )
    ]
    own, shown = min(pairs, key=lambda pair: Levenshtein.distance(*pair))
    own_number = numbering(label.plains[0])
    is_loss = _is_within(_FOREIGN.sub("", shown), own)
    # what is explained in brackets behind a label counts only where some of it was lost
    length = len(own if is_loss else letters(core(label.plains[0])))
    distance = Levenshtein.distance(own, shown)
    return Damage(
        share=_cost(own, shown, form) / max(length, 1),
        length=length,
        ahead=_ahead(found, label, form, distance, is_long_loss=is_loss and length >= _LONG),
        is_loss=is_loss,
        is_telling=_is_telling(own, shown),
        is_slip=_is_slip(own, shown),
        is_seen_as=_is_slip(own, shown) and any(starmap(_is_left_of, zip(shown, own, strict=True))),
        other_number=bool(found.number and own_number and found.number != own_number),
    )


def is_legible(text: str, confidence: float, label: Prescribed, form: Script) -> bool:
    """Return whether a reading is a label of the form by its letters alone, but for damage by the scan."""
    found = damage(text, label, form)
    if _is_another(found, confidence) or not _is_told_apart(label, form):
        return False
    if found.length < 4:  # of three letters one, where nothing else is like them
        return found.share == 0 or (found.length == 3 and found.share <= 1 / 3 and found.ahead > 1)
    return found.share <= _NEAR and found.ahead >= max(1, 0.12 * found.length)


def is_much_like(text: str, label: str) -> bool:
    """Return whether a recognised text may be a label read a little wrong, standing where it should not."""
    own, shown = letters(core(plain(label))), read(text).bare
    return Levenshtein.distance(own, shown) <= max(_NEAR * len(own), 1)


def is_likely(text: str, confidence: float, label: Prescribed, form: Script) -> bool:
    """Return whether a reading may well be a label whose place is proved by those around it.

    Half of its letters must be there; or what was read is no word of any language.
    """
    found = damage(text, label, form)
    if _is_another(found, confidence):
        return False
    if found.share <= _PLACED:
        return found.ahead >= (0 if label.role == "caption" else 1)
    return confidence < _ILLEGIBLE and not _CHINESE.search(text)


def is_possible(text: str, confidence: float, label: Prescribed, form: Script) -> bool:
    """Return whether what was read, however little, may be a label whose place is beyond doubt.

    It was not read surely, has some letters of the label, fewer of any other, heads of other editions among
    them, and no word that makes another label.
    """
    if _is_another(damage(text, label, form), confidence):
        return False
    shown = read(text).bare
    own = max(LCSseq.similarity(letters(core(written)), shown) for written in label.plains)
    rival = max(LCSseq.similarity(other, shown) for other, _ in _rivals(label, form))
    return rival < own


def is_repeated(text: str, confidence: float, label: Prescribed, form: Script) -> bool:
    """Return whether what was read may be a label that another group of its table shows in the same place.

    One letter of it may be wrong, or half of them that are no other word's, read a little more surely than
    where nothing else tells; or what was read is no word of Chinese, nor a figure or mark: eit for 总计.
    """
    found = damage(text, label, form)
    if is_illegible(text):
        return confidence < _REPEATED
    if found.is_telling or found.other_number or not _OPPOSITE.isdisjoint(set(text) - set(label.plains[0])):
        return False
    own = [letters(core(written)) for written in label.plains]
    shown = "".join(_CHINESE.findall(read(text).bare))  # of a letter may be left 18
    is_near = found.share <= _PLACED or min(Levenshtein.distance(one, shown) for one in own) <= 1
    return is_near and found.ahead >= 1 and confidence < _HALF_READ


def is_illegible(text: str) -> bool:
    """Say whether what was read is no word of Chinese, and no figure or mark."""
    return any(map(str.isalpha, text)) and not _CHINESE.search(text) and not any(map(str.isdigit, text))


def _is_another(found: Damage, confidence: float) -> bool:
    """Return whether what differs was read surely, or tells of another label: it is the agency's own then."""
    is_known = found.length >= _LONG or found.is_seen_as
    is_slip = found.is_slip and is_known and found.ahead >= _FAR * found.length
    least = _SLIP if is_slip else max(_OWN_WORDS - max(found.share, _NEAR), _ILLEGIBLE)
    was_read = confidence >= least
    differs = (found.share > 0 and not found.is_loss) or found.other_number
    return found.is_telling or (was_read and differs)


def _is_told_apart(label: Prescribed, form: Script) -> bool:
    """Return whether no other row has a row's name: such are told apart by numbers, which may be misread."""
    if label.role != "row":
        return True
    name = core(label.plains[0])
    return not any(
        other is not label and other.role == "row" and core(other.plains[0]) == name for other in form.labels
    )


def _ahead(found: Reading, label: Prescribed, form: Script, distance: int, *, is_long_loss: bool) -> int:
    """Return how many letters further off than `distance` every other label of a table is from a reading.

    Of a long label that lost much every short one is as far; there the letters that are none of theirs count.
    """
    bare = found.bare
    ahead = least = len(bare) + distance
    for other, number in _rivals(label, form):
        is_numbered_otherwise = bool(found.number and found.number != number)
        ahead = min(ahead, Levenshtein.distance(other, bare) + is_numbered_otherwise - distance)
        least = min(least, len(bare) - LCSseq.similarity(other, bare))
    return max(ahead, least) if is_long_loss else ahead


def _rivals(label: Prescribed, form: Script) -> Iterator[tuple[str, str]]:
    """Yield the letters of the other labels of a table, and their numbers; heads of other editions too."""
    own = {letters(core(written)) for written in label.plains}
    if label.role == "column" and label.table:
        yield from ((bare, "") for bare in form.foreign[label.table])
    for other in form.labels:
        if other.table == label.table:
            for written in other.plains:
                bare = letters(core(written))
                if bare not in own:
                    yield bare, numbering(written)


def _cost(own: str, shown: str, form: Script) -> float:
    """Return how many letters of a label are wrong, weighed by what stands there instead."""
    total = 0.0
    for edit in Levenshtein.editops(own, shown):
        letter = shown[edit.dest_pos] if edit.tag != "delete" else ""
        if edit.tag == "insert" and not "\u3400" <= letter <= "\u9fff":
            total += _DIRT
        else:
            is_left = edit.tag == "replace" and _is_left_of(letter, own[edit.src_pos])
            total += _WORD if letter in form.alphabet and not is_left else _DAMAGE
    return total


def _is_left_of(read: str, printed: str) -> bool:
    return read in _SEEN_AS.get(printed, "")


def _is_telling(own: str, shown: str) -> bool:
    """Return whether a reading has words that a label has not; one letter may be read as two (结 as 负绩)."""
    if len(_FOREIGN.sub("", shown)) > len(own) + 1:
        return True
    more, lost = Counter(shown) - Counter(own), Counter(own) - Counter(shown)
    return any(letter in _TELLING and lost.keys().isdisjoint(_TELLING[letter]) for letter in more)


def _is_slip(own: str, shown: str) -> bool:
    """Return whether a reading has one letter for another, and none of the two tells of another label."""
    if len(own) != len(shown):
        return False
    changed = [{one, other} for one, other in zip(own, shown, strict=True) if one != other]
    if len(changed) != 1:
        return False
    (two,) = changed
    return two.isdisjoint(_TELLING) and two.isdisjoint(_OPPOSITE) and not two <= _NUMERALS


def _is_within(text: str, whole: str) -> bool:
    """Return whether a text is another one with characters left out."""
    rest = iter(whole)
    return all(character in rest for character in text)
