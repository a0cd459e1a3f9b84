"""Import: drafts say what is missing, and bad input is one message with its place."""

from __future__ import annotations

import csv
import io

import pytest


def test_a_draft_says_what_is_missing(run, tmp_path):
    file = tmp_path / "falls.csv"
    file.write_text("study,ai,bi,ci,di\nDoe 2019,3,17,8,12\n", encoding="utf-8")
    drafted = run("import", str(file)).out
    assert "  to-do-falls: {name: to do, type: binary}" in drafted
    assert "    name: Doe 2019" in drafted
    assert "      year: 2019" in drafted
    assert "treatment: {n: 20, events: 3}, control: {n: 20, events: 8}" in drafted
    assert "# to do: authors, title, journal" in drafted
    assert "# to do: outcome, at (line 2)" in drafted


def test_counts_and_means_of_one_file_are_two_outcomes(run, tmp_path):
    (tmp_path / "pain.csv").write_text(
        "study,ai,n1i,ci,n2i,m1i,sd1i,m2i,sd2i\nDoe 2019,3,20,8,21,,,,\nRoe 2020,,20,,21,4.1,1.2,5.0,1.3\n",
        encoding="utf-8",
    )
    drafted = run("import", "pain.csv").out
    assert "  to-do-pain-binary: {name: to do, type: binary}" in drafted
    assert "  to-do-pain: {name: to do, type: continuous}" in drafted


def test_effects_on_no_named_scale_are_left_to_do(run, tmp_path):
    given = tmp_path / "given.csv"
    given.write_text("study;yi;vi\nDoe 2019;−0.4;0.1\n", encoding="utf-8")
    rows_of_revman = tmp_path / "data-rows.csv"
    rows_of_revman.write_text(
        "Analysis group,Analysis number,Analysis name,Subgroup,Study,Study year,GIV Mean,GIV SE,"
        "Experimental cases,Experimental N,Control cases,Control N\n"
        "1,1,Falls,Adults,Doe 2019,2019,,,3,20,8,20\n"
        "1,1,Falls,Children,Doe 2019,2019,,,1,9,2,9\n"
        "2,1,Falls,,Doe 2019,2019,,,2,20,8,21\n"
        "2,2,Survival,,Roe,2018,-0.3,0.2,,,,\n",
        encoding="utf-8",
    )
    drafted = run("import", str(given)).out
    assert 'note: "yi -0.4, vi 0.1, on a scale that the file does not name"' in drafted
    assert "# to do: outcome, at, the effect (line 2)" in drafted
    back = tmp_path / "back.yaml"
    assert run("import", str(rows_of_revman), "-o", str(back)).code == 0
    assert run("check", "-r", str(back)).code == 0
    text = back.read_text(encoding="utf-8")
    assert "definition: Adults" in text
    assert "name: Falls (analysis 2.1)" in text
    assert 'note: "GIV Mean -0.3, GIV SE 0.2"' in text
    found = csv.DictReader(io.StringIO(run("export", "revman", "-r", str(back)).out))
    assert [row["Experimental cases"] for row in found] == ["3", "1", "2"]


#: A table, and what the draft of its only study says.
TABLES = {
    "other names": (
        "Author;Treatment events;Treatment n;Control events;Control n\nDoe 2019;3;20;8;21\n",
        "arms: {treatment: {n: 20, events: 3}, control: {n: 21, events: 8}}",
    ),
    "medians": (
        "study,med1,q1_1,q3_1,n1,med2,q1_2,q3_2,n2\nDoe,6,4,9,20,5,3,7,22\n",
        "arms: {treatment: {n: 20, median: 6, iqr: 4 to 9}, control: {n: 22, median: 5, iqr: 3 to 7}}",
    ),
    "standard errors": (
        "study;m1i;se1i;n1i;m2i;sd2i;n2i\nDoe;1,5;0,25;20;1,2;1;22\n",
        "arms: {treatment: {n: 20, mean: 1.5, se: 0.25}, control: {n: 22, mean: 1.2, sd: 1}}",
    ),
    "an effect with its interval": (
        "study,HR,90% CI lower,90% CI upper\nDoe,0.70,0.50,0.98\n",
        "effect: {measure: HR, estimate: 0.70, ci: 0.50 to 0.98, level: 90}",
    ),
    "an effect on no scale": (
        "study,estimate,lower,upper\nDoe,0.70,0.50,0.98\n",
        'note: "estimate 0.70 (0.50 to 0.98), on a scale that the file does not name"',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), TABLES.values(), ids=TABLES)
