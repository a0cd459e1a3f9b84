"""Every command that shows trials: the same filters, the same words, the same trials."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

#: Drugs and conditions of another field; what is not recorded differs from trial to trial.
FEVER = """
registry: 1
title: Antipyretics for fever
outcomes:
  temp: {name: temperature, short: T, type: continuous, better: lower}
  rash: {name: rash, type: binary, better: lower}
trials:
  ash-2001:
    citation: {authors: [Ash A], year: 2001, pmid: 11, doi: 10.1000/ASH}
    registration: [NCT00000011]
    design: {allocation: randomized}
    participants: {condition: fever}
    arms:
      drug: {role: treatment, n: 20, cells: {type: paracetamol, route: oral}}
      placebo: {role: control, n: 22}
    results:
      - {outcome: temp, at: 3 mo, p: 0.04, favours: drug,
         arms: {drug: {mean: 37.1, sd: 0.5}, placebo: {mean: 37.5, sd: 0.6}}}
      - {outcome: rash, at: 3 mo, arms: {drug: {events: 3}, placebo: {events: 2}}}
    claims: [{outcome: temp, at: [3 mo], says: benefit}]
    sources: {abstract: {kind: abstract}}
  bay-2002:
    citation: {authors: [Bay B], year: 2002}
    design: {allocation: not reported}
    participants: {condition: fever}
    arms:
      drug: {role: treatment, n: 31, cells: {type: ibuprofen, route: rectal}}
      placebo: {role: control, n: 30}
    results:
      - {outcome: temp, at: 90 d, p: 0.3, favours: drug,
         arms: {drug: {mean: 37.2, sd: 0.5}, placebo: {mean: 37.4, sd: 0.6}}}
      - {outcome: temp, at: 6 mo, p: 0.5, favours: drug,
         arms: {drug: {mean: 37.3, sd: 0.5}, placebo: {mean: 37.4, sd: 0.6}}}
    claims: [{outcome: temp, at: [3 mo], says: no benefit}]
    sources: {abstract: {kind: abstract}}
  cob-2003:
    citation: {authors: [Cob C], year: 2003}
    design: {allocation: randomised}
    participants: {condition: fever}
    arms:
      drug: {role: treatment, n: 40, cells: {type: paracetamol}}
      placebo: {role: control, n: 41}
    results:
      - {outcome: temp, at: 3 mo, p: 0.2, favours: drug,
         arms: {drug: {mean: 37.0, sd: 0.5}, placebo: {mean: 37.4, sd: 0.6}}}
    claims: [{outcome: temp, at: [3 mo], says: benefit}]
    sources: {abstract: {kind: abstract}}
  dew-2004:
    citation: {authors: [Dew D], year: 2004}
    design: {allocation: single-arm}
    participants: {condition: fever}
    arms: {drug: {role: treatment, n: 9, cells: {type: ibuprofen, route: oral}}}
    results:
      - {outcome: temp, at: 3 mo, p: 0.2, within: drug}
    sources: {abstract: {kind: abstract}}
