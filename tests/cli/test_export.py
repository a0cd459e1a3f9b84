"""Export: other programs read the same data, and what is imported again is what went out."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

#: Four made-up trials: counts of walking, means of speed, means and lone p-values of Barthel.
TRIAL = """
  {name}:
    citation: {{year: 202{at}, authors: [Doe J, "Muñoz-Gómez AB", "CELLS & Co Group"], title: "{title}", journal: J Ex}}
    design: {{allocation: randomised}}
    participants: {{}}
    arms:
      cells: {{role: treatment, n: {n1}}}
      placebo: {{role: control, n: {n2}}}
    results:
      - {{outcome: walking, at: 90 d, arms: {{cells: {{n: {n1}, events: {a}}}, placebo: {{n: {n2}, events: {c}}}}}}}
      - {{outcome: speed, at: 6 mo, arms: {{cells: {{mean: {m1}, sd: 0.3}}, placebo: {{mean: 0.8, sd: 0.25}}}}}}
      - {barthel}
    sources: {{report: {{kind: full text, citation: made up}}}}
"""
MEANS = "{outcome: barthel, at: 90 d, arms: {cells: {mean: 71, sd: 20}, placebo: {mean: 60, sd: 18}}}"
LONE = "{outcome: barthel, at: 90 d, p: 0.02, favours: cells}"
HEAD = """registry: 1
title: Made-up trials
outcomes:
  walking: {name: walks alone, type: binary, better: higher}
  speed: {name: walking speed, type: continuous, better: higher}
  barthel: {name: Barthel Index, type: ordinal, range: [0, 100], better: higher}
  mrs: {name: modified Rankin Scale, type: ordinal, better: lower}
