"""Extraction forms: written from records, read back as the same records, wrong cells said by sheet and cell."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.exchange.export import ExportRequest
from msc_evidence.exchange.form_layout import form_sheets
from msc_evidence.exchange.form_reading import read_form, registry_of_form
from msc_evidence.exchange.formats.form import export, render
from msc_evidence.exchange.workbook import WrittenColumn, WrittenSheet, read_workbook, workbook_bytes
from msc_evidence.registry.canonical import registry_yaml
from msc_evidence.registry.loader import Registry, load
from msc_evidence.registry.problems import RegistryError

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "trials.yaml"
#: A trial with what is hardest to carry in cells: lists, ranges, all arms together, nested parts, several judgements.
RECORD = """\
registry: 1
title: a question
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], better: lower}
trials:
  doe-2020:
    citation: {authors: [Doe J; Roe R], year: 2020}
    registration: not reported
    design: {allocation: randomised, ratio: "2:1", window: <=7 d}
    participants: {condition: stroke, enrolled: 54}
    arms:
      low: {role: treatment, n: 18, intervention: {name: drug, dose: 10, unit: mg, dose-range: 5 to 10}}
      high: {role: treatment, n: 18, intervention: {name: drug, dose: 20, unit: mg}}
      both: {role: treatment, n: 36, combines: [low, high]}
      control: {role: control, n: 18}
    baseline:
      - {variable: age, all: {mean: "68.0", range: 28-83}, arms: {low: {mean: "−1.20"}}, p: <0.001}
      - {variable: men, arms: {low: {events: 9}, control: {}}}
    results:
      - outcome: mrs
        at: 90 d
        arm: low
        against: control
        p: 0.110
        effect: {measure: MD, estimate: -1.2, ci: -2.0 to -0.4}
      - outcome: mrs
        at: 90 d
        arm: high
        against: control
        p: not reported
        arms: {high: {distribution: [2, 3, 13, 0, 0, 0, 0]}}
    harms: [{event: seizure, arms: {low: one, control: none}, at-risk: {low: 18}}]
    sources:
      paper: {kind: full text, figures: [30, "p 0.011"], ignored: [{figure: "30", because: a subset}]}
    trust:
      - tool: INSPECT-SR
        by: A
        date: 2026-11-02
        checks:
          "4.10": {answer: "no", because: none seen, findings: [MSC806, MSC811]}
          "1.1": {answer: unclear, because: x}
        domains: {notices: {concern: no concerns, because: nothing found}}
    extracted: {by: [Example A, Example B], on: 2026-11-30}
    notes: [one; still one]