def test_a_table_of_studies_in_whatever_words(run, tmp_path, text, said):
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    assert run("import", "in.csv", "-o", "back.yaml").code == 0
    assert said in (tmp_path / "back.yaml").read_text(encoding="utf-8")
    assert run("check", "-r", "back.yaml").code == 0


def test_judgements_of_robvis_become_judgements_to_complete(run, tmp_path):
    file, back = tmp_path / "rob.csv", tmp_path / "back.yaml"
    file.write_text(
        "Study,D1,D2,D3,D4,D5,Overall,Weight\n"
        "Doe 2019: death,Low,Some concerns,L,+,low,Some concerns,40\n"
        "Doe 2019: mRS,low,low,low,low,low,high,40\n"
        "Roe 2020,Low,No information,Low,Low,Low,Low,10\n"
        "Poe 2021,High,Low,Low,Low,Low,Some concerns,10\n",
        encoding="utf-8",
    )
    assert run("import", str(file), "-o", str(back)).code == 0
    assert run("check", "-r", str(back)).code == 0
    text = back.read_text(encoding="utf-8")
    assert "line 4 cannot be recorded as it stands: D1 low; D2 no information;" in text
    assert "(D2: RoB 2 judges low, some concerns or high)" in text
    assert "(Overall is some concerns, better than D1, high)" in text
    found = list(csv.DictReader(io.StringIO(run("export", "robvis", "-r", str(back)).out)))
    assert [row["Study"].partition(",")[0] for row in found] == ["Doe 2019: death", "Doe 2019: mRS"]
    assert list(found[0].values())[1:] == ["Low", "Some concerns", "Low", "Low", "Low", "Some concerns"]
    assert found[1]["Overall"] == "High"


ROBVIS = {
    "robvis_robins": (
        "Study,D1,D2,D3,D4,D5,D6,D7,Overall\n"
        "Doe 2019: death,Low,Moderate,Serious,Critical,No information,Low,Low,Critical\n",
        "confounding: {risk: low, support: to do}",
    ),
    "robvis_rob1": (
        "Study,Random.sequence.generation.,Allocation.concealment.,Blinding.of.participants.and.personnel.,"
        "Blinding.of.outcome.assessment,Incomplete.outcome.data,Selective.reporting.,Other.sources.of.bias.,Overall\n"
        "Doe 2019: death,Low,Unclear,High,Low,Low,Low,,\n",
        "allocation-concealment: {risk: unclear, support: to do}",
    ),
}


