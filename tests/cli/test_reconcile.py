"""Two extractions of the same trials: what counts as a difference, what is agreed, and how decisions are kept."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

MATERIAL = Path(__file__).parents[3] / "shared" / "reconcile" / "pairs"
FIRST = """\
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}
  pain: {name: pain, type: continuous, better: lower}
trials:
  one:
    citation: {title: An invented trial, year: 2001, doi: 10.1000/one}
    design: {allocation: randomised, ratio: "2:1", masking: open label, follow-up: 6 mo}
    participants: {condition: stroke, enrolled: 60}
    arms:
      cells: {role: treatment, label: Cells, n: 30, cells: {type: MSC, dose: 1e8}}
      control: {role: control, label: Control, n: 30, comparator: usual care}
    baseline:
      - {variable: Age, unit: y, arms: {cells: {mean: 61.2, sd: 9.1}, control: {mean: 60.5, sd: 8.8}}}
    results:
      - {outcome: mrs, at: 3 mo, p: 0.50, arms: {cells: {mean: 2.10, sd: 0.90}, control: {mean: 2.4, sd: 1.1}}}
      - {outcome: pain, at: 6 mo, p: 0.03, arms: {cells: {mean: 31, sd: 10}, control: {mean: 38, sd: 12}}}
    sources: {paper: {kind: full text, figures: ["2.10", "0.90", "p 0.03"]}}
