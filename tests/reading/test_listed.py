"""The notation of fingerprints: what words beside a number make of it, and that every entry is read again as meant."""

from __future__ import annotations

import pytest

from msc_evidence.reading.figures.normalise import normalise
from msc_evidence.reading.fingerprint import fingerprint
from msc_evidence.reading.fingerprint_entries import listed
from msc_evidence.reading.fingerprint_list import entries, listed_figures
from msc_evidence.reading.texts.abstract import find_abstract

LISTED = [
    # counts: people, sizes, shares
    ("30 consecutive patients were enrolled", "n 30"),
    ("39 and 15 patients", "n 39, n 15"),
    ("18/30 (60%) v 12/32", "n 18, n 30, 60%, n 12, n 32"),
    ("9 of the 15 subjects", "n 9, n 15"),
    ("21 (58.3%) died", "n 21, 58.3%"),
    ("the cells (n = 5) and ten others", "n 5, ten"),
    ("grade 3 patients and type 2 diabetes patients", "3, 2"),
    ("blood pressure of 120/80 mmHg", "120, 80 mmHg"),
    ("at 0/5/10 minutes", "0, 5, 10 min"),
    ("scores of 3 in treated patients", "3"),
    # means with SD, means and medians with their range
    ("14 ± 7 days after stroke", "14 ± 7 d"),
    ("45 ± 7% v 14.8±23.8", "45 ± 7%, 14.8 ± 23.8"),
    ("scores of 78.2 (SD 20.5) and 4.1 (SE 0.3)", "78.2 ± 20.5, 4.1 ± 0.3"),
    ("68 (range 28–83) years", "68 (28-83) y"),
    ("a median of 12 [IQR 9-15]", "12 (IQR 9-15)"),
    ("RR 0.43 (0.18 to 1.05)", "0.43 (0.18-1.05)"),
    ("MD -1.2 (-3.1 to 0.7)", "-1.2 (-3.1 to 0.7)"),
    # times keep their unit at both ends
    ("3 to 42 days", "3-42 d"),
    ("from 3 to 42 days", "3 d, 42 d"),
    ("7–10 days, 12 to 18 months", "7-10 d, 12-18 mo"),
    ("days 3-42", "3-42 d"),
    ("at day 90 and 180.", "90 d, 180 d"),
    ("day 90 and 12 patients", "90 d, n 12"),
    ("for 5 consecutive days", "5 d"),
    ("aged 18–70 years; 60 years or older", "age 18-70 y, age 60 y"),
    # intervals, doses, measures, dates
    ("95% CI, 0.70, 0.94; CI 1.2 to 3.0", "95%, CI 0.70-0.94, CI 1.2-3.0"),
    ("50-60 million cells in 250 ml", "5e7-6e7, 250 mL"),
    ("15 μg/kg/day, 5, 10 and 30 min", "15 μg/kg/day, 5 min, 10 min, 30 min"),
    ("between January 2018 and March 2022", "date 2018, date 2022"),
    ("on 23 April 2018, May 20, 2021", "date 23, date 2018, date 20, date 2021"),
    ("a single-center trial at 2 centres", "single centre, 2"),
    ("Stem Cells 2010;28:1099–1106", ""),
    ("p = 0.011, 2:1, Class III, 1e8, mRS of 0-2", "p 0.011, 2:1, class III, 1e8, 0-2"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LISTED)
def test_words_beside_a_number_tell_what_it_is(text: str, expected: str) -> None:
    assert ", ".join(figure.text for figure in listed_figures(text)) == expected


@pytest.mark.parametrize(("text", "expected"), LISTED)
def test_every_entry_is_read_again(text: str, expected: str) -> None:
    for figure in listed_figures(text):
        assert all(number.kind != "words" for number in listed(figure.text).numbers), figure


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("n 5", "five", True),
        ("n 30", "30", True),
        ("250 mL", "250", True),
        ("3 mo", "90 d", True),
        ("3 mo", "3", False),
        ("14 ± 7 d", "14 ± 7", False),
        ("14 ± 7", "14-7", False),
        ("p 0.03", "0.03", False),
        ("30%", "30", False),
        ("0.110", "0.11", False),
    ],
)
def test_what_two_prints_share(one: str, other: str, same: bool) -> None:
    assert (listed(one).key == listed(other).key) is same


@pytest.mark.parametrize("space", ["\u00a0", "\u2007", "\u2008", "\u2009", "\u202f", "&#8201;"])
def test_thousands_parted_by_a_thin_space_are_one_number(space: str) -> None:
    assert [figure.text for figure in listed_figures(f"of 1{space}279 patients")] == ["n 1279"]
    assert [figure.text for figure in listed_figures(f"1{space}234{space}567 cells")] == ["1234567"]


def test_a_number_before_another_is_no_thousand() -> None:
    assert [figure.text for figure in listed_figures("in 2010\u00a0123 people came")][-1] == "n 123"


ABSTRACT = (
    "Background and purpose: 30 patients, aged 68 (range 28\u201383) years, took 1 \u00d7 10<sup>8</sup> cells.\n\n"
    "Results: Scores were 14.8 \u00b1 23.8 and 2.6 \u00b1 13.0 (P = 0\u00b7023); 7 (23%) died within 3 to 42 days."
)
PLAIN = ABSTRACT.replace("\u2013", "-").replace("10<sup>8</sup>", "10(8)").replace("0\u00b7023", "0.023")
COPIES = {
    "bare": PLAIN,
    "web page": f"A journal\nAbstract\n{ABSTRACT.replace('<sup>8</sup>', '⁸')}\nKeywords: cells 12\n",
    "no-break spaces": PLAIN.replace(" ", "\u00a0"),
    "headings in capitals": PLAIN.replace("Background and purpose", "BACKGROUND AND PURPOSE"),
    "one line": PLAIN.replace("\n\n", "  "),
    "PubMed XML": (
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><Article><Abstract>"
        + "".join(
            f'<AbstractText Label="{label.upper()}">{part}</AbstractText>'
            for label, part in (section.split(": ", 1) for section in ABSTRACT.split("\n\n"))
        )
        + "</Abstract></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    ),
}


@pytest.mark.parametrize("copy", COPIES)
def test_copies_of_one_abstract_have_one_fingerprint(copy: str) -> None:
    assert fingerprint(COPIES[copy]) == fingerprint(PLAIN)


def test_places_are_those_of_the_text() -> None:
    text = find_abstract(ABSTRACT)
    places = [text[figure.start : figure.end] for figure in listed_figures(text)]
    assert places[:3] == ["30", "68 (range 28\u201383", "1 \u00d7 10<sup>8</sup>"]
    assert [entry.text for entry in entries(normalise(text).text)] == [f.text for f in listed_figures(text)]
