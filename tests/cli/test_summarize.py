"""`summarize` over the field: what the default answers, what it leaves out and says so, and every filter."""

from __future__ import annotations

import csv
import io
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def trials(out: str) -> list[str]:
    return list(dict.fromkeys(row["trial"] for row in csv.DictReader(io.StringIO(out))))


def test_the_default_is_controlled_trials_of_msc_and_says_what_it_leaves_out(run):
    ran = run("summarize")
    assert "9 controlled trials" in ran.out
    assert all(name in ran.out for name in ("Bang 2005", "Chung 2021", "Lee 2010", "ISIS-HERMES", "AMASCIS"))
    assert "TREASURE" not in ran.out
    said = "25 trials left out by default (15 other cells, 9 not controlled, 1 other subtype); to see them: "
    assert said in ran.err
    assert "1 subset of a trial without a number not shown (lee-2022): --wide" in ran.err
    assert "Read only in part: Law 2021, AMASCIS and ACTIsSIMA." in ran.out
    assert (
        "Not shown: 13 results in words or within one arm and 6 results beyond these (--wide)."
        in " ".join(ran.out.split())
    )
    # Holm within each source: 0.066 0.085 …, 0.046 (chung-2021), <0.05 (bhasin-2013), 0.012 and 0.008 (jaillard-2020)
    assert (
        "9 of 15 p-values between arms are below 0.05, 4 after Holm's correction within each source"
        in ran.out
    )


def test_a_trial_that_is_named_is_shown_whatever_it_is(run):
    ran = run("summarize", "houkin-2024")
    assert ran.out.startswith(
        "TREASURE · 1 controlled trial of 34 · 206 participants (104 MAPC, 102 control)"
    )
    assert "104 / 102" in ran.out
    assert "left out" not in ran.err
    assert "10 of 12 p-values can be recomputed" in ran.out


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("--cells MAPC --all-sources", ["hess-2017", "houkin-2024"]),
        (
            "--cells any --design non-randomised",
            ["moniche-2012", "bhasin-2013", "taguchi-2015", "ghali-2016"],
        ),
        (
            "--cells any --design Non-Randomized",
            ["moniche-2012", "bhasin-2013", "taguchi-2015", "ghali-2016"],
        ),
        ("--cells any --since 2024 --sort size", ["houkin-2024", "lin-2024"]),
        ("--cells any --route intracerebral", ["chen-2014"]),
        ("--cells MSC --origin autologous --at 260wk", ["lee-2010"]),
        ("--design any --outcome fugl-meyer", ["lee-2022"]),
    ],
)
def test_filters(run, arguments, found):
    assert trials(run("summarize", "-f", "csv", *arguments.split()).out) == found


def test_wide_shows_what_was_said_in_words_and_the_values_of_the_arms(run):
    narrow, wide = (
        run("summarize", "--cells", "CD34+").out,
        run("summarize", "--cells", "CD34+", "--wide").out,
    )
    assert "European Stroke Scale" not in narrow
    assert "European Stroke Scale" in wide
    assert "50.0% v 14.3%" in wide
    assert "results in words" not in wide


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--design random", "unknown design 'random'; did you mean 'randomised'?"),
        ("--sort yaer", "unknown order 'yaer'; did you mean 'year'?"),
        ("--where rout=oral", "--where: unknown field 'rout'; did you mean 'route'?"),
        ("--where oral", "--where: 'oral' is no condition; expected FIELD=VALUE, such as route=intravenous"),
        ("--where stage=early", "unknown stage 'early'; "),
        ("--at soon", "--at: 'soon' is not a time; expected a time with its unit"),
        (
            "--cells xyz",
            "unknown cells 'xyz'; known: MSC, MNC, CD34+, MAPC, MSC/MNC, EPC, ALDH-bright cells",
        ),
        ("--route intravenos", "unknown route 'intravenos'; did you mean 'intravenous'?"),
        ("bang-2005 --since 2010", "no trial is left of 1: 1 trial left out as asked (1 before 2010)"),
        ("--at 12wk --outcome mrs", "--at: no result at 12 wk; near it: 3 mo (3 results)"),
        ("--at 11y --outcome death", "--at: no result at 11 y; there are: 4 y (1 result), 5 y (1 result)"),
    ],
)
def test_requests_that_cannot_be_met(run, arguments, said):
    ran = run("summarize", *arguments.split())
    assert ran.code == 2
    assert said in ran.err