"""


def form_of(registry: Registry, *, blank: bool = False) -> bytes:
    request = ExportRequest(Query.of_everything(Analysis(registry)))
    return render(export(replace(request, blank=True) if blank else request).tables)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    file = tmp_path / "trials.yaml"
    file.write_text(RECORD, encoding="utf-8")
    return load(file)


@pytest.mark.parametrize("shipped", [True, False])
def test_a_form_read_back_is_the_same_record(registry: Registry, shipped: bool) -> None:
    before = load(SHIPPED) if shipped else registry
    raw = form_of(before)
    after = registry_of_form(Path("form.xlsx"), raw)
    assert after.trials == before.trials
    assert after.outcomes == before.outcomes
    assert after.title == before.title
    assert form_of(after) == raw  # the same bytes, and the same record again


def test_no_key_of_a_trial_is_without_a_column() -> None:
    keys = {column.path[0] for sheet in form_sheets() for column in sheet.columns} | {
        step for sheet in form_sheets() for step in sheet.base
    }
    from msc_evidence.registry.model import Trial

    assert {field.alias or name for name, field in Trial.model_fields.items()} <= keys


def calc() -> Path | None:
    """LibreOffice, where its spreadsheet is installed with it."""
    found = shutil.which("soffice")
    program = Path(found).resolve() if found else None
    return program if program and (program.parent / "libsclo.so").exists() else None


@pytest.mark.skipif(calc() is None, reason="LibreOffice Calc is not installed")
def test_a_form_saved_by_libreoffice_is_the_same_record(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "form.xlsx").write_bytes(form_of(registry))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(calc()), "--headless", profile, "--convert-to", "xlsx", "--outdir", "saved", "form.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    saved = registry_of_form(Path("form.xlsx"), (tmp_path / "saved" / "form.xlsx").read_bytes())
    assert saved.trials == registry.trials


#: The least that is a trial, as sheets with their lines.
TRIAL = {
    "Trial": [{"trial": "doe-2020", "year": "2020"}],
    "Arms": [
        {"trial": "doe-2020", "arm": "msc", "role": "treatment"},
        {"trial": "doe-2020", "arm": "control", "role": "control"},
    ],
    "Outcomes": [{"outcome": "mrs", "name": "mRS", "type": "ordinal"}],
    "Sources": [{"trial": "doe-2020", "source": "paper", "kind": "full text"}],
}  # fmt: skip


def typed(sheets: Mapping[str, list[dict[str, str]]], change: Mapping[str, str] | None = None) -> bytes:
    """A workbook as somebody typed it, with its parts changed by what is to stand in the place of what."""
    written = [
        WrittenSheet(
            title, [WrittenColumn(key, "") for key in dict.fromkeys(k for line in lines for k in line)], lines
        )
        for title, lines in (TRIAL | dict(sheets)).items()
    ]
    raw = workbook_bytes((), written)
    if not change:
        return raw
    from io import BytesIO

    out = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as package, zipfile.ZipFile(out, "w") as changed:
        for name in package.namelist():
            text = package.read(name).decode()
            for old, new in change.items():
                text = text.replace(old, new)
            changed.writestr(name, text)
    return out.getvalue()


RESULT = {"trial": "doe-2020", "outcome": "mrs", "at": "90 d", "arm": "msc", "n": "39", "mean": "2.60"}


def inline(text: str) -> str:
    return f't="inlineStr"><is><t xml:space="preserve">{text}</t></is>'


FIRST_STYLE = '<xf/><xf numFmtId="49" fontId="1"'
DATE_STYLE = FIRST_STYLE.replace("<xf/>", '<xf numFmtId="14"/>')


@pytest.mark.parametrize(
    ("line", "change", "message"),
    [
        ({"mean": "2,60"}, {}, "Results!F3: 2,60: a decimal comma; write 2.60"),
        ({"arm": "mcs"}, {}, "Results!D3: unknown arm 'mcs'; did you mean 'msc'?"),
        ({"outcome": "mrss"}, {}, "Results!B3: unknown outcome 'mrss'; did you mean 'mrs'?"),
        ({"events": "13"}, {}, "Results!G3: a count of events beside a mean"),
        ({"trial": "do-2020"}, {}, "Results!A3: 'citation' is missing here"),
        ({"change": "perhaps"}, {}, "Results!G3: 'perhaps' is not in the list"),
        ({"meen": "2.6"}, {}, "Results!G1: unknown column 'meen'; did you mean 'mean'?"),
        ({"trial": "roe-2021"}, {}, "Results!A3: no line of the sheet Sources is of this trial"),
        ({"row": "first"}, {}, "Results!G3: 'first' is no number of a row"),
        ({"arm": ""}, {}, "Results!E3: the line has no arm that this is of"),
        ({}, {inline("2.60"): "><v>2.6</v>"}, "Results!F3: a number, not a text: is it 2.6 or 2.60?"),
        ({}, {inline("2.60"): "><f>1+1.6</f><v>2.6</v>"}, "Results!F3: a formula (=1+1.6); write the value"),
        ({}, {inline("2.60"): 't="b"><v>1</v>'}, "Results!F3: results[0].arms.msc.mean: 'true' is not a number"),
        ({}, {inline("2.60"): 't="e"><v>#REF!</v>'}, "Results!F3: '#REF!' is the spreadsheet's, no text"),
        (
            {},
            {f'<c r="F3" s="3" {inline("2.60")}': '<c r="F3" s="0"><v>45000</v>', FIRST_STYLE: DATE_STYLE},
            "Results!F3: a date or time",
        ),
        (
            {},
            {"</sheetData>": '</sheetData><mergeCells><mergeCell ref="B3:C3"/></mergeCells>'},
            "Results!B3:C3: merged cells",
        ),
        (
            {},
            {'name="Results"': 'name="Result"'},
            "Result: no section of a record is called so; did you mean 'Results'?",
        ),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_said_with_its_place(
    line: dict[str, str], change: dict[str, str], message: str
) -> None:
    raw = typed({"Results": [RESULT | line]}, change)
    with pytest.raises(RegistryError) as found:
        registry_of_form(Path("form.xlsx"), raw)
    assert f"form.xlsx: {message}" in str(found.value)


def test_whole_numbers_and_short_headings_are_read() -> None:
    lines = [RESULT, RESULT | {"arm": "control", "n": "15", "mean": "3.10"}]
    asked = {"trial": "doe-2020", "outcome": "mrs", "at": "90 d", "arm": "msc", "against": "control"}
    contrast = asked | {"measure": "MD", "estimate": "-0.50"}
    raw = typed({"Results": lines, "Contrasts": [contrast]}, {inline("39"): "><v>39</v>"})
    (result,) = registry_of_form(Path("form.xlsx"), raw).trials["doe-2020"].results
    assert result.arms is not None
    assert (str(result.arms["msc"].n), str(result.arms["control"].mean)) == ("39", "3.10")
    assert result.effect is not None
    assert result.effect.printed == "MD -0.50"


def test_semicolons_part_names_and_no_sentences() -> None:
    line = TRIAL["Trial"][0] | {"authors": "Doe J; Roe R", "note": "one thing; and another"}
    trial = registry_of_form(Path("form.xlsx"), typed({"Trial": [line]})).trials["doe-2020"]
    assert trial.citation.authors == ["Doe J", "Roe R"]
    assert trial.notes == ["one thing; and another"]


def test_rows_that_could_be_of_two_contrasts_are_to_be_numbered() -> None:
    contrast = {"trial": "doe-2020", "outcome": "mrs", "at": "90 d", "arm": "msc"}
    two = [contrast | {"adjusted": words} for words in ("age", "sex")]
    with pytest.raises(RegistryError, match="2 rows are of the same; number them"):
        registry_of_form(Path("form.xlsx"), typed({"Results": [RESULT], "Contrasts": two}))
    numbered = [line | {"row": str(at)} for at, line in enumerate(two, 1)]
    raw = typed({"Results": [RESULT | {"row": "2"}], "Contrasts": numbered})
    first, second = registry_of_form(Path("form.xlsx"), raw).trials["doe-2020"].results
    assert (first.arms, second.adjusted) == (None, "sex")
    assert second.arms is not None


def test_hidden_rows_are_read_and_said_and_places_in_the_source_become_remarks() -> None:
    raw = typed(
        {"Results": [RESULT | {"where": "table 2, row 3"}]}, {'<row r="3">': '<row r="3" hidden="1">'}
    )
    form = read_form(raw, "form.xlsx")
    assert "Results: 1 row hidden, and read all the same" in form.remarks
    assert "# where, msc: table 2, row 3" in registry_yaml(form.data, form.notes)


def test_outcomes_and_sources_without_a_sheet_are_drafted() -> None:
    sheets = {"Results": [RESULT]}
    change = {'name="Outcomes"': 'name="lists2" state="hidden"', 'name="Sources"': 'name="Read me"'}
    with pytest.raises(RegistryError, match="lists2: no section of a record is called so"):
        registry_of_form(Path("form.xlsx"), typed(sheets, change))
    form = read_form(
        typed(sheets, {'name="Outcomes"': 'name="LISTS"', 'name="Sources"': 'name="Read me"'}), "f"
    )
    assert "to do" in registry_yaml(form.data, form.notes)
    assert form.data["outcomes"] == {"mrs": {"name": "mrs", "type": "continuous"}}
    assert form.data["trials"]["doe-2020"]["sources"] == {"article": {"kind": "full text"}}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"PK\x03\x04 cut", "damaged or cut off"),
        (b"text", "damaged or cut off"),
        (b"x" * ((10 << 20) + 1), "larger than 10 MB"),
    ],
)
def test_what_is_no_workbook_is_refused(raw: bytes, words: str) -> None:
    with pytest.raises(RegistryError, match=words):
        read_workbook(raw, "form.xlsx")


def packed(**parts: str) -> bytes:
    from io import BytesIO

    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name.replace("__", "/").replace("_", "."), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (packed(a_txt="x"), "a zip, but no workbook"),
        (packed(xl__workbook_xml="<a/>", xl__vbaProject_bin="x"), "with macros"),
        (packed(xl__workbook_xml="<a/>", xl__sharedStrings_xml="<a>" + " " * (65 << 20) + "</a>"), "unpacks to more"),
        (packed(xl__workbook_xml='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "not readable as a workbook"),
    ],
)  # fmt: skip
def test_workbooks_that_are_none_or_meant_to_harm_are_refused(raw: bytes, words: str) -> None:
    with pytest.raises(RegistryError, match=words):
        read_workbook(raw, "form.xlsx")


def test_a_choice_is_offered_below_its_own_heading() -> None:
    columns = [
        WrittenColumn("free", ""),
        WrittenColumn("side", "", ("left", "right")),
        WrittenColumn("free too", ""),
        WrittenColumn("kind", "", ("a", "b", "c"), closed=True),
    ]
    raw = workbook_bytes(["note"], [WrittenSheet("Sheet", columns)])
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        parts = [package.read(name).decode() for name in package.namelist() if "worksheets/" in name]
    (ranges,) = [found for part in parts if (found := re.findall(r'sqref="([A-Z0-9:]+)"', part))]
    assert ranges == ["B3:B1000", "D3:D1000"]
    (lists,) = [re.findall(r"<formula1>(.*?)</formula1>", part) for part in parts if "formula1" in part]
    assert lists == ["lists!$A$1:$A$2", "lists!$B$1:$B$3"]
