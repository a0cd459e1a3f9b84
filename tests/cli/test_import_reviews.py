"""Import of Cochrane reviews: the type of an analysis says which cells are data, and hostile files are refused."""

from __future__ import annotations

import io
import zipfile

import pytest

ROWS = """\ufeffAnalysis group,Analysis number,Analysis name,Subgroup,Study,Study year,GIV Mean,GIV SE,\
Experimental mean,Experimental SD,Experimental cases,Experimental N,Control mean,Control SD,Control cases,Control N,\
O-E,Variance,Weight,Mean,CI start,CI end,Footnotes
1,1,Death,,AMIS,1980,0.0,0.0,0.0,0.0,246,2267,0.0,0.0,219,2257,0.0,0.0,10,1.13,0.93,1.37,
1,1,Death,,None,1981,0.0,0.0,0.0,0.0,0,40,0.0,0.0,0,41,0.0,0.0,0,0,0,0,
1,2,Days in hospital,,Davis,1973,0.0,0.0,5.0,4.7,0,13,6.5,3.8,0,13,0.0,0.0,0,0,0,0,
1,2,Days in hospital,,Zero,1974,0.0,0.0,0.0,0.0,0,0,0.0,0.0,0,0,0.0,0.0,0,0,0,0,no data
1,3,Time to death,,Roe,2001,-0.3567,0.1716,0.0,0.0,0,50,0.0,0.0,0,52,0.0,0.0,0,0.70,0.50,0.98,
1,4,Relapse,,Poe,2002,0.0,0.0,0.0,0.0,0,60,0.0,0.0,0,61,-3.5,8.25,0,0.65,0.33,1.29,
"""
SETTINGS = """\ufeffAnalysis group,Analysis number,Data type,Effect measure,Study CI
1,1,Dichotomous,Odds Ratio,95%
1,2,Continuous,Standardized Mean Difference,95%
1,3,Contrast level,Hazard Ratio,95%
1,4,O-E and variance,Peto Odds Ratio,90%
"""
BIAS = """\ufeffStudy,Domain (judgement): Allocation concealment?,Domain (support): Allocation concealment?
AMIS,Low risk,central telephone
Davis,Not applicable,
"""
#: What the drafts say of each study.
EXPECTED = (
    "arms: {treatment: {n: 2267, events: 246}, control: {n: 2257, events: 219}}}",
    "arms: {treatment: {n: 40, events: 0}, control: {n: 41, events: 0}}}",
    "arms: {treatment: {n: 13, mean: 5.0, sd: 4.7}, control: {n: 13, mean: 6.5, sd: 3.8}}}",
    'note: "the review has no participants in an arm; no data"}',
    "effect: {measure: HR, estimate: 0.70, ci: 0.50 to 0.98}",
    "effect: {measure: OR, estimate: 0.65, ci: 0.33 to 1.29, level: 90}",
)
RM5 = """<?xml version="1.0" encoding="ISO-8859-1"?>
<COCHRANE_REVIEW><STUDIES><STUDY ID="S1" NAME="M\xfcller" YEAR="1973"/><STUDY ID="S2" NAME="Roe 2001"/></STUDIES>
<COMPARISON NO="1"><NAME>All</NAME>
<CONT_OUTCOME NO="1" EFFECT_MEASURE="SMD" CI_STUDY="95"><NAME>Days</NAME><CONT_SUBGROUP><NAME>Adults</NAME>
<CONT_DATA STUDY_ID="S1" MEAN_1="5.0" SD_1="4.7" TOTAL_1="13" MEAN_2="6.5" SD_2="3.8" TOTAL_2="13" SE="0"/>
</CONT_SUBGROUP></CONT_OUTCOME>
<DICH_OUTCOME NO="2" EFFECT_MEASURE="OR"><NAME>Death</NAME>
<DICH_DATA STUDY_ID="S2" EVENTS_1="0" TOTAL_1="13" EVENTS_2="0" TOTAL_2="12" O_E="0.0" VAR="0.0" SE="0.0"/>
</DICH_OUTCOME>
<OTHER_OUTCOME NO="3"><NAME>Words</NAME><OTHER_DATA STUDY_ID="S1"/></OTHER_OUTCOME>
</COMPARISON></COCHRANE_REVIEW>
"""
REVMAN_5 = """Comparison Number,Outcome Number,Subgroup Number,Name,Data Type,Effect Measure,Events 1,Mean 1,SD 1,\
Total 1,Events 2,Mean 2,SD 2,Total 2,Year of study
1,0,0,All,,,,,,,,,,,
1,1,0,Days,CON,SMD,,,,13,,,,13,
1,1,1,Adults,,,0,0,0,13,0,0,0,13,
1,1,1,Davis,,,0,5,4.7,13,0,6.5,3.8,13,1973
1,2,0,Death,DIC,OR,2,,,13,1,,,12,
1,2,0,Roe,,,0,0,0,13,0,0,0,12,2001
"""