trials:"""


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    trials = [
        TRIAL.format(name=name, at=at, n1=40 + at, n2=38 - at, a=10 + 3 * at, c=9 + at, m1=0.9 + at / 20,
                     title=r"A {made-up} 5\\% trial_of #1 & ~cells^2 \\alpha", barthel=barthel)
        for at, (name, barthel) in enumerate([("one", MEANS), ("two", LONE), ("three", LONE), ("four", MEANS)])
    ]  # fmt: skip
    file = tmp_path / "made-up.yaml"
    file.write_text(HEAD + "".join(trials), encoding="utf-8")
    return file


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_without_a_name_it_lists_the_exports(run):
    listed = run("export")
    assert listed.code == 0
    from msc_evidence.exchange.export import export_names

    assert [line.split()[0] for line in listed.out.splitlines()] == export_names()
    assert {"bibtex", "datapackage", "metafor", "revman", "ris"} <= set(export_names())


@pytest.mark.parametrize(
    ("outcome", "columns", "measure"),
    [
        ("walking", "study ai bi ci di n1i n2i", "OR"),
        ("speed", "study m1i sd1i n1i m2i sd2i n2i", "MD"),
        ("barthel", "study m1i sd1i n1i m2i sd2i n2i yi vi pi direction", "SMD"),
    ],
)
def test_metafor_columns_give_the_same_pool(run, registry, tmp_path, outcome, columns, measure):
    file = tmp_path / "data.csv"
    ask = ("-r", str(registry), "--outcome", outcome, "--measure", measure)
    written = run("export", "metafor", *ask, "-o", str(file))
    assert written.code == 0, written.err
    found = rows(file.read_text(encoding="utf-8"))
    assert [row["study"] for row in found] == ["one", "two", "three", "four"]
    assert list(found[0]) == columns.split()
    said = re.search(r"pool --data FILE --measure (\w+)", written.err)
    assert said is not None
    ours = run("pool", outcome, "-r", str(registry), "--measure", measure, "-f", "json")
    theirs = run("pool", "--data", str(file), "--measure", said[1], "-f", "json")
    assert ours.code == theirs.code == 0, theirs.err
    first, second = (_numbers(_without_priors(json.loads(ran.out))) for ran in (ours, theirs))
    assert len(first) > 5
    assert first == pytest.approx(second, rel=1e-9)


def _without_priors(document: Any) -> Any:
    """The pools by other models than Bayes, of which effects as given have none."""
    return [row for row in document["rows"] if row["model"] != "bayes"]


def _numbers(found: Any) -> list[float]:
    """Every number of a pool, in order."""
    if isinstance(found, dict):
        return [number for value in found.values() for number in _numbers(value)]
    if isinstance(found, list):
        return [number for value in found for number in _numbers(value)]
    return [float(found)] if isinstance(found, int | float) and not isinstance(found, bool) else []


def test_trials_that_cannot_enter_are_named_with_the_reason(run, shipped):
    ran = run("export", "metafor", "-r", str(shipped), "--outcome", "motricity-leg")
    (chung,) = (row for row in rows(ran.out) if row["study"] == "chung-2021")
    assert list(chung.values()) == ["chung-2021", "14.8", "23.8", "39", "2.6", "13", "15"]
    assert re.search(r"not in the file: bang-2005.*: no result of this outcome", ran.err)
    assert "measure MD, time not reported" in ran.err
    silent = run(
        "export", "metafor", "-r", str(shipped), "--outcome", "mrs", "--measure", "SMD", "--at", "3mo"
    )
    (chung,) = (row for row in rows(silent.out) if row["study"] == "chung-2021")
    assert (chung["pi"], chung["direction"]) == ("0.732", "")
    assert "chung-2021 has no direction" in silent.err
    assert run("export", "metafor", "-r", str(shipped), "--outcome", "motricity-leg", "-q").err == ""


def test_trials_that_report_at_other_times_are_said_to(run, registry):
    text = registry.read_text(encoding="utf-8").replace(
        "outcome: walking, at: 90 d", "outcome: walking, at: 1 y", 1
    )
    registry.write_text(text, encoding="utf-8")
    ask = ("export", "metafor", "-r", str(registry), "--outcome", "walking")
    refused = run(*ask)
    assert (refused.code, refused.out) == (2, "")
    assert "reported at 90 d and 1 y; name one with --at" in refused.err
    assert [row["study"] for row in rows(run(*ask, "--at", "90d").out)] == ["two", "three", "four"]
    last = rows(run(*ask, "--at", "last").out)
    assert [(row["study"], row["at"]) for row in last][:2] == [("one", "1 y"), ("two", "90 d")]


def test_means_are_turned_where_lower_is_better_and_it_is_said(run, registry):
    text = registry.read_text(encoding="utf-8").replace("outcome: speed", "outcome: mrs")
    registry.write_text(text, encoding="utf-8")
    turned = run("export", "metafor", "-r", str(registry), "--outcome", "mrs", "--measure", "SMD")
    assert rows(turned.out)[0]["m1i"] == "-0.9"
    assert "the signs of the means are turned" in turned.err
    plain = run("export", "metafor", "-r", str(registry), "--outcome", "mrs")
    assert rows(plain.out)[0]["m1i"] == "0.9"
    assert "turned" not in plain.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["metafor"], "one outcome; name it with --outcome"),
        (["metafor", "--outcome", "mrs"], "no trial enters"),
        (["metafor", "--outcome", "walking", "--measure", "HRR"], "unknown measure 'HRR'"),
        (["metafor", "--outcome", "walking", "--measure", "HR"], "from which no HR follows"),
        (["metafor", "--outcome", "walking", "--at", "soon"], "--at:"),
        (["revman", "--outcome", "mrs"], "no result has counts"),
        (["ris", "--outcome", "mrs"], "export ris does not look at --outcome"),
        (["datapackage"], "give a folder with -o DIR"),
        (["bibtec"], "did you mean 'bibtex'?"),
    ],
)
def test_what_cannot_be_exported_is_said(run, registry, arguments, said):
    ran = run("export", *arguments, "-r", str(registry))
    assert ran.code == 2
    assert ran.out == ""
    assert said in ran.err


def test_revman_data_rows(run, registry):
    found = rows(run("export", "revman", "-r", str(registry)).out)
    names = [row["Analysis name"] for row in found][::4]
    assert names == ["walks alone at 90 d", "walking speed at 6 mo", "Barthel Index at 90 d"]
    assert {row["Analysis number"] for row in found} == {"1", "2", "3"}
    picked = ("Study", "Study year", "Experimental cases", "Experimental N", "Control cases", "Control N")
    assert [found[0][name] for name in picked] == ["one", "2020", "10", "40", "9", "38"]
    picked = ("Experimental mean", "Experimental SD", "Experimental N", "Control mean", "Control SD")
    assert [found[4][name] for name in picked] == ["0.9", "0.3", "40", "0.8", "0.25"]


def test_revman_reads_a_printed_ratio_as_generic_inverse_variance(run, registry):
    """ln 0.5 and ln 4 / (2 × 1.959964)."""
    hr = "{outcome: mrs, at: 1 y, effect: {measure: HR, estimate: 0.50, ci: 0.25-1.00}}"
    registry.write_text(registry.read_text(encoding="utf-8").replace(LONE, hr), encoding="utf-8")
    found = [row for row in rows(run("export", "revman", "-r", str(registry)).out) if row["GIV Mean"]]
    assert [row["Study"] for row in found] == ["two", "three"]
    assert float(found[0]["GIV Mean"]) == pytest.approx(-0.6931471806)
    assert float(found[0]["GIV SE"]) == pytest.approx(0.353654, rel=1e-5)
    assert (found[0]["Footnotes"], found[0]["Experimental N"]) == ("ln HR", "")


ROUND = [
    ("metafor", "--outcome", "walking"), ("metafor", "--outcome", "speed"),
    ("metafor", "--outcome", "barthel", "--measure", "SMD"),
    ("revman",), ("ris",), ("bibtex",),
]  # fmt: skip


@pytest.mark.parametrize("what", ROUND, ids=" ".join)
def test_export_import_export_gives_the_same_rows(run, registry, tmp_path, what):
    """A mixed file comes back as two outcomes, one per kind of data: then each has its rows."""
    first = run("export", *what, "-r", str(registry))
    assert first.code == 0, first.err
    file, back = tmp_path / "walking.txt", tmp_path / "back.yaml"
    file.write_text(first.out, encoding="utf-8")
    imported = run("import", str(file), "-o", str(back))
    assert imported.code == 0, imported.err
    checked = run("check", "-r", str(back))
    assert checked.code == 0, checked.out + checked.err
    warned = [line for line in checked.out.splitlines() if " warning: " in line]
    assert all("MSC110" in line for line in warned), "other than what is still to do"
    if "barthel" in what:
        found = [run("export", "metafor", "-r", str(back), "--measure", kind) for kind in ("MD", "SMD")]
        means, lone = (rows(ran.out) for ran in found)
        again = {row["study"]: row for row in [*means, *lone]}
        for row in rows(first.out):
            kept = {key: value for key, value in again[row["study"]].items() if value}
            assert kept.items() <= row.items()
        assert set(again) == {"one", "two", "three", "four"}
        return
    second = run("export", *what[:1], "-r", str(back))
    assert second.out == first.out


@pytest.mark.parametrize("what", ["revman", "ris", "bibtex"])
def test_the_shipped_registry_comes_back(run, shipped, tmp_path, what):
    first, back = run("export", what, "-r", str(shipped)), tmp_path / "back.yaml"
    (tmp_path / "out.txt").write_text(first.out, encoding="utf-8")
    assert run("import", str(tmp_path / "out.txt"), "-o", str(back)).code == 0
    assert run("check", "-r", str(back)).code == 0
    assert run("export", what, "-r", str(back)).out == first.out


JUDGED = """
    risk-of-bias:
      - outcome: walking
        at: 90 d
        by: Doe J
        date: 2024-05-31
        randomisation: {risk: low, support: central}
        deviations: {risk: some concerns, support: open}
        missing-data: {risk: low, support: none lost}
        measurement: {risk: high, support: unblinded}
        selection: {risk: low, support: protocol}
        overall: {risk: high, support: the worst}