@pytest.mark.parametrize(("name", "text", "said"), [(name, *row) for name, row in ROBVIS.items()], ids=ROBVIS)
def test_judgements_of_every_instrument_come_back_as_they_went(run, tmp_path, name, text, said):
    file, back = tmp_path / "rob.csv", tmp_path / "back.yaml"
    file.write_text(text, encoding="utf-8")
    assert run("import", str(file), "-o", str(back)).code == 0
    assert said in back.read_text(encoding="utf-8")
    assert run("check", "-r", str(back)).code == 0
    header, judged = text.splitlines()
    written = run("export", name, "-r", str(back)).out.splitlines()
    assert written[0] == header
    assert written[1].partition(",")[2].endswith(judged.partition(",")[2])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ": empty"),
        ("study,x\na,1\n", ":1:1: no columns of study data"),
        ("study,ai,n1i,ci,n2i\na,1,10,2,10\nb,1.5,10,2,10\n", ":3:2: ai: '1.5' is not a count"),
        ("study,ai,n1i,ci,n2i\na,-1,10,2,10\n", ":2:2: ai: '-1' is not a count"),
        ("study,ai,n1i,ci,n2i\na,11,10,2,10\n", ":2:2: ai: more events than participants"),
        ("study,m1i,sd1i,n1i,m2i,sd2i,n2i\na,1,-2,9,1,1,9\n", ":2:3: sd1i: '-2' is not a standard deviation"),
        ("study,pi,n1i,n2i\na,1.2,9,9\n", ":2:2: pi: '1.2' is not a p-value"),
        ("study,pi,n1i,n2i,direction\na,.2,9,9,up\n", ":2:5: direction: 'up' is not 1 or -1"),
        ("study,ai,n1i,ci,n2i\na,1,10,,10\n", ":2:1: a fills no set of columns"),
        ("study,ai,n1i,ci,n2i\na,1,10\n", ":2:1: 3 cells where the header has 5"),
        ("study,pi,n1i,n2i\na,.2,9,9\na,.3,9,9\n", ":3:1: study 'a' is already on line 2"),
        ("Study,Analysis name\na,x\n", ":2:1: a has neither counts nor means"),
        ("Study,Analysis name,Experimental cases\na,,1\n", ":2:2: Analysis name is empty"),
        ("TY  - JOUR\nTI  - x\n", ":1:1: the record has no end"),
        ("TY  - JOUR\nTY  - JOUR\nER  - \n", ":2:1: a record begins before the one of line 1"),
        ("TY  - JOUR\nER  - \nTI  - x\n", ":3:1: 'TI - x' is outside a record"),
        ("@article{a,\n title = {x\n", ":2:10: nothing closes what begins here; expected }"),
        ("@article{a,\n title {x}}\n", ":2:8: expected = after title"),
        ("@article{a,\n title = {x} year = 3}\n", ":2:14: expected a comma or } after the value of title"),
        ("@article\n", ":1:1: neither RIS (TY  - JOUR), BibTeX (@article{), a study of ClinicalTrials.gov"),
        ("a,b\n1,2\n", ":1:1: neither RIS"),
        ("study,ai,n1i,ci,n2i\na,x,10,2,10\nb,1,10,y,10\n", ":3:4: ci: 'y' is not a count"),
        ("Study,D1,D2,D3,D4,D5,Overall\na,low,,low,low,low,low\n", ":2:3: D2 is empty"),
        ("Study,D1,D2,D3,D4,D5,Overall\na,low,foo,low,low,low,low\n", ":2:3: D2: 'foo' is no judgement"),
        ("Study,D1,D2,D3,D4,D5,Overall\na,l,l,l,l,l,l\na,l,l,l,l,l,l\n", ":3:1: a is already judged on line 2"),
        ("Study,D1,D2,D3,D4,D5,Overall,date\na,l,l,l,l,l,l,May\n", ":2:8: date: 'May' is no day"),
    ],
)  # fmt: skip
def test_bad_input_is_one_message_with_its_place(run, tmp_path, text, said):
    file = tmp_path / "in.txt"
    file.write_text(text, encoding="utf-8")
    ran = run("import", str(file))
    assert ran.code == 2
    assert ran.out == ""
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_bytes_that_are_no_text(run, tmp_path):
    file = tmp_path / "in.ris"
    file.write_bytes(b"TY  - JOUR\nTI  - Mu" + b"\xf1oz\nER  - \n")
    assert f"{file}:2:9: not UTF-8" in run("import", str(file)).err
    file.write_bytes(b"PK\0\0")
    assert "not a text" in run("import", str(file)).err
    assert run("import", str(tmp_path / "absent")).code == 2
