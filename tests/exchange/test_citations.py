"""RIS and BibTeX as other programs write them, and that whatever is written here is read back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msc_evidence.exchange.citations import (
    Reference,
    citations_table,
    doi_of,
    inverted_name,
    pubmed_name,
    pubmed_name_of_inverted,
)
from msc_evidence.exchange.formats.bibtex import read_bibtex, text_of_tex
from msc_evidence.exchange.formats.bibtex import render as bibtex
from msc_evidence.exchange.formats.ris import read_ris
from msc_evidence.exchange.formats.ris import render as ris
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import Place
from msc_evidence.registry.publication import Citation
from msc_evidence.registry.starter import STARTER

#: As reference managers write it: other tags, a value over two lines, Windows line ends, a date, one-page papers.
FOREIGN_RIS = (
    "\r\nTY  - JOUR\r\nA1  - Muñoz-Gómez, Ana Belén\r\nA1  - van der Berg,J.W.,Jr.\r\nA1  - CELLS Group\r\n"
    "T1  - Cells for the\r\n      made-up.\r\nJA  - J Ex\r\nJF  - Journal of Examples\r\nY1  - 2020/03/05/\r\n"
    "VL  - 7\r\nIS  - 2\r\nSP  - e12\r\nEP  - e12\r\nDO  - https://doi.org/10.1000/a_b\r\nAN  - 12345\r\n"
    "DB  - MEDLINE\r\nN2  - An abstract.\r\nER  -\r\n"
)
FOREIGN_BIBTEX = r"""
% written by hand, doe@example.org
@string{jex = "Journal of " # {Examples}}
@comment{not {this}}
@Article(doe20,
  Author = "Mu{\~n}oz-G{\'o}mez, Ana Bel\'en and John W. van der Berg and {CELLS and Co Group} and others",
  title = {{Cells} for 50\% of \textbf{the} made-up},
  journal = jex, year = 2020, volume=7, number = {2}, pages = {11 -- 19},
  doi = {10.1000/a_b},
)
@article{x, title = {Second}, date = {2021-03}, journaltitle = {B}}
"""


def test_ris_of_other_programs():
    (found,) = read_ris(FOREIGN_RIS, "a.ris")
    assert found == Reference(
        ("Muñoz-Gómez AB", "van der Berg JW Jr", "CELLS Group"),
        "Cells for the made-up", "Journal of Examples", "2020", "7", "2", "e12", "10.1000/a_b", "12345",
        place=Place("a.ris", 2, 1),
    )  # fmt: skip


def test_an_accession_number_of_another_database_is_no_pmid():
    (found,) = read_ris("TY  - JOUR\nAN  - 12345\nDB  - Embase\nER  - \n", "a.ris")
    assert found.pmid == ""


def test_bibtex_of_other_programs():
    found, second = read_bibtex(FOREIGN_BIBTEX, "a.bib")
    assert found == Reference(
        ("Muñoz-Gómez AB", "van der Berg JW", "CELLS and Co Group", "et al."),
        "Cells for 50% of the made-up", "Journal of Examples", "2020", "7", "2", "11-19", "10.1000/a_b",
        place=Place("a.bib", 5, 1), key="doe20",
    )  # fmt: skip
    assert (second.title, second.year, second.journal) == ("Second", "2021", "B")


@pytest.mark.parametrize(
    ("family", "given", "suffix", "name"),
    [
        ("Bang", "O. Y.", "", "Bang OY"),
        ("Bang", "OY", "", "Bang OY"),
        ("Bang", "Oh Young", "", "Bang OY"),
        ("Kim", "Sung-Joon", "", "Kim SJ"),
        ("Kim", "S.-J.", "", "Kim S-J"),
        ("Kim", "S-J", "", "Kim S-J"),
        ("Øster", "Åse", "Sr.", "Øster Å Sr"),
        ("WHO", "", "", "WHO"),
    ],
)
def test_names_as_pubmed_prints_them(family, given, suffix, name):
    assert pubmed_name(family, given, suffix) == name


@pytest.mark.parametrize(
    "name", ["Bang OY", "van der Berg JW Jr", "Kim S-J", "Alonso de Leciñana M", "Øster Å", "Kim SJ 2nd"]
)
def test_names_come_back(name):
    written = inverted_name(name)
    assert written is not None
    assert pubmed_name_of_inverted(written) == name


@pytest.mark.parametrize("name", ["STARTING-2 Collaborators", "WHO", "Doe, J", "Müller", "Group for cells"])
def test_groups_are_no_persons(name):
    assert inverted_name(name) is None


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        (r"G{\"o}del \& {\ss}", "Gödel & ß"),
        (r"\c{c}a \v Cech {\aa}ngstr{\"{o}}m", "ça Čech ångström"),
        (r"na{\"\i}ve", "naïve"),
        (r"\emph{in vitro}~test", "in vitro test"),
        (r"\textbackslash{}n \{a\}", r"\n {a}"),
    ],
)
def test_tex_as_it_is_printed(written, printed):
    assert text_of_tex(written) == printed


@pytest.mark.parametrize(
    "text", ["https://doi.org/10.1/x", "doi: 10.1/x", "10.1/x", "http://dx.doi.org/10.1/x"]
)
def test_a_doi_without_its_address(text):
    assert doi_of(text) == "10.1/x"


def _trial(folder: Path, **fields: object) -> Trial:
    from msc_evidence.registry.loader import load

    file = folder / "starter.yaml"
    file.write_text(STARTER, encoding="utf-8")
    (trial,) = load(file).trials.values()
    return trial.model_copy(update={"citation": Citation.model_validate({"year": 2020, **fields})})


@pytest.fixture(scope="module")
def trial(tmp_path_factory) -> Trial:
    return _trial(tmp_path_factory.mktemp("starter"))


#: What a title may hold once it stands on one line; a point at its end is not kept.
TEXTS = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=40).map(
    lambda text: " ".join(f"a{text}".split()).rstrip(".")
)


@given(title=TEXTS, journal=TEXTS, group=TEXTS.map(lambda text: text.replace(";", "")))
def test_any_text_comes_back(trial: Trial, title: str, journal: str, group: str):
    cited_as = Citation(
        authors=["Bang OY", f"{group} Group"], title=title, journal=journal, year=2020, pages="e1012-e1023"
    )
    table = citations_table({"made-up": trial.model_copy(update={"citation": cited_as})})
    (from_bibtex,) = read_bibtex(bibtex(table), "a")
    assert (from_bibtex.title, from_bibtex.journal, from_bibtex.pages) == (title, journal, "e1012-e1023")
    assert from_bibtex.authors[0] == "Bang OY"
    (from_ris,) = read_ris(ris(table), "a")
    assert (from_ris.title, from_ris.journal, from_ris.pages) == (title, journal, "e1012-e1023")
    if "," not in group:
        assert from_bibtex.authors == from_ris.authors == ("Bang OY", f"{group} Group")


def test_ris_lines(trial: Trial):
    cited_as = {"authors": ["Bang OY"], "title": "Two\nlines\x1b", "year": 2021, "pages": "e1012-e1023"}
    table = citations_table(
        {"bang": trial.model_copy(update={"citation": Citation.model_validate(cited_as)})}
    )
    assert ris(table) == (
        "TY  - JOUR\nID  - bang\nAU  - Bang, O. Y.\nTI  - Two lines�\nPY  - 2021\nSP  - e1012\nEP  - e1023\nER  - \n"
    )
    assert bibtex(table) == (
        "@article{bang,\n  author = {Bang, O. Y.},\n  title = {{Two lines�}},\n  year = {2021},\n"
        "  pages = {e1012--e1023},\n}\n"
    )
