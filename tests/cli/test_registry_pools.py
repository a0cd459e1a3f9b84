"""Pools of a registry: what is asked, what enters, and the same numbers on every screen and in every file."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from msc_evidence.analysis.pool.pool import Settings
from msc_evidence.analysis.results import Analysis
from msc_evidence.plots.panels import PoolPanel
from msc_evidence.plots.pools import registry_panels
from msc_evidence.plots.scope import Scope
from msc_evidence.registry.loader import load
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.scale import scale_of
from tests.cli.conftest import Run

HEAD = """\
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, short: mRS, type: ordinal, range: [0, 6], step: 1, better: lower}
  death: {name: death, type: binary, better: lower}
  survival: {name: survival, type: time-to-event, better: higher}
  speed: {name: walking speed, type: continuous, better: higher}
trials:
"""
TRIAL = """\
  {name}:
    name: {title}
    citation: {{year: 2020}}
    design: {{allocation: randomised}}
    participants: {{}}
    arms: {{drug: {{role: treatment, n: 50}}, pbo: {{role: control, n: 48}}}}
    results:
{results}
    sources: {{paper: {{kind: full text}}}}
"""
RESULTS = {
    "one": [
        "{outcome: death, at: 3 mo, arms: {drug: {events: 8}, pbo: {events: 16}}}",
        "{outcome: survival, at: 1 y, effect: {measure: HR, estimate: 0.70, ci: 0.45-1.09, level: 95}}",
        "{outcome: speed, at: 3 mo, arms: {drug: {mean: 1.1, sd: 0.4}, pbo: {mean: 0.9, sd: 0.5}}}",
        "{outcome: mrs, at: 3 mo, arms: {drug: {distribution: [6, 10, 12, 9, 7, 4, 2]},"
        " pbo: {distribution: [3, 6, 10, 11, 9, 5, 4]}}}",
    ],
    "two": [
        "{outcome: death, at: 90 d, effect: {measure: RR, estimate: 0.71, ci: 0.50-1.01, level: 90}}",
        "{outcome: survival, at: 12 mo, effect: {measure: HR, estimate: 0.88, ci: 0.59-1.30, level: 95}}",
        "{outcome: speed, at: 90 d, effect: {measure: MD, estimate: 0.15, ci: -0.02 to 0.32, level: 95}}",
        "{outcome: mrs, at: 90 d, p: 0.21, favours: drug}",
    ],
    "three": [
        "{outcome: death, at: 1 y, arms: {drug: {events: 14}, pbo: {events: 19}}}",
        "{outcome: death, at: 91 d, arms: {drug: {events: 7}, pbo: {events: 9}}}",
    ],
}


@pytest.fixture
def made_up(tmp_path: Path) -> str:
    file = tmp_path / "made-up.yaml"
    trials = (
        TRIAL.format(name=name, title=name.capitalize(), results="\n".join(f"      - {each}" for each in own))
        for name, own in RESULTS.items()
    )
    file.write_text(HEAD + "".join(trials), encoding="utf-8")
    return str(file)


def panels(registry: str, outcome: str, at: str, measure: str) -> tuple[PoolPanel, ...]:
    """What the forest plot draws."""
    scope = Scope(Analysis(load(Path(registry))), outcome, Time.read(at))
    return registry_panels(scope, Settings.usual, measure)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_death_is_pooled_by_its_usual_measure_at_its_time(run: Run) -> None:
    ran = run("pool", "death")
    assert "death at 5 y, risk ratio" in ran.out
    assert "Lee 2010  counts, 4/16 v 21/36  0.43 (0.18 to 1.05)" in ran.out
    assert "measure RR, by the outcome's type (binary)" in ran.err


def test_times_are_never_joined_unasked(run: Run) -> None:
    out = run("pool", "death", "--measure", "OR", "--cells", "any").out
    headings = [line for line in out.splitlines() if line.endswith(", odds ratio")]
    assert headings == [f"death at {time}, odds ratio" for time in ("90 d", "365 d", "5 y")]
    assert "2 trials" not in out
    assert re.search(r"No pool without a time: states no time, .*: InveST, MASTERS\.", out)
    last = run("pool", "death", "--measure", "OR", "--cells", "any", "--at", "last").out
    assert re.search(r"\nInveST .*, 8/60 v 5/60 ", last)


def test_the_mrs_has_three_trials_each_from_the_best_it_prints(run: Run) -> None:
    out = run("pool", "mrs", "--at", "3mo", "--cells", "any").out
    assert re.search(
        r"\nBang 2005 +3 mo +p, as of a rank-sum test, grades spread as in TREASURE, 5 v 25 ", out
    )
    assert re.search(r"\nChung 2021 +3 mo +p, .*, direction not reported, 39 v 15 ", out)
    assert re.search(r"\nTREASURE +90 d +distribution, unadjusted, 104 v 102 ", out)
    assert "3 trials, 290 participants" in out


def test_the_last_time_or_one_of_several_is_taken_when_asked(run: Run, made_up: str) -> None:
    ask = ("pool", "death", "-r", made_up)
    apart = run(*ask).out
    assert [line for line in apart.splitlines() if line.startswith("death at")] == [
        f"death at {time}, risk ratio" for time in ("3 mo", "91 d", "1 y")
    ]
    assert "Near times, pooled apart: 3 mo and 91 d; --at 3mo..91d takes the last of each trial." in apart
    drawn = " ".join(run("plot", "forest", "death", "-r", made_up).out.split())
    assert "Near times, pooled apart: 3 mo and 91 d." in drawn
    last = run(*ask, "--at", "last").out
    assert "death, the last time of each study, risk ratio" in last
    assert re.search(r"\nThree +1 y +counts, 14/50 v 19/48", last)
    window = run(*ask, "--at", "3mo..91d").out
    assert re.search(r"\nThree +91 d +counts, 7/50 v 9/48", window)
    near = run(*ask, "--at", "3mo").out
    assert "no result at 3 mo; near it 91 d (--at 3mo..91d): Three" in near


@pytest.mark.parametrize(
    ("second", "said"),
    [("91 d", "Data: counts (One, 3 mo; Two, 91 d)."), ("3 mo", "Data: counts.")],
)
def test_a_forest_names_the_time_of_each_study_where_they_differ(
    run: Run, tmp_path: Path, second: str, said: str
) -> None:
    counts = "arms: {drug: {events: 8}, pbo: {events: 16}}"
    trials = (
        TRIAL.format(
            name=name, title=name.capitalize(), results=f"      - {{outcome: death, at: {at}, {counts}}}"
        )
        for name, at in (("one", "3 mo"), ("two", second))
    )
    file = tmp_path / "two.yaml"
    file.write_text(HEAD + "".join(trials), encoding="utf-8")
    assert said in squeezed(run("plot", "forest", "death", "--at", "3mo..91d", "-r", str(file)).out)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--at", "6mo..3mo"), "ends before it begins"),
        (("--at", "3mo..soon"), "expected a time (3 mo), two of them (3mo..12mo) or last"),
        (("--arms", "dug"), "--arms: no trial has an arm 'dug'; did you mean 'drug'?"),
        (("--measure", "GEN"), "unknown measure 'GEN'; known: OR, RR"),
    ],
)
def test_what_cannot_be_chosen_is_refused(
    run: Run, made_up: str, options: tuple[str, ...], said: str
) -> None:
    ran = run("pool", "death", "-r", made_up, *options)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_every_outcome_with_an_effect_is_in_the_forest_and_the_others_are_named(run: Run) -> None:
    out = squeezed(run("plot", "forest", "--cells", "any", COLUMNS="200").out)
    for heading in ("death at 5 y, risk ratio", "Barthel Index (Barthel ≥95) at 90 d, risk ratio"):
        assert heading in out
    assert "Not drawn" in out
    assert "'survival at 260 wk': prints probabilities, from which no HR follows" in out


def test_a_share_of_people_on_a_scale_is_neither_good_nor_bad(run: Run) -> None:
    ask = ("plot", "forest", "mrs", "--definition", "no decrease", "--measure", "RR")
    assert "fewer events with MSC" in run(*ask).out


#: Outcomes with the times that mean the same, and where their numbers stand.
COHERENT = [("death", "3mo"), ("survival", "1y"), ("speed", "3mo"), ("mrs", "3mo")]
MEASURES = {
    "death": ("RR", "RD", "OR"),
    "survival": ("HR",),
    "speed": ("MD", "SMD"),
    "mrs": ("SMD", "COR", "PS", "MD"),
}


@pytest.mark.parametrize(
    ("outcome", "at", "measure"),
    [(outcome, at, measure) for outcome, at in COHERENT for measure in MEASURES[outcome]],
)
def test_one_question_has_one_answer_everywhere(
    run: Run, made_up: str, tmp_path: Path, outcome: str, at: str, measure: str
) -> None:
    """Estimate, interval and p of `pool`, of the exported data pooled again, of the forest and of the SoF."""
    own = ("-r", made_up)
    chosen = ("--at", at, "--measure", measure)
    ours = json.loads(run("pool", outcome, *own, *chosen, "-f", "json").out)["rows"][0]
    file = tmp_path / "data.csv"
    written = run("export", "metafor", *own, "--outcome", outcome, *chosen, "-o", str(file))
    said = re.search(r"pool --data FILE --measure (\w+)", written.err)
    assert said is not None
    theirs = json.loads(run("pool", "--data", str(file), "--measure", said[1], "-f", "json").out)["rows"][0]
    single = len(list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))) == 2
    for key in ("k", "estimate", "se", "p", *(() if single else ("ci_lb", "ci_ub", "q", "tau2"))):
        assert theirs[key] == pytest.approx(ours[key], rel=1e-9), key
    shown = run("pool", outcome, *own, *chosen, "--models", "all").out
    (pooled,) = re.findall(r"(?:random effects, REML|one study) +(\S+ \(\S+ to \S+\))", shown)[:1]
    forest = run("plot", "forest", outcome, *own, *chosen, COLUMNS="120").out
    assert pooled in forest
    (panel,) = panels(made_up, outcome, at, measure)
    assert panel.pooled is not None
    assert panel.pooled.estimate == pytest.approx(ours["estimate"], rel=1e-9)
    assert (panel.pooled.lower, panel.pooled.upper) == pytest.approx((ours["ci_lb"], ours["ci_ub"]), rel=1e-9)
    weights = [f"{mark.weight:.1f}%" for mark in panel.studies]
    assert re.findall(r"\) +(\d+\.\d%)", shown.partition("Model")[0]) == weights
    assert all(mark.effect in shown for mark in panel.studies)
    summary = f"summary: {{outcomes: [{{outcome: {outcome}, at: {at}, measure: {measure}}}]}}\n"
    if measure != "COR":
        with Path(made_up).open("a", encoding="utf-8") as stream:
            stream.write(summary)
        (sof,) = json.loads(run("table", "sof", *own, "--outcome", outcome, "-f", "json").out)["rows"]
        back = scale_of(measure).back
        assert sof["estimate"] == pytest.approx(back(ours["estimate"]), rel=1e-9)
        assert sof["ci_lb"] == pytest.approx(back(ours["ci_lb"]), rel=1e-9)


def test_several_arms_are_one_answer_for_pool_forest_and_export(run: Run, tmp_path: Path) -> None:
    """7/55 and 9/56 against 7/52: RR (16/111)/(7/52) = 1.07, whichever line stands first."""
    arms = "{low: {role: treatment, n: 55}, high: {role: treatment, n: 56}, pbo: {role: control, n: 52}}"
    lines = [
        f"{{outcome: death, at: 3 mo, arm: {arm}, against: pbo, arms: {{{arm}: {{events: {k}}}, pbo: {{events: 7}}}}}}"
        for arm, k in (("low", 7), ("high", 9))
    ]
    answers = set()
    for own in (lines, lines[::-1]):
        file = tmp_path / "arms.yaml"
        text = TRIAL.format(name="one", title="One", results="\n".join(f"      - {each}" for each in own))
        two = "{drug: {role: treatment, n: 50}, pbo: {role: control, n: 48}}"
        file.write_text(HEAD + text.replace(two, arms), encoding="utf-8")
        pooled = run("pool", "death", "-r", str(file)).out
        assert "counts, low and high combined, 16/111 v 7/52" in pooled
        assert "1.07 (0.47 to 2.44)" in run("plot", "forest", "death", "-r", str(file)).out
        assert "RR 1.07 (0.47 to 2.44)" in run("table", "sof", "--outcome", "death", "-r", str(file)).out
        exported = run("export", "metafor", "--outcome", "death", "-r", str(file))
        assert "low and high combined" in exported.err
        answers.add((pooled, exported.out))
        split = run("pool", "death", "-r", str(file), "--arms", "split").out
        assert "control shared, 7/55 v 3.5/26" in split
    assert len({out for _, out in answers}) == 1


def test_of_two_studies_the_screen_shows_what_matters_and_the_rest_when_asked(run: Run) -> None:
    two = ("pool", "death", "--at", "3mo..91d", "--measure", "RR")
    usual = run("pool", "mrs", "--at", "3mo").out
    assert len(re.findall(r"^(?:random effects, REML|common effect) ", usual, re.MULTILINE)) == 4
    assert "\nrandom effects, REML, Hartung" not in usual
    assert "Stouffer" not in usual
    assert "two studies carry hardly any information on heterogeneity; --models all shows" in usual
    every = run("pool", "mrs", "--at", "3mo", "--models", "all").out
    assert "\nStouffer" in every
    hartung = next(line for line in every.splitlines() if line.startswith("random effects, REML, Hartung"))
    assert re.fullmatch(
        r"random effects, REML, Hartung–Knapp +0\.61 \(no interval\) +– +– +two studies carry hardly any .*",
        hartung,
    )
    asked = squeezed(run("pool", "mrs", "--at", "3mo", "--ci", "hk").out)
    assert (
        "Hartung–Knapp, if treatment did better in Chung 2021; two studies carry hardly any information"
        in asked
    )
    written = run("pool", "mrs", "--at", "3mo", "-f", "csv").out
    rows = [row for row in csv.DictReader(io.StringIO(written)) if row["ci_method"].startswith("hk")]
    assert all(row["ci_ub"] and "one degree of freedom" in row["remarks"] for row in rows)
    assert run(*two, "--models", "few").err.endswith("unknown --models few; known: usual, all\n")


def test_one_study_is_not_pooled_and_shown_as_it_is(run: Run) -> None:
    out = run("pool", "death").out
    assert "Model " not in out
    assert "1 trial, 52 participants: risk ratio 0.43 (95% CI 0.18 to 1.05) (one study;" in out
    assert "\none study  0.43 (0.18 to 1.05)" in run("pool", "death", "--models", "all").out