"""


def test_robvis_reads_its_columns_by_their_place(run, registry):
    none = run("export", "robvis", "-r", str(registry))
    assert none.code == 2
    assert "no result has its risk of bias judged" in none.err
    with registry.open("a", encoding="utf-8") as stream:
        stream.write(JUDGED)
    ran = run("export", "robvis", "-r", str(registry))
    header, *lines = csv.reader(io.StringIO(ran.out))
    assert header == ["Study", "D1", "D2", "D3", "D4", "D5", "Overall", "Weight"]
    assert [line[1:] for line in lines] == [["Low", "Some concerns", "Low", "High", "Low", "High", "78"]]
    assert "one: 3 results not in the file" in ran.err
    assert "four: 2 results not in the file" in ran.err


def test_robvis_gets_no_column_of_weights_where_one_is_missing(run, registry):
    text = registry.read_text(encoding="utf-8") + JUDGED.replace("walking", "speed").replace("90 d", "6 mo")
    registry.write_text(
        text.replace("n: 43}", "n: not reported}").replace("n: 35}", "n: not reported}"), encoding="utf-8"
    )
    ran = run("export", "robvis", "-r", str(registry))
    assert next(csv.reader(io.StringIO(ran.out))) == ["Study", "D1", "D2", "D3", "D4", "D5", "Overall"]
    assert "no Weight in the file, plot it with weighted = FALSE" in ran.err


@pytest.mark.parametrize("options", [(), ("--measure", "HR")])
def test_ratios_that_are_printed_with_an_interval_are_yi_and_vi(run, registry, options):
    """ln 0.5 and (ln 4 / (2 × 1.959964))² (Parmar 1998)."""
    hr = "{outcome: mrs, at: 1 y, effect: {measure: HR, estimate: 0.50, ci: 0.25-1.00}}"
    text = registry.read_text(encoding="utf-8").replace(LONE, hr)
    registry.write_text(text, encoding="utf-8")
    ran = run("export", "metafor", "-r", str(registry), "--outcome", "mrs", *options)
    found = rows(ran.out)
    assert [row["study"] for row in found] == ["two", "three"]
    assert float(found[0]["yi"]) == pytest.approx(-0.6931471806)
    assert float(found[0]["vi"]) == pytest.approx(0.1250709, rel=1e-5)
    assert "yi is ln of each trial's HR" in ran.err
    assert "two: HR as printed (95% CI, its level not reported)" in ran.err
    assert "--measure GEN" in ran.err


def test_the_four_cells_are_those_that_escalc_reads(run, registry):
    found = rows(run("export", "metafor", "-r", str(registry), "--outcome", "walking").out)
    assert [found[0][name] for name in ("ai", "bi", "ci", "di", "n1i", "n2i")] == [
        "10",
        "30",
        "9",
        "29",
        "40",
        "38",
    ]


TYPES = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
}


def test_the_data_package_holds_what_it_says(run, shipped, tmp_path):
    """Data Package 1: names, paths, hashes; Table Schema 1: every cell is of its field's type."""
    folder = tmp_path / "package"
    ran = run("export", "datapackage", "-r", str(shipped), "-o", str(folder))
    assert ran.code == 0, ran.err
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["profile"] == "tabular-data-package"
    resources = package["resources"]
    assert package["licenses"] == [{"name": "MIT", "path": "https://spdx.org/licenses/MIT.html"}]
    assert re.fullmatch(r"[-a-z0-9._/]+", package["name"])
    assert {each["path"] for each in resources} | {"datapackage.json"} == {
        file.name for file in folder.iterdir()
    }
    assert len({each["name"] for each in resources}) == len(resources) > 3
    results = list(csv.DictReader(io.StringIO((folder / "results.csv").read_text(encoding="utf-8"))))
    assert len({row["source"] for row in results if row["trial"] == "chung-2021"}) > 1  # of every source
    for each in resources:
        assert re.fullmatch(r"[a-z0-9._-]+", each["name"])
        assert each["profile"] == "tabular-data-resource"
        raw = (folder / each["path"]).read_bytes()
        assert each["bytes"] == len(raw)
        assert each["hash"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"
        assert each["schema"]["missingValues"] == [""]
        assert each["dialect"] == {"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True}
        _told_apart(each["name"], raw.decode(), each["schema"])
        _conforms(raw.decode(each["encoding"]), each["schema"]["fields"])
    assert run("export", "datapackage", "-r", str(shipped), "-o", str(folder / "datapackage.json")).code == 2


def _told_apart(name: str, text: str, schema: dict[str, Any]) -> None:
    reader = csv.DictReader(io.StringIO(text))
    found = list(reader)
    if key := schema.get("primaryKey"):
        assert len({tuple(row[column] for column in key) for row in found}) == len(found)
        assert all(row[column] for row in found for column in key)
    referred = [(each["fields"], each["reference"]) for each in schema.get("foreignKeys", [])]
    assert referred in ([], [("trial", {"resource": "citations", "fields": "trial"})])
    assert bool(referred) == ("trial" in (reader.fieldnames or []) and name != "citations")


def test_the_day_of_a_judgement_is_a_date(run, registry, tmp_path):
    with registry.open("a", encoding="utf-8") as stream:
        stream.write(JUDGED)
    assert run("export", "datapackage", "-r", str(registry), "-o", str(tmp_path / "package")).code == 0
    package = json.loads((tmp_path / "package" / "datapackage.json").read_text(encoding="utf-8"))
    (rob,) = (each for each in package["resources"] if each["name"] == "rob")
    types = {field["name"]: field["type"] for field in rob["schema"]["fields"]}
    assert (types["date"], types["Weight"], types["by"]) == ("date", "integer", "string")


def test_the_licence_of_a_registry_of_ones_own_is_not_guessed(run, registry, tmp_path):
    assert run("export", "datapackage", "-r", str(registry), "-o", str(tmp_path / "package")).code == 0
    package = json.loads((tmp_path / "package" / "datapackage.json").read_text(encoding="utf-8"))
    assert "licenses" not in package
    assert package["name"] == "made-up-trials"


def _conforms(text: str, fields: list[dict[str, Any]]) -> None:
    header, *lines = csv.reader(io.StringIO(text))
    assert header == [field["name"] for field in fields]
    assert all(field["title"] and field["description"] for field in fields)
    for line in lines:
        for value, field in zip(line, fields, strict=True):
            if value:
                read = TYPES[field["type"]](value)  # raises where the value is of another type
                limits = field.get("constraints", {})
                assert not limits or limits["minimum"] <= read <= limits["maximum"]