"""  # fmt: skip
#: Each prints rows of the trials that it shows, about temperature at three months where it takes results.
COMMANDS = {
    "summarize": ("summarize", "-f", "csv"),
    "compare": ("compare", "-f", "csv"),
    "recompute": ("recompute", "-f", "csv"),
    "table results": ("table", "results", "-f", "csv"),
    "table contrasts": ("table", "contrasts", "-f", "csv"),
    "table characteristics": ("table", "characteristics", "-f", "csv"),
    "table references": ("table", "references", "-f", "csv"),
    "table claims": ("table", "claims", "-f", "csv"),
    "table consort": ("table", "consort", "-f", "csv"),
    "table rob": ("table", "rob", "-f", "csv"),
    "export metafor": ("export", "metafor", "--outcome", "temp", "--at", "last"),
    "export revman": ("export", "revman"),
    "export bibtex": ("export", "bibtex"),
    "pool": ("pool", "temp", "--at", "3 mo"),
    "plot": ("plot", "forest", "T"),
    "report": ("report",),
    "stats": ("registry", "stats", "-f", "json"),
}
#: Filters → the trials they let pass.
FILTERS = {
    "": ("ash-2001", "bay-2002", "cob-2003"),
    "--design controlled": ("ash-2001", "bay-2002", "cob-2003"),
    "--design randomized": ("ash-2001", "cob-2003"),
    "--design any --since 2003": ("cob-2003", "dew-2004"),
    "--cells Paracetamol": ("ash-2001", "cob-2003"),
    "--cells ibuprofen --route rectal": ("bay-2002",),
    "--route oral": ("ash-2001",),
    "--since 2002": ("bay-2002", "cob-2003"),
}
#: Commands that show comparisons of two arms alone.
COMPARING = ("recompute", "table claims", "table rob", "export metafor", "export revman")


@pytest.fixture
def fever(tmp_path: Path) -> Path:
    file = tmp_path / "fever.yaml"
    file.write_text(FEVER, encoding="utf-8")
    return file


def shown(command: str, out: str) -> tuple[str, ...]:
    """The trials that an answer names, by id or by first author and year."""
    if command == "stats":
        (count,) = (row["count"] for row in json.loads(out)["rows"] if row["item"] == "trials")
        return ("",) * int(count)
    if "csv" in COMMANDS[command]:
        rows = csv.DictReader(io.StringIO(out))
        return tuple(sorted({row["trial"] for row in rows}))
    found = re.findall(r"\b(ash|bay|cob|dew)[- ](\d{4})\b", out, re.IGNORECASE)
    return tuple(sorted({f"{name.casefold()}-{year}" for name, year in found}))


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_the_same_trials(run, fever, command, filters):
    ran = run(*COMMANDS[command], *filters.split(), "-r", str(fever))
    expected = [name for name in FILTERS[filters] if name != "dew-2004" or command not in COMPARING]
    assert ran.code == 0, ran.err
    if command == "stats":
        assert len(shown(command, ran.out)) == len(expected)
    else:
        assert list(shown(command, ran.out)) == expected
    assert ("left out" in ran.err) == (len(FILTERS[filters]) < 4)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_in_the_same_words_what_it_leaves_out(run, fever, command):
    ran = run(*COMMANDS[command], "--route", "oral", "-r", str(fever))
    said = ran.err.splitlines()[:2]
    assert said == [
        "1 trial left out by default (1 not controlled); to see it: --design any",
        "2 trials left out as asked (1 other route, 1 does not say which route)",
    ]


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ("--design random", "unknown design 'random'; did you mean 'randomised'?"),
        ("--cells MSC", "unknown cells 'MSC'; known: paracetamol, ibuprofen, any"),
        ("--origin autologous", "unknown origin 'autologous'; no trial of this registry says which origin"),
        ("--route orall", "unknown route 'orall'; did you mean 'oral'?"),
        ("--since 2030", "no trial is left of 4: 1 trial left out by default"),
    ],
)
@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_takes_a_value_that_there_is_not(run, fever, command, filters, said):
    ran = run(*COMMANDS[command], *filters.split(), "-r", str(fever))
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize("command", ["summarize", "recompute", "table results", "export revman"])
def test_outcomes_and_times_choose_among_the_results(run, fever, command):
    asked = [*COMMANDS[command], "-r", str(fever), "--outcome", "t"]
    assert shown(command, run(*asked, "--at", "6mo").out) == ("bay-2002",)
    assert shown(command, run(*asked, "--at", "90d").out) == ("ash-2001", "bay-2002", "cob-2003")
    assert "unknown outcome 'fever'; known: temp, rash" in run(*asked, "--outcome", "fever").err
    none = run(*asked, "--at", "12 wk")
    assert none.code == 2
    assert "--at: no result at 12 wk; near it: 3 mo (3 results)" in none.err


@pytest.mark.parametrize(
    "command", ["summarize", "compare", "recompute", "table results", "table references"]
)
@pytest.mark.parametrize("name", ["ASH-2001", "ash 2001", "11", "10.1000/ash", "nct00000011"])
def test_a_trial_is_called_by_any_of_its_names(run, fever, command, name):
    verb, *rest = COMMANDS[command]
    where = 1 if verb == "table" else 0
    ran = run(verb, *rest[:where], name, *rest[where:], "-r", str(fever))
    assert (shown(command, ran.out), ran.err.count("left out")) == (("ash-2001",), 0)


def test_a_trial_that_is_named_is_shown_whatever_the_default_is(run, fever):
    ran = run("summarize", "dew-2004", "-f", "csv", "-r", str(fever))
    assert (shown("summarize", ran.out), ran.err) == (("dew-2004",), "")
    assert run("check", "Dew 2004", "-r", str(fever)).code == 0


@pytest.mark.parametrize(
    "command", [("summarize",), ("registry", "stats"), ("report",), ("pool", "temp", "--at", "90d")]
)
@pytest.mark.parametrize("filters", FILTERS)
def test_no_headline_speaks_of_another_field(run, fever, command, filters):
    head = "\n".join(run(*command, *filters.split(), "-r", str(fever)).out.splitlines()[:3])
    assert not re.search(r"cell|MSC|stroke", head)


@pytest.mark.parametrize(
    "command", ["summarize", "compare", "recompute", "pool", "plot", "table", "export", "report"]
)
def test_the_filters_stand_together_in_every_help(run, command):
    help_ = run(command, "--help").out
    section = help_.partition("\nFilters:\n")[2].partition("\n\n")[0]
    options = re.findall(r"^  (--[a-z]+) [A-Z]+", section, re.MULTILINE)
    assert options == [
        "--outcome",
        "--at",
        "--design",
        "--cells",
        "--origin",
        "--route",
        "--subtype",
        "--since",
        "--where",
        "--trust",
        *(["--by"] if command in ("summarize", "table") else []),
    ]


@pytest.mark.parametrize("command", [("pool", "-f", "csv"), ("plot", "forest")])
def test_an_outcome_is_an_argument_or_an_option(run, fever, command):
    asked = [*command, "--at", "3mo", "-r", str(fever)]
    assert run(*asked, "temp").out == run(*asked, "--outcome", "T").out != ""
    both = run(*asked, "temp", "--outcome", "rash")
    assert (both.code, both.out) == (2, "")
    assert "one outcome at a time: temp or rash" in both.err


@pytest.mark.parametrize(("filters", "named"), [((), False), (("--cells", "any"), True)])
def test_pool_answers_the_question_of_the_registry(run, filters, named):
    out = run("pool", "mrs", "--at", "3mo", *filters).out
    assert all(f"\n{name} " in out for name in ("Bang 2005", "Chung 2021"))
    assert ("\nTREASURE " in out) == named  # of MAPC
