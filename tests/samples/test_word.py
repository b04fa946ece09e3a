"""What drawn Word files promise, read back by the tests' own few lines."""

import io

import docx
import pytest
from docx.oxml.ns import qn

from samples import word
from samples.printed import printed_tables
from samples.reports import invent, with_extra_rows

SAMPLE = invent(7, zero=False, blanks="zero", label_noise=0.1, markers=True)
NOT_IN_PLACE = ("split-head", "numbering", "extra-rows")


def shown_texts(data):
    """Return the texts of the innermost cells in document order, as if every change were accepted."""
    body = docx.Document(io.BytesIO(data)).element.body
    texts = []
    for cell in body.iter(qn("w:tc")):
        row = next(cell.iterancestors(qn("w:tr")))
        if (
            row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None
            or cell.find(f".//{qn('w:tbl')}") is not None
        ):
            continue
        text = "".join(piece.text or "" for piece in cell.iter(qn("w:t")))
        if text.strip():
            texts.append(text.strip())
    return texts


def row_widths(data):
    document = docx.Document(io.BytesIO(data))
    for table in document.element.body.iter(qn("w:tbl")):
        width = len(table.tblGrid.findall(qn("w:gridCol")))
        for row in table.iter(qn("w:tr")):
            if next(row.iterancestors(qn("w:tbl"))) is not table:
                continue
            cells = [cell for cell in row.iter(qn("w:tc")) if next(cell.iterancestors(qn("w:tr"))) is row]
            yield width, row.grid_before + sum(cell.grid_span for cell in cells) + row.grid_after


@pytest.mark.parametrize("variant", word.VARIANTS)
def test_every_variant_opens_and_its_rows_fill_the_grid(variant):
    for seed in range(3):
        data = word.draw(SAMPLE, variant=variant, seed=seed)
        assert all(width == covered for width, covered in row_widths(data))


@pytest.mark.parametrize("variant", [name for name in word.VARIANTS if name not in NOT_IN_PLACE])
def test_every_variant_shows_the_same_texts_in_order(variant):
    expected = [
        cell.text.strip()
        for table in printed_tables(SAMPLE)
        for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column))
        if cell.text.strip()
    ]
    for seed in range(3):
        assert shown_texts(word.draw(SAMPLE, variant=variant, seed=seed)) == expected


def test_numbered_labels_lose_only_their_numerals():
    sample = invent(7, label_noise=0)
    texts = shown_texts(word.draw(sample, variant="numbering"))
    assert "本年新收政府信息公开申请数量" in texts
    assert "一、本年新收政府信息公开申请数量" not in texts
    assert [text for text in texts if text.startswith("属于国家秘密")]


def test_extra_rows_are_printed():
    sample = with_extra_rows(SAMPLE)
    assert sample.extra_rows[0][2] in shown_texts(word.draw(sample, variant="plain"))


@pytest.mark.parametrize("variant", word.VARIANTS)
def test_the_same_arguments_give_the_same_bytes(variant):
    assert word.draw(SAMPLE, variant=variant, seed=5) == word.draw(SAMPLE, variant=variant, seed=5)


def test_an_unknown_variant_is_refused():
    with pytest.raises(ValueError, match="no such variant"):
        word.draw(SAMPLE, variant="engraved")
