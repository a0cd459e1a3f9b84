"""A text of a million signs is laid out: what looked at all the rest anew from every sign would take hours."""

from __future__ import annotations

import pytest

from msc_evidence.reading.texts.xml import element, is_xml, refuse_declarations
from msc_evidence.render.ascii import to_ascii
from msc_evidence.render.inert import inert, inert_lines
from msc_evidence.render.table.md import escaped_markdown
from msc_evidence.render.text import joined_figures, wrapped_lines

LENGTH = 1_000_000


@pytest.mark.parametrize(
    "piece", ["x", "(", ")", "(1", "1 ± ", ")a", "\u200d", "::", "@", "`", "http:", "¹", "\x1b["]
)
@pytest.mark.parametrize(
    "laid_out",
    [
        joined_figures,
        lambda text: wrapped_lines(text[: LENGTH // 5], 80),
        inert,
        inert_lines,
        to_ascii,
        escaped_markdown,
    ],
    ids=["joined", "wrapped", "inert", "lines", "ascii", "markdown"],
)
def test_every_text_is_laid_out_in_one_pass(laid_out, piece):
    assert laid_out((piece * LENGTH)[:LENGTH])


@pytest.mark.parametrize("piece", ["<front ", "<x:front ", "</front", "<!DOCTYPE ", "<?xml "])
def test_the_front_of_an_article_is_looked_for_once(piece):
    text = f"<article>{piece * (LENGTH // len(piece))}</article>"
    is_xml(text)
    refuse_declarations(text)
    assert list(element(text, "")) == []
