"""The two founding abstracts, read from the saved pages where these are at hand."""

from pathlib import Path

import pytest

from msc_evidence.reading.fingerprint import differences, fingerprint
from msc_evidence.reading.fingerprint_list import listed_figures
from msc_evidence.reading.texts.abstract import find_abstract

TEXTS = Path(__file__).parents[3] / "shared" / "abstracts"
FIGURES = {
    "bang-2005": "n 30, one, two, n 5, 1e8, n 25, 1 y, five, p 0.011, p 0.017, p 0.115, 3 mo, 6 mo, 12 mo,"
    " p 0.076, p 0.171, p 0.286, 3 mo, 6 mo, 12 mo",
    "chung-2021": "90 d, 2:1, 3 mo, n 39, n 15, 68 (28-83) y, 20.2 (5-89) d, 3 mo, p 0.732, p 0.023, 3 mo, class III,"
    " 90 d",
}


def saved(trial: str) -> str:
    path = TEXTS / f"{trial}.txt"
    if not path.exists():
        pytest.skip(f"{path} is not at hand")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("trial", FIGURES)
def test_every_figure_of_the_page(trial: str) -> None:
    assert ", ".join(fingerprint(saved(trial)).figures) == FIGURES[trial]


@pytest.mark.parametrize("trial", FIGURES)
def test_bare_abstract_and_xml_give_the_same_figures(trial: str) -> None:
    page = saved(trial)
    abstract = find_abstract(page)
    escaped = abstract.replace("&", "&amp;").replace("<", "&lt;")
    xml = (
        '<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><Article><Abstract>'
        f'<AbstractText Label="TEXT">{escaped}</AbstractText></Abstract></Article></MedlineCitation>'
        "</PubmedArticle></PubmedArticleSet>"
    )
    assert fingerprint(abstract) == fingerprint(page)
    assert fingerprint(xml).figures == fingerprint(page).figures


@pytest.mark.parametrize("trial", FIGURES)
def test_a_change_of_any_digit_is_one_difference_at_its_place(trial: str) -> None:
    abstract = find_abstract(saved(trial))
    old = [figure.text for figure in listed_figures(abstract)]
    for figure in listed_figures(abstract):
        digits = [i for i in range(figure.start, figure.end) if abstract[i].isdigit()]
        for place in digits[-1:]:
            changed = abstract[:place] + str((int(abstract[place]) + 1) % 10) + abstract[place + 1 :]
            found = differences(old, listed_figures(changed), changed)
            assert found, figure
            assert any(d.place.start <= place <= d.place.end for d in found), figure