def packed(files: dict[str, bytes | str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


PACKAGE: dict[str, bytes | str] = {
    "1-analysis-data/1-data-rows.csv": ROWS,
    "1-analysis-data/1-overall-estimates-and-settings.csv": SETTINGS,
    "1-analysis-data/1-subgroup-estimates.csv": "Analysis group\n",
    "1-study-data/1-risk-of-bias.csv": BIAS,
}


@pytest.fixture(params=["folder", "zip", "zip in a zip", "rows beside settings"])
def package(request, tmp_path):
    """A data package in each of the forms that it comes in."""
    whole, inner = tmp_path / "review.zip", packed(PACKAGE)
    if request.param.startswith("zip"):
        whole.write_bytes(inner if request.param == "zip" else packed({"r/r-files/1-data.zip": inner}))
        return whole
    for name, content in PACKAGE.items():
        file = tmp_path / "review" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(content), encoding="utf-8")
    return tmp_path / "review" / ("" if request.param == "folder" else next(iter(PACKAGE)))


def test_a_package_gives_what_each_analysis_is_of(run, package, tmp_path):
    back = tmp_path / "back.yaml"
    assert run("import", str(package), "-o", str(back)).code == 0
    text = back.read_text(encoding="utf-8")
    for said in EXPECTED:
        assert said in text
    assert "0 of 13" not in text
    assert "{n: 13, events: 0}" not in text
    assert run("check", "-r", str(back)).code == 0
    judged = "# to do: risk of bias (line 2): Allocation concealment Low risk (central telephone)"
    assert (judged in text) == (package.suffix != ".csv")


def test_data_rows_without_settings_go_by_the_cells_that_are_not_0(run, tmp_path):
    (tmp_path / "r-data-rows.csv").write_text(ROWS, encoding="utf-8")
    ran = run("import", "r-data-rows.csv")
    assert EXPECTED[0] in ran.out
    assert EXPECTED[2] in ran.out
    assert 'note: "GIV Mean -0.3567, GIV SE 0.1716"' in ran.out
    assert 'note: "O-E -3.5, Variance 8.25"' in ran.out
    assert "no settings of the analyses" in ran.err


def test_review_manager_5_and_its_export(run, tmp_path):
    (tmp_path / "a.rm5").write_bytes(RM5.encode("latin-1"))
    (tmp_path / "b.csv").write_text(REVMAN_5, encoding="utf-8")
    found = {name: run("import", name).out for name in ("a.rm5", "b.csv")}
    means = "definition: Adults, arms: {treatment: {n: 13, mean: 5.0, sd: 4.7}, control: {n: 13, mean: 6.5, sd: 3.8}}"
    counts = "arms: {treatment: {n: 13, events: 0}, control: {n: 12, events: 0}}"
    assert means in found["a.rm5"]
    assert means.replace("5.0", "5") in found["b.csv"]
    assert all(counts in text and "year: 1973" in text and "year: 2001" in text for text in found.values())
    assert "name: Müller" in found["a.rm5"]
    assert "(line 8)" in found["a.rm5"]


def test_risk_of_bias_of_a_package_alone(run, tmp_path):
    (tmp_path / "b.csv").write_text(BIAS, encoding="utf-8")
    drafted = run("import", "b.csv").out
    assert (
        "Allocation concealment Low risk (central telephone) (a record holds every domain of an instrument: RoB 2,"
        in drafted
    )
    assert "# line 3 judges no risk of bias" in drafted
    domains = (
        "Bias arising from the randomization process",
        "Bias due to deviations from intended interventions",
    )
    domains += ("Bias due to missing outcome data", "Bias in measurement of the outcome")
    domains += ("Bias in selection of the reported result", "Overall bias")
    header = ",".join(f"Domain (judgement): {name}" for name in domains)
    (tmp_path / "rob2.csv").write_text(
        f"Study,{header}\nRoe,Low,Low,Low,Low,Low,Low risk of bias\n", encoding="utf-8"
    )
    assert "overall: {risk: low, support: to do}" in run("import", "rob2.csv").out
    older = ("Random sequence generation (selection bias)", "Allocation concealment (selection bias)")
    older += ("Blinding of participants and personnel", "Blinding of outcome assessment", "Other bias")
    older += ("Incomplete outcome data (attrition bias)", "Selective reporting (reporting bias)")
    header = ",".join(f"Domain (judgement): {name}" for name in older)
    (tmp_path / "rob1.csv").write_text(
        f"Study,{header}\nRoe,Low risk,Unclear risk,High risk,Low risk,Low risk,Low risk,Low risk\n",
        encoding="utf-8",
    )
    drafted = run("import", "rob1.csv").out
    assert "    rob-1:\n" in drafted
    assert "allocation-concealment: {risk: unclear, support: to do}" in drafted


#: A file that is refused, and what is said.
HOSTILE = {
    "a bomb": (packed({"a-data-rows.csv": b"0" * (33 << 20)}), "unpacks to more than any review holds"),
    "zips in zips": (packed({"a.zip": packed({"b.zip": packed({"c.zip": b""})})}), "archives within archives"),
    "a damaged zip": (packed(PACKAGE)[:-40], "a zip that is damaged or cut off"),
    "a workbook": (packed({"xl/workbook.xml": "<a/>"}), "not readable as a workbook"),
    "two reviews": (packed({"a-data-rows.csv": ROWS, "b-data-rows.csv": ROWS}), "name one of them"),
    "accuracy": (packed({"a-parameters.csv": "x"}), "a review of diagnostic accuracy"),
    "entities": (
        b'<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><COCHRANE_REVIEW><T>&b;</T></COCHRANE_REVIEW>',
        "declares entities of its own",
    ),
    "cut off": (RM5[:300].encode("latin-1"), "malformed XML"),
    "no encoding": (RM5.replace("ISO-8859-1", "x").encode("latin-1"), "not in the encoding that it names"),
    "no data": (b"<COCHRANE_REVIEW/>", "a review without data of two arms"),
    "RevMan 4": (b"METAVIEW:Study\n", ":1:1: a file of RevMan 4; open it in Review Manager 5"),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "said"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_review_is_refused_with_the_reason(run, tmp_path, raw, said):
    (tmp_path / "in").write_bytes(raw)
    ran = run("import", "in")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
