"""Study data as spreadsheets and people write them: every reading is sure, or both are named."""

from __future__ import annotations

import math
import re

import pytest

from msc_evidence.registry.problems import RegistryError
from msc_evidence.registry.studies import decoded, read_studies

#: A file, and the numbers of its column `yi`.
READ = {
    "semicolons": ("study;yi\na;0,30\nb;-0,45\n", [0.30, -0.45]),
    "quoted": ('study,yi\na,"0,30"\nb,"-1,5"\n', [0.30, -1.5]),
    "three decimals": ("study;yi\na;1,200\nb;0,5\n", [1.2, 0.5]),
    "three decimals with a point": ("study,yi\na,1.200\nb,2.125\n", [1.2, 2.125]),
    "Excel's separator": ("sep=;\nstudy;yi\na;0,30\n", [0.30]),
    "trailing columns": ("study,yi,,\na,.30,,\n,,,\n", [0.30]),
    "dashes": ("study,yi\na,–0.30\nb,−.4\nc,‐2\n", [-0.30, -0.4, -2.0]),
    "raised point": ("study,yi\na,0·03\n", [0.03]),
    "exponent": ("study;yi\na;1,5e-3\n", [0.0015]),
    "commas in words": ('study,yi,note\na,1.200,"1,5"\nb,2.125,see 2\n', [1.2, 2.125]),
    "blank lines above": ("\n\nstudy;yi\na;0,30\n", [0.30]),
    "missing": (
        "study,yi\na,#N/A\nb,N/A\nc,NA\nd,\ne,n/a\nf,–\ng,NR\nh,#NV\n", [math.nan] * 8
    ),
}  # fmt: skip
#: A file, and what is said of it.
REFUSED = {
    "thousands by points": (
        "study;yi;m\na;1.200;0,5\n", "f.csv:2:2: yi: '1.200' is 1200 with a mark of thousands, or 1.2 with a"
        " decimal mark; write 1200 or 1,2",
    ),
    "thousands by commas": ('study,yi,m\na,"1,200",0.5\n', "f.csv:2:2: yi: '1,200' is 1200 with a mark"),
    "beside semicolons": ("study;yi\na;1.200\n", "f.csv:2:2: yi: '1.200' is 1200"),
    "millions": ("study,yi\na,1.200.000\n", "f.csv:2:2: yi: '1.200.000' has marks of thousands; write 1200000"),
    "both marks": ("study;yi\na;0,3\nb;0.4\n", "f.csv:2:2: yi: '0,3' has a decimal comma where other numbers"),
    "both in one": ('study,yi\na,"1.200,5"\n', "f.csv:2:2: yi: '1.200,5' is not a number"),
    "no number for Python": ("study,yi\na,1_0\nb,inf\n", "f.csv:2:2: yi: '1_0' is not a number"),
    "unquoted commas": ("study,yi\na,0,30\n", "f.csv:2:3: '30' stands below no name of a column; a comma within"),
    "below Excel's separator": ("sep=;\nstudy;yi\n\na;x\n", "f.csv:4:2: yi: 'x' is not a number"),
    "a count": ("study,n1i\na,1.200\n", "f.csv:2:2: n1i: '1.200' is 1200 with a mark of thousands"),
    "no name": ("study,,yi\na,1,2\n", "f.csv:1:2: the column has no name"),
}  # fmt: skip


def numbers(text):
    found = read_studies(text, "f.csv")
    return found.number_column("n1i" if "n1i" in found.header else "yi")


@pytest.mark.parametrize(("text", "values"), READ.values(), ids=READ)
def test_numbers_as_people_write_them(text, values):
    assert numbers(text) == pytest.approx(values, nan_ok=True)


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED)
def test_what_can_be_read_two_ways_is_refused_with_both(text, said):
    with pytest.raises(RegistryError) as error:
        numbers(text)
    assert str(error.value).startswith(said)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_spreadsheets(encoding):
    text = "study,yi\nMüller 2010,–1\n"
    assert read_studies(decoded(text.encode(encoding), "f.csv", "CSV"), "f.csv").text_column("study") == [
        "Müller 2010"
    ]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [(["yj"], "missing column yj; known: study, yi"), (["a", "b"], "missing columns a, b")],
)
def test_columns_that_are_missing_are_named(wanted: list[str], said: str) -> None:
    with pytest.raises(RegistryError, match=re.escape(f"f.csv:1:1: {said}")):
        read_studies("study,yi\na,1\n", "f.csv").require_columns(wanted)