@pytest.mark.parametrize(
    ("arguments", "headline"),
    [
        ("", "Mesenchymal stem cells (MSC) for ischaemic stroke · 9 controlled trials · "),
        ("--design randomized", "Mesenchymal stem cells (MSC) for ischaemic stroke · 8 randomised trials · "),
        ("--cells mnc --route intra-arterial", "MNC, intra-arterial, ischaemic · 4 controlled trials · "),
        (
            "--cells MNC --origin Autologous --since 2014",
            "autologous MNC, ischaemic · 4 controlled trials since 2014 · ",
        ),
        ("--cells any --design any", "ischaemic · 28 trials · "),
        ("houkin-2024", "TREASURE · 1 controlled trial of 34 · 206 participants"),
    ],
)
def test_the_headline_says_what_was_asked(run, arguments, headline):
    assert run("summarize", *arguments.split()).out.startswith(headline)


def test_the_headline_names_the_results_that_were_asked_for(run):
    out = run("summarize", "--outcome", "mrs", "--outcome", "death", "--at", "90d").out
    assert out.splitlines()[0].endswith(" · modified Rankin Scale and death at 90 d")


def test_a_question_that_no_trial_answers_is_said_with_what_there_is(run, shipped, tmp_path):
    text = shipped.read_text(encoding="utf-8").replace("type: MSC", "type: MNC").replace("MSC or MNC", "MNC")
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    ran = run("summarize", "-r", "other.yaml")
    assert ran.code == 2
    assert "no trial is left of 35: 35 trials left out by default" in ran.err
    assert "to see them: --design any --cells any" in ran.err
    assert "Bang 2005" in run("summarize", "-r", "other.yaml", "--cells", "any").out


@pytest.mark.parametrize(
    ("trial", "outcome", "row"),
    [
        ("lee-2010", "death", ["5 y", "4/16 v 21/36", "RR 0.43 (0.18 to 1.05) ²"]),
        ("houkin-2024", "mrs", ["34/97 v 23/95", "RD 8.3% (−3.6 to 20.2)", ".17"]),
    ],
)
def test_printed_counts_and_effects_stand_before_p(run, trial, outcome, row):
    lines = run("summarize", trial, "--outcome", outcome, COLUMNS="100").out.splitlines()
    (line,) = (line for line in lines if row[1] in line and "  " in line)
    places = [line.index(part) for part in row]
    assert places == sorted(places)


def test_each_question_has_a_sentence_with_its_basis(run):
    out = " ".join(run("summarize").out.split())
    assert "mRS at 3–12 mo (2 trials, 84 participants): only p printed, none of 4 below 0.05" in out
    assert (
        "death at 5 y (1 trial, 52 participants): 4/16 v 21/36, RR 0.43 (0.18 to 1.05), in favour of MSC"
        in out
    )
    assert "Nobody has judged the certainty of these (GRADE)." in out


def test_what_was_judged_is_said_in_the_words_of_grade(run):
    out = " ".join(run("summarize", "-r", str(ROOT / "docs" / "judged.yaml")).out.split())
    assert re.search(
        r" (may|probably|uncertain) .*\((very low|low|moderate|high) certainty, \d+ trials?, ", out
    )


@pytest.mark.parametrize(
    "asked", [[], ["--cells", "MNC"], ["TREASURE"], ["--since", "2020", "--cells", "any"]]
)
def test_the_closing_command_gives_the_same_counts(run, asked):
    shown = " ".join(run("summarize", *asked).out.split())
    counts, command = re.search(r"findings?(?: in these trials)? \((.+)\): msc-evidence (.+)", shown).groups()
    checked = run(*shlex.split(command)).err
    assert all(count in checked for count in counts.split(", "))


def test_groups_stand_together_with_what_is_not_recorded_last(run):
    ran = run("summarize", "--cells", "any", "--by", "route", "-f", "csv")
    groups = list(dict.fromkeys(row["group"] for row in csv.DictReader(io.StringIO(ran.out))))
    assert groups[0] == "intra-arterial"
    assert "intravenous" in groups
    assert run("summarize", "--by", "rout").err.endswith(
        "--by: unknown field 'rout'; did you mean 'route'?\n"
    )
    assert re.search(r"^Dose +Trial", run("summarize", "--by", "dose").out, re.MULTILINE)


def test_only_scales_are_set_against_a_t_test(run):
    assert "a t test calls" in run("summarize", "bang-2005").out
    assert "a t test calls" not in run("summarize", "lee-2010").out
    assert "a t test calls" not in run("summarize", "hess-2017").out