"""
#: The same, under other ids, in another order and notation: nothing of it is a conflict.
SAME = (
    FIRST.replace("  one:", "  jones-2001:")
    .replace("cells: {role", "msc: {role")
    .replace("{cells: {mean", "{msc: {mean")
    .replace("3 mo", "90 d")
    .replace("0.50", ".50")
    .replace("1e8", '"100,000,000"')
    .replace("variable: Age", "variable: age")
)


def reconciled(run, tmp_path, second: str, *options: str):
    (tmp_path / "a.yaml").write_text(FIRST, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(second, encoding="utf-8")
    return run("reconcile", "a.yaml", "b.yaml", *options, cwd=tmp_path)


def rows_of(done) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done.out)))


def test_ids_order_and_notation_are_no_conflict(run, tmp_path):
    done = reconciled(run, tmp_path, SAME, "-f", "csv")
    assert done.code == 0
    assert {row["class"] for row in rows_of(done)} == {"renamed", "unit"}


@pytest.mark.parametrize(
    ("old", "new", "cls", "hint"),
    [
        ("mean: 2.10", "mean: 2.01", "value", "two digits exchanged"),
        ("mean: 61.2", "mean: 612", "value", "the decimal point moved"),
        ("sd: 0.90", "sd: 0.9", "precision", ""),
        ("mean: 61.2", "mean: 61", "rounded", "look at the decimals"),
        ("p: 0.03", "p: <0.03", "value", "the comparator"),
        ("masking: open label", "masking: single-blind", "coded", ""),
        ("masking: open label", "masking: not reported", "coded", ""),
        ('ratio: "2:1"', "ratio: not reported", "silence against value", ""),
        ('ratio: "2:1", ', "", "only a", ""),
        ("comparator: usual care", "comparator: standard care", "words", ""),
        ("sd: 8.8", "se: 1.61", "derivable", "sd = se × √n"),
        ("at: 6 mo, p", "at: 12 mo, p", "value", ""),
    ],
)
def test_each_kind_of_difference_has_its_class(run, tmp_path, old, new, cls, hint):
    assert FIRST.count(old) == 1
    done = reconciled(run, tmp_path, FIRST.replace(old, new), "-f", "csv")
    (row,) = rows_of(done)
    assert (row["class"], row["hint"]) == (cls, hint)
    assert done.code == (row["conflict"] == "true")


def test_what_the_source_prints_is_said(run, tmp_path):
    done = reconciled(run, tmp_path, FIRST.replace("mean: 2.10", "mean: 2.01"))
    assert "the source's figures have A's" in " ".join(done.out.split())


def test_decisions_are_taken_kept_and_bound_to_both_values(run, tmp_path):
    second = FIRST.replace("mean: 2.10", "mean: 2.01").replace("p: 0.03", "p: 0.30")
    assert reconciled(run, tmp_path, second, "--undecided", "d.yaml", "-o", "agreed.yaml").code == 1
    marked = (tmp_path / "agreed.yaml").read_text(encoding="utf-8")
    assert "# conflict: arms/cells/mean: A 2.10, B 2.01" in marked
    asked = (tmp_path / "d.yaml").read_text(encoding="utf-8")
    said = "    because: table 2\n    by: Third\n    date: 2026-01-02\n"
    decided = asked.replace("    take: unresolved\n", "    take: b\n" + said, 1)
    decided = decided.replace("    take: unresolved\n", "    take: neither\n    value: 0.033\n" + said)
    (tmp_path / "d.yaml").write_text(decided, encoding="utf-8")
    done = reconciled(run, tmp_path, second, "--decide", "d.yaml", "-o", "agreed.yaml")
    agreed = (tmp_path / "agreed.yaml").read_text(encoding="utf-8")
    assert done.code == 0
    assert "# conflict" not in agreed
    assert all(words in agreed for words in ("mean: 2.01", "p: 0.033", "by: Third", "because: table 2"))
    assert run("check", "-r", "agreed.yaml", cwd=tmp_path).code != 2
    changed = reconciled(run, tmp_path, second.replace("2.01", "2.02"), "--decide", "d.yaml")
    assert changed.code == 1
    assert "about other values" in changed.err


def test_what_only_the_second_has_is_added_under_the_ids_of_the_first(run, tmp_path):
    row = "      - {outcome: mrs, at: 1 y, p: 0.2, arms: {msc: {mean: 2}, control: {mean: 3}}}\n    sources:"
    done = reconciled(run, tmp_path, SAME.replace("    sources:", row), "-o", "agreed.yaml")
    agreed = (tmp_path / "agreed.yaml").read_text(encoding="utf-8")
    assert done.code == 0
    assert "# only in B" in agreed
    assert "{outcome: mrs, at: 1 y, p: 0.2, arms: {cells: {mean: 2}, control: {mean: 3}}}" in agreed


def test_a_second_look_sees_where_and_not_what(run, tmp_path):
    second = FIRST.replace("mean: 2.10", "mean: 2.01")
    done = reconciled(run, tmp_path, second, "--blind")
    assert "one/results[mrs, 3 mo]/arms/cells/mean" in done.out
    assert not any(words in done.out for words in ("2.10", "2.01", "figures have", "exchanged", "MD"))
    (row,) = rows_of(reconciled(run, tmp_path, second, "--blind", "-f", "csv"))
    assert (row["a"], row["b"], row["hint"], row["printed"], row["class"]) == ("", "", "", "", "value")
    refused = reconciled(run, tmp_path, second, "--blind", "--undecided", "d.yaml")
    assert (refused.code, (tmp_path / "d.yaml").exists()) == (2, False)


def test_two_forms_are_two_extractions(run, tmp_path):
    extracted = "    extracted: {{by: [{}]}}\n    sources:"
    second = SAME.replace("mean: 2.10", "mean: 2.01")
    for name, text, who in (("a", FIRST, "Example A"), ("b", second, "Example B")):
        (tmp_path / f"{name}.yaml").write_text(text.replace("    sources:", extracted.format(who)))
        assert run("export", "form", "-r", f"{name}.yaml", "-o", f"{name}.xlsx", cwd=tmp_path).code == 0
    done = run("reconcile", "a.xlsx", "b.xlsx", "-f", "csv", "-o", "agreed.yaml", cwd=tmp_path)
    conflict = next(row for row in rows_of(done) if row["conflict"] == "true")
    assert (conflict["a"], conflict["b"], done.code) == ("2.10", "2.01", 1)
    assert (conflict["where_a"], conflict["where_b"]) == ("a.xlsx: Results!S3", "b.xlsx: Results!S3")
    assert "extracted: {by: [Example A, Example B]}" in (tmp_path / "agreed.yaml").read_text(encoding="utf-8")


def test_agreement_by_item_is_a_table_of_its_own(run, tmp_path):
    table = json.loads(reconciled(run, tmp_path, FIRST, "--agreement", "-f", "json").out)
    masking = next(row for row in table["rows"] if row["item"] == "design/masking")
    assert (masking["pairs"], masking["same"], masking["kappa"]) == (1, 1, None)
    assert masking["because"] == "fewer than 10 pairs"


@pytest.mark.parametrize(
    ("content", "words"),
    [("registry: 1\ntrials: {}\n", "no trial in common"), ("trials: [\n", "not readable as YAML")],
)
def test_what_cannot_be_compared_ends_with_2(run, tmp_path, content, words):
    done = reconciled(run, tmp_path, content)
    assert done.code == 2
    assert words in done.err


@pytest.mark.skipif(not MATERIAL.is_dir(), reason="the seeded pairs are not beside the checkout")
@pytest.mark.parametrize("pair", ["00", "01", "02", "03", "04"])
def test_every_seeded_difference_is_found_and_no_other(run, pair):
    expected = json.loads((MATERIAL / pair / "expected.json").read_text(encoding="utf-8"))["differences"]
    rows = json.loads(
        run("reconcile", str(MATERIAL / pair / "a"), str(MATERIAL / pair / "b"), "-f", "json").out
    )["rows"]
    found = sorted((row["trial"], row["class"], str(row["a"]), str(row["b"])) for row in rows)
    assert found == sorted(
        (each["trial"], each["cls"], str(each["a"]["value"]), str(each["b"]["value"])) for each in expected
    )


def of_results(count: int, *, third: str) -> str:
    """A registry of one trial with so many results, the third as given."""
    rows = [f"{{outcome: mrs, at: {at} mo, p: 0.{at + 10}, favours: cells}}" for at in range(1, count + 1)]
    rows[2] = f"{{outcome: mrs, at: 3 mo, {third}}}"
    results = "".join(f"      - {row}\n" for row in rows)
    return (
        "registry: 1\noutcomes:\n  mrs: {name: m, type: ordinal, range: [0, 6], better: lower}\ntrials:\n  t:\n"
        "    citation: {year: 2019}\n    registration: not reported\n    design: {allocation: randomised}\n"
        "    participants: {enrolled: 60}\n"
        "    arms: {cells: {role: treatment, n: 30}, placebo: {role: control, n: 30}}\n"
        f"    results:\n{results}    sources: {{paper: {{kind: full text}}}}\n"
    )


@pytest.mark.parametrize(("pairs", "computed"), [(9, False), (10, True)])
def test_agreement_is_computed_from_ten_pairs_on(run, tmp_path, pairs, computed):
    (tmp_path / "a.yaml").write_text(of_results(pairs, third="p: 0.13, favours: cells"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(of_results(pairs, third="p: 0.18, favours: placebo"), encoding="utf-8")
    out = run("reconcile", "a.yaml", "b.yaml").out
    for item in ("results[mrs]/p", "favours"):
        line = next(line for line in out.splitlines() if item in line)
        assert f"{pairs - 1} of {pairs}" in line
        assert ("fewer than 10 pairs" in line) is not computed
