"""The abstract is found in every form in which a paper is saved."""

import textwrap

import pytest

from msc_evidence.reading.fingerprint import fingerprint
from msc_evidence.reading.texts.abstract import UnreadableText, find_abstract

AIM = "To see whether 2 x 10(6) cells per kg help people who had a stroke within 14 days."
METHODS = "We assigned 48 adults, in a 3:1 ratio, to cells or to saline and followed them for 1 year."
RESULTS = "Walking improved (p = 0.004, 0.03, and 0.2 at 1, 3, and 12 months, respectively) in five centres."
FIGURES = ("2e6", "14 d", "n 48", "3:1", "1 y", "p 0.004", "p 0.03", "p 0.2", "1 mo", "3 mo", "12 mo", "five")

BARE = f"{AIM} {METHODS} {RESULTS}"
PUBMED_PAGE = f"""An official website
Page navigation
Title & authors
Abstract
Similar articles
Cited by
. 2020 Jan;7(2):1-9.
doi: 10.1000/made.up.1.

A made-up trial of 99 cells

Abstract

{BARE}

PubMed Disclaimer

Comment in
Others say 3 things.

Publication types
"""
REPOSITORY_PAGE = f"""A Repository
Volume
96
Abstract
Objective:
{AIM}

Methods
{METHODS}

Results:
{RESULTS}
Wordsworth Author(s)(Kor)
Name
Citation
Name et al. (2020). A made-up trial. A journal, 96(7), e1012-e1023. doi: 10.1000/made.up.1
Items in Repository are protected by copyright, with all rights reserved, unless otherwise indicated.
"""
XML = f"""<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2024//EN"
 "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_240101.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">1</PMID><Article>
<ArticleTitle>A made-up trial of 99 cells</ArticleTitle><Abstract>
<AbstractText Label="OBJECTIVE">{AIM.replace("10(6)", "10<sup>6</sup>")}</AbstractText>
<AbstractText Label="METHODS">{METHODS}</AbstractText>
<AbstractText Label="RESULTS">{RESULTS}</AbstractText>
<CopyrightInformation>Copyright 2020 Some House.</CopyrightInformation></Abstract></Article>
<OtherAbstract><AbstractText>Un essai de 77 personnes.</AbstractText></OtherAbstract>
</MedlineCitation></PubmedArticle></PubmedArticleSet>
"""


@pytest.mark.parametrize(
    "form", [BARE, PUBMED_PAGE, REPOSITORY_PAGE, XML], ids=["bare", "pubmed", "other", "xml"]
)
def test_four_forms_one_list_of_figures(form: str) -> None:
    assert fingerprint(form).figures == FIGURES


@pytest.mark.parametrize(
    "footer",
    [
        "PubMed Disclaimer",
        "Keywords: stroke; 12 stem cells.",
        "Key words stroke; cells.",
        "© 2020 Some House.",
        "Copyright © 2020 Some House. All rights reserved.",
        "Conflict of interest statement",
        "Publisher\nSome House of 1999",
        "Similar articles\nA trial of 77 people, which another group ran and told at some length.",
        "View more\n12 readers",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_what_follows_is_left_out(footer: str, gap: str) -> None:
    assert find_abstract(f"Title\nAbstract\n{BARE}{gap}{footer}\n") == BARE


@pytest.mark.parametrize("heading", ["Abstract", "ABSTRACT", "  Abstract: ", "## Abstract"])
def test_forms_of_the_heading(heading: str) -> None:
    assert find_abstract(f"A title with 7 words\n{heading}\n{BARE}") == BARE


@pytest.mark.parametrize("width", [30, 40, 72, 100])
def test_wrapped_lines_are_not_furniture(width: int) -> None:
    wrapped = textwrap.fill(BARE, width)
    assert find_abstract(f"Title\nAbstract\n{wrapped}\nPublisher\nSome House") == wrapped


def test_a_heading_without_colon_stays() -> None:
    text = f"{METHODS}\n\nWhat happened\n{RESULTS}"
    assert find_abstract(text) == text


def test_a_notice_on_the_last_line_is_left_out() -> None:
    assert find_abstract(BARE + " Copyright © 2005 Some House, Inc.") == BARE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("%PDF-1.7\x00\x01\x02", "binary"),
        (bytes(range(256)).decode("utf-8", "replace"), "binary"),
        ("Title\nAbstract\n\nPubMed Disclaimer\n", "no text"),
        ("<PubmedArticleSet></PubmedArticleSet>", "no articles"),
        ("<PubmedArticleSet><PubmedArticle/><PubmedArticle/></PubmedArticleSet>", "2 articles"),
        ("<PubmedArticleSet><PubmedArticle/></PubmedArticleSet>", "no abstract"),
        ("<PubmedArticleSet><PubmedArticle>", "malformed XML"),
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><PubmedArticleSet/>', "entities"),
        ('<!DOCTYPE a SYSTEM "x>y" [ <!ENTITY % b "c"> ]><PubmedArticleSet/>', "entities"),
        ("word " * 500_000, "save the abstract alone"),
    ],
)
def test_unreadable(text: str, message: str) -> None:
    with pytest.raises(UnreadableText, match=message):
        find_abstract(text)