@pytest.mark.parametrize(
    ("design", "short", "whole"),
    [
        ("{allocation: randomised, structure: cluster}", "randomised, cluster", "randomised, cluster"),
        (
            "{allocation: randomised, structure: two-period crossover}",
            "randomised, crossover",
            "randomised, crossover",
        ),
        ("{allocation: randomised, structure: parallel}", "randomised", "randomised"),
    ],
)
def test_the_design_says_what_is_not_two_parallel_groups(run, tmp_path, design, short, whole):
    (tmp_path / "trials.yaml").write_text(
        f"""registry: 1
outcomes: {{death: {{name: death, type: binary, better: lower}}}}
trials:
  one-2020:
    citation: {{authors: [Doe J], title: One, year: 2020}}
    design: {design}
    participants: {{condition: pain}}
    arms: {{drug: {{role: treatment, n: 10}}, placebo: {{role: control, n: 10}}}}
    results: [{{outcome: death, at: 1 y, arms: {{drug: {{events: 1}}, placebo: {{events: 2}}}}}}]
    sources: {{paper: {{kind: full text}}}}
""",
        encoding="utf-8",
    )
    shown = next(line for line in run("summarize").out.splitlines() if line.startswith("Doe 2020"))
    assert re.match(rf"Doe 2020 +{whole}(,| |$)", shown)
    assert short in shown


def test_several_primary_outcomes_are_named_and_arms_of_unknown_size_are_said(run, tmp_path):
    (tmp_path / "trials.yaml").write_text(
        """registry: 1
title: Statins in heart failure
outcomes:
  death: {name: death from any cause, short: death, type: time-to-event, better: lower}
  admitted: {name: death or admission, type: time-to-event, better: lower}
trials:
  one:
    name: ONE
    citation: {year: 2008}
    design: {allocation: randomised}
    participants: {}
    arms: {statin: {role: treatment}, placebo: {role: control}}
    results:
      - {outcome: death, at: 3.9 y, primary: true, p: 0.943, effect: {measure: HR, estimate: 1.00, ci: 0.898-1.122}}
      - {outcome: admitted, at: 3.9 y, primary: true, p: 0.03, effect: {measure: HR, estimate: 0.91, ci: 0.84-0.99}}
    sources: {abstract: {kind: abstract}}
  two:
    name: TWO
    citation: {year: 2010}
    design: {allocation: randomised}
    participants: {}
    arms: {statin: {role: treatment, n: 20}, placebo: {role: control, n: 22}}
    results: [{outcome: death, at: 1 y, p: 0.4}]
    sources: {abstract: {kind: abstract}}
""",
        encoding="utf-8",
    )
    out = " ".join(run("summarize").out.split())
    assert (
        "ONE: no significant difference on death at 3.9 y (primary, p 0.943);"
        " significant difference on death or admission at 3.9 y (primary, p 0.03)." in out
    )
    assert "1 does not say how many in each arm)" in out


def test_differences_in_per_cent_stay_so_in_the_sentence(run):
    out = " ".join(run("summarize", "houkin-2024").out.split())
    assert "excellent at 90–365 d (1 trial, 206 participants): RD 0.5% and 3.4%" in out
    assert "mRS ↑ (mRS 0-2), adjusted" in out


def test_sizes_and_windows_of_another_source_are_shown_and_marked(run, tmp_path):
    one = """\
  {name}:
    citation: {{authors: [{name} J], year: 2020}}
    design: {{allocation: randomised}}
    participants: {{condition: pain}}
    arms: {{drug: {{role: treatment, n: {n}}}, placebo: {{role: control, n: {n}}}}}
    results: [{{outcome: death, at: 1 y, p: 0.2}}]
    also:
      - source: review
        design: {{window-from: 18 h, window: 36 h}}
        arms: {{drug: {{n: 20}}, placebo: {{n: 19}}}}
    sources: {{paper: {{kind: full text}}, review: {{kind: secondary report}}}}
"""
    head = "registry: 1\noutcomes: {death: {name: death, type: binary, better: lower}}\ntrials:\n"
    sizes = {"doe": "not reported", **dict.fromkeys(("roe", "poe", "loe", "noe", "boe"), "21")}
    trials = "".join(one.format(name=name, n=n) for name, n in sizes.items())
    (tmp_path / "trials.yaml").write_text(head + trials, encoding="utf-8")
    many, single = run("summarize").out, run("summarize", "doe").out
    assert re.search(r"doe 2020 .*20 ³ / 19 ³ .*18–36 h ³", many)
    assert re.search(r"roe 2020 .*21 / 21 .*18–36 h ³", many)
    assert "³ by the secondary report only" in many
    assert "20 [secondary report] / 19 [secondary report]" in single
    assert "18–36 h [secondary report]" in single
