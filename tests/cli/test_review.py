"""The rows of a published meta-analysis: each slip by its name, nothing of rows that look odd and are right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

AUDIT = Path(__file__).parents[3] / "shared" / "audit"
REGISTRY = """\
registry: 1
outcomes:
  pain: {name: pain, type: continuous, better: lower}
  sleep: {name: sleep, type: continuous, better: higher}
  fall: {name: fall, type: binary, better: lower}
trials:
  plain-2001:
    citation: {authors: [Plain A], year: 2001}
    design: {allocation: randomised}
    participants: {condition: stroke}
    arms: {new: {role: treatment, n: 40, randomised: 44}, old: {role: control, n: 36, randomised: 39}}
    results:
      - {outcome: pain, at: 90 d, arms: {new: {mean: 21.4, sd: 6.3}, old: {mean: 27.8, sd: 7.9}}}
      - {outcome: pain, at: 180 d, arms: {new: {mean: 18.2, sd: 5.1}, old: {mean: 22.9, sd: 6.6}}}
      - {outcome: pain, at: 90 d, change: true, arms: {new: {mean: -9.6, sd: 3.2}, old: {mean: -4.1, sd: 3.7}}}
      - {outcome: sleep, at: 90 d, arms: {new: {mean: 55.0, sd: 9.4}, old: {mean: 51.7, sd: 8.8}}}
      - {outcome: fall, at: 90 d, arms: {new: {events: 4}, old: {events: 9}}}
    sources: {paper: {kind: full text}}
  other-2004:
    citation: {authors: [Other B], year: 2004}
    design: {allocation: randomised}
    participants: {condition: stroke}
    arms: {new: {role: treatment, n: 25}, old: {role: control, n: 25}}
    results:
      - {outcome: pain, at: 90 d, arms: {new: {mean: 24.0, se: 1.20}, old: {mean: 29.5, se: 1.44}}}
    sources: {paper: {kind: full text}}
  skewed-2007:
    citation: {authors: [Skewed C], year: 2007}
    design: {allocation: randomised}
    participants: {condition: stroke}
    arms: {new: {role: treatment, n: 31}, old: {role: control, n: 29}}
    results:
      - {outcome: pain, at: 90 d, arms: {new: {median: 20, iqr: 14-29}, old: {median: 28, iqr: 21-37}}}
    sources: {paper: {kind: full text}}
  doses-2010:
    citation: {authors: [Doses D], year: 2010}
    design: {allocation: randomised}
    participants: {condition: stroke}
    arms:
      low: {role: treatment, label: low dose, n: 20}
      high: {role: treatment, label: high dose, n: 22}
      old: {role: control, n: 30}
    results:
      - outcome: pain
        at: 90 d
        arm: low
        against: old
        arms: {low: {mean: 25.1, sd: 6.0}, old: {mean: 28.0, sd: 6.6}}
      - outcome: pain
        at: 90 d
        arm: high
        against: old
        arms: {high: {mean: 22.7, sd: 5.8}, old: {mean: 28.0, sd: 6.6}}
    sources: {paper: {kind: full text}}
"""
#: An effect as programs print it that do not round.
GASP = ' EFFECT_SIZE="0.8007386888273315" CI_START="0.4862610363759706" CI_END="1.318597213882381"'
RIGHT = {
    "Plain 2001": "40,21.4,6.3,36,27.8,7.9",
    "Other 2004": "25,24.0,6.0,25,29.5,7.2",
}


def reviewed(run, tmp_path, rows: str, *options: str, outcome: str = "pain"):
    (tmp_path / "trials.yaml").write_text(REGISTRY, encoding="utf-8")
    header = "study,n1i,m1i,sd1i,n2i,m2i,sd2i\n"
    (tmp_path / "rows.csv").write_text(header + rows, encoding="utf-8")
    return run("review", "rows.csv", "--outcome", outcome, "--at", "90d", *options, cwd=tmp_path)


def types(done) -> list[tuple[int, str]]:
    return [(row["line"], row["type"]) for row in json.loads(done.out)["rows"]]


@pytest.mark.parametrize(
    ("row", "type"),
    [
        ("Plain 2001,44,21.4,6.3,39,27.8,7.9", "wrong-n"),
        ("Plain 2001,40,21.4,1.00,36,27.8,1.32", "se-as-sd"),
        ("Plain 2001,40,21.4,1.00,36,27.8,7.9", "se-as-sd"),
        ("Other 2004,25,24.0,1.20,25,29.5,1.44", "se-as-sd"),
        ("Plain 2001,36,27.8,7.9,40,21.4,6.3", "arms-swapped"),
        ("Plain 2001,40,27.8,7.9,36,21.4,6.3", "values-swapped"),
        ("Plain 2001,40,-21.4,6.3,36,-27.8,7.9", "wrong-sign"),
        ("Plain 2001,40,18.2,5.1,36,22.9,6.6", "wrong-time"),
        ("Plain 2001,40,55.0,9.4,36,51.7,8.8", "wrong-outcome"),
        ("Plain 2001,40,-9.6,3.2,36,-4.1,3.7", "change-for-final"),
        ("Plain 2001,40,21.4,3.2,36,27.8,3.7", "mixed"),
        ("Skewed 2007,31,20,15,29,28,16", "median-as-mean"),
        ("Plain 2001,40,214,63,36,278,79", "unit"),
        ("Plain 2001,40,21.4,6.3,36,28.7,7.9", "typo"),
        ("Plain 2001,40,2.14,6.3,36,27.8,7.9", "decimal-shift"),
        ("Plain 2001,40,33.3,6.3,36,41.9,7.9", "not-reproduced"),
    ],
)
def test_each_slip_has_its_name(run, tmp_path, row, type):
    done = reviewed(run, tmp_path, f"{row}\n", "-f", "json")
    assert types(done) == [(2, type)]
    assert done.code == (type not in ("wrong-n", "not-reproduced"))


@pytest.mark.parametrize(
    "rows",
    [
        *(f"{study},{cells}\n" for study, cells in RIGHT.items()),
        "Plain 2001,40,21,6,36,28,8\n",  # fewer decimals
        "Plain et al. 2002,40,21.4,6.3,36,27.8,7.9\n",  # a year that differs by one
        "Skewed 2007,31,21.0,11.1,29,28.7,11.9\n",  # mean and SD from median and quartiles
        "Doses 2010,42,23.84,5.94,30,28.0,6.6\n",  # both doses together
        "Doses 2010 (low dose),20,25.1,6.0,15,28.0,6.6\nDoses 2010 (high dose),22,22.7,5.8,15,28.0,6.6\n",  # split
    ],
)
def test_rows_that_look_odd_and_are_right_stay_silent(run, tmp_path, rows):
    done = reviewed(run, tmp_path, rows, "-f", "json")
    assert types(done) == []
    assert done.code == 0


def test_a_control_group_and_a_trial_count_once(run, tmp_path):
    low, high = (
        "Doses 2010 (low dose),20,25.1,6.0,30,28.0,6.6",
        "Doses 2010 (high dose),22,22.7,5.8,30,28.0,6.6",
    )
    assert types(reviewed(run, tmp_path, f"{low}\n{high}\n", "-f", "json")) == [
        (2, "control-twice"),
        (3, "control-twice"),
    ]
    twice = "".join(f"{study},{RIGHT['Plain 2001']}\n" for study in ("Plain 2001", "Plain 2001b"))
    assert types(reviewed(run, tmp_path, twice, "-f", "json")) == [(2, "trial-twice"), (3, "trial-twice")]


def test_the_pool_is_shown_as_published_and_corrected(run, tmp_path):
    rows = (
        "Plain 2001,40,21.4,1.00,36,27.8,1.32\nOther 2004,25,24.0,6.0,25,29.5,7.2\nUnknown 1999,9,1,1,9,1,1\n"
    )
    out = reviewed(run, tmp_path, rows).out
    words = " ".join(out.split())
    assert "its rows as published MD" in words
    assert "all corrected MD" in words
    assert "Not found in the registry: Unknown 1999 (line 4)." in words
    assert "not in the review: Skewed 2007, Doses 2010" in words


@pytest.mark.parametrize(
    ("row", "pooled"),
    [("Unknown 1999,0,3.1,1.0,20,4.0,1.1", True), ("Unknown 1999,20,3.1,-1.0,20,4.0,1.1", False)],
    ids=["a group of nobody", "a negative spread"],
)
def test_a_row_that_gives_no_effect_is_no_fault_of_the_pool(run, tmp_path, row, pooled):
    rows = f"Plain 2001,40,21.4,6.3,36,28.7,7.9\nOther 2004,{RIGHT['Other 2004']}\n{row}\n"
    done = reviewed(run, tmp_path, rows)
    assert (done.code, "Pooled result" in done.out) == (1, pooled)


def test_many_rows_are_pooled_with_all_their_corrections_alone(run, tmp_path, monkeypatch):
    rows = "Plain 2001,40,21.4,6.3,36,28.7,7.9\nOther 2004,25,24.0,1.20,25,29.5,1.44\n"
    for most, alone in ((4, True), (3, False)):
        monkeypatch.setattr("msc_evidence.analysis.published.pools.MOST_POOLED_ALONE", most)
        done = reviewed(run, tmp_path, rows)
        assert "all corrected" in done.out
        assert ("Plain 2001, typo  MD" in done.out) == alone
        assert ("2 corrections of 2 rows are pooled together, not each alone" in done.err) != alone


def test_the_correction_that_moves_the_pool_most_stands_first(run, tmp_path):
    """MD −10.83 as printed; −5.54 with 27.8 in place of 37.8, −10.99 with the SD in place of the standard error."""
    rows = "Plain 2001,40,21.4,6.3,36,37.8,7.9\nOther 2004,25,24.0,1.20,25,29.5,1.44\n"
    done = reviewed(run, tmp_path, rows)
    assert done.out.index("Plain 2001, typo  MD −5.54") < done.out.index("Other 2004, se-as-sd  MD −10.99")


def test_an_effect_that_is_not_of_its_row_needs_no_trial(run, tmp_path):
    (tmp_path / "trials.yaml").write_text(REGISTRY, encoding="utf-8")
    header = "study,ai,n1i,ci,n2i,estimate,ci_lb,ci_ub\n"
    rows = "Plain 2001,4,40,9,36,0.40,0.13,1.19\nSome 1990,5,50,10,50,0.50,0.18,1.36\n"
    rows += "More 1991,8,60,4,60,0.50,0.16,1.57\n"  # 1 over its risk ratio
    (tmp_path / "rows.csv").write_text(header + rows, encoding="utf-8")
    done = run("review", "rows.csv", "--outcome", "fall", "-f", "json", cwd=tmp_path)
    assert types(done) == [(4, "effect-not-of-row")]


@pytest.mark.parametrize(
    ("outcome", "at", "row", "words"),
    [
        (
            "fall",
            "90d",
            "40,21.4,6.3,36,27.8,7.9",
            "these are the values of pain at 90 d; fall at 90 d is 4/40 v 9/36",
        ),
        ("sleep", "180d", "40,21.4,6.3,36,27.8,7.9", "pain at 90 d; no arms of sleep at 180 d are recorded"),
        ("fall", "90d", "40,1.5,6.3,36,2.5,7.9", "nothing gives this; fall at 90 d is 4/40 v 9/36"),
    ],
)
def test_what_was_asked_for_need_not_have_the_cells_of_the_row(run, tmp_path, outcome, at, row, words):
    only_p = "      - {outcome: sleep, at: 180 d, p: 0.2, arms: {new: {mean: 54.0}, old: {mean: 51.0}}}\n"
    plain, found, below = REGISTRY.partition("      - {outcome: fall")
    (tmp_path / "trials.yaml").write_text(f"{plain}{only_p}{found}{below}", encoding="utf-8")
    (tmp_path / "rows.csv").write_text(
        f"study,n1i,m1i,sd1i,n2i,m2i,sd2i\nPlain 2001,{row}\n", encoding="utf-8"
    )
    done = run("review", "rows.csv", "--outcome", outcome, "--at", at, "-f", "json", cwd=tmp_path)
    (found,) = json.loads(done.out)["rows"]
    assert words in found["message"]


def test_a_review_is_pooled_by_its_own_model_and_held_against_what_it_prints(run, tmp_path):
    (tmp_path / "trials.yaml").write_text(REGISTRY, encoding="utf-8")
    attributes = (
        'METHOD="MH" RANDOM="NO" EFFECT_MEASURE="OR" EFFECT_SIZE="{}" CI_START="0.841" CI_END="0.957" NO="1"'
    )
    # Fleiss 1993, Stat Methods Med Res 2:121: seven trials of aspirin, OR 0.897 (0.841 to 0.957).
    trials = {
        "Plain 2001": (49, 615, 67, 624), "CDP": (44, 758, 64, 771), "MRC-2": (102, 832, 126, 850),
        "GASP": (32, 317, 38, 309), "PARIS": (85, 810, 52, 406), "AMIS": (246, 2267, 219, 2257),
        "ISIS-2": (1570, 8587, 1720, 8600),
    }  # fmt: skip
    data = "".join(
        f'<DICH_DATA STUDY_ID="{name}" EVENTS_1="{a}" TOTAL_1="{n1}" EVENTS_2="{c}" TOTAL_2="{n2}"'
        f"{GASP if name == 'GASP' else ''}/>\n"
        for name, (a, n1, c, n2) in trials.items()
    )
    for printed, differs in (("0.897", False), ("0.797", True)):
        outcome = f"<DICH_OUTCOME {attributes.format(printed)}><NAME>fall</NAME>{data}</DICH_OUTCOME>"
        (tmp_path / "a.rm5").write_text(
            f'<COCHRANE_REVIEW><COMPARISON NO="1">{outcome}</COMPARISON></COCHRANE_REVIEW>', encoding="utf-8"
        )
        done = run("review", "a.rm5", "--outcome", "fall", cwd=tmp_path)
        words = " ".join(done.out.split())
        assert "Pooled result (Mantel–Haenszel)" in words
        assert "its rows as published OR 0.90 (0.84 to 0.96), 7 trials" in words
        assert ("which its rows do not give" in words) is differs
        assert "effect-not-of-row" not in words  # an effect with all its digits


@pytest.mark.parametrize(
    ("rows", "options", "outcome", "words"),
    [
        ("Nobody 1990,9,1,1,9,1,1\n", (), "pain", "none of its 1 studies"),
        ("Plain 2001,40,21.4,6.3,36,27.8,7.9\n", (), "pian", "unknown outcome"),
        ("Plain 2001,40,21.4,6.3,36,27.8,7.9\n", ("--analysis", "1"), "pain", "no analysis '1'"),
        ("Plain 2001,forty,21.4,6.3,36,27.8,7.9\n", (), "pain", "rows.csv:2:2"),
        ("Plain 2001,40,21.4,6.3,36,1e300,7.9\n", (), "pain", "rows.csv:2:6: 1e300 is beyond what"),
        ("Plain 2001,40,21.4,6.3,36,27.8,1e-200\n", (), "pain", "rows.csv:2:7: 1e-200 is beyond what"),
    ],
)
def test_what_cannot_be_judged_ends_with_2(run, tmp_path, rows, options, outcome, words):
    done = reviewed(run, tmp_path, rows, *options, outcome=outcome)
    assert done.code == 2
    assert words in done.err


RECORDED = """\
reviews:
  some-2020:
    citation: Some 2020
    characteristics: [{study: Plain 2001, treated: 41, control: 36, allocation: non-randomised}]
    analyses:
      - outcome: pain
        at: 90 d
        effect: {measure: MD, estimate: -6.40, ci: -6.90 to -5.90}
        p: 0.30
        rows:
          - {study: Plain 2001, treated: {n: 40, mean: 21.4, sd: 1.00}, control: {n: 36, mean: 27.8, sd: 1.32}}
          - {study: Some, trial: other-2004, treated: {n: 25, mean: 24, sd: 6}, control: {n: 25, mean: 29.5, sd: 7.2}}
"""


def recorded(run, tmp_path, command: str, *options: str, waivers: str = ""):
    (tmp_path / "trials.yaml").write_text(REGISTRY + RECORDED + waivers, encoding="utf-8")
    return run(command, *options, cwd=tmp_path)


def test_check_judges_the_reviews_that_a_registry_records(run, tmp_path):
    done = recorded(run, tmp_path, "check", "--select", "MSC7", "-f", "json")
    found = {(each["code"], each["severity"]) for each in json.loads(done.out)["rows"]}
    assert found == {
        ("MSC712", "error"), ("MSC719", "error"), ("MSC721", "warning"), ("MSC721", "note"),
    }  # fmt: skip
    assert done.code == 1


def test_a_recorded_review_is_asked_for_by_its_id_and_its_waivers_hold(run, tmp_path):
    done = recorded(run, tmp_path, "review", "some-2020", "-f", "json")
    (row,) = json.loads(done.out)["rows"]
    assert (row["type"], row["code"], row["trial"], done.code) == ("se-as-sd", "MSC712", "plain-2001", 1)
    waivers = (
        '    waivers: [{code: MSC712, figure: "21.4 ± 1.00 (40) v 27.8 ± 1.32 (36)", because: as printed}]\n'
    )
    accepted = recorded(run, tmp_path, "review", "some-2020", waivers=waivers)
    assert accepted.code == 0
    assert "accepted: as printed" in " ".join(accepted.out.split())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("some-2021",), "it records some-2020"),
        (("some-2020", "--outcome", "sleep"), "the registry says what its analyses are of"),
        (("some-2020", "--analysis", "sleep"), "--analysis takes one of: 'pain at 90 d'"),
    ],
)
def test_what_a_recorded_review_does_not_have_ends_with_2(run, tmp_path, options, words):
    done = recorded(run, tmp_path, "review", *options)
    assert (done.code, words in done.err) == (2, True)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("study,trial\nUnknown 1999,plain-2001\n", ""),
        ("study,trial\nUnknown 1999,plain-2002\n", "unknown trial 'plain-2002'; did you mean 'plain-2001'?"),
        ("study,trial\nUnknwon 1999,plain-2001\n", "unknown study 'Unknwon 1999'"),
        ("study\nUnknown 1999\n", "expected the columns study and trial"),
    ],
)
def test_a_file_says_which_trial_a_study_is(run, tmp_path, names, words):
    (tmp_path / "names.csv").write_text(names, encoding="utf-8")
    done = reviewed(run, tmp_path, f"Unknown 1999,{RIGHT['Plain 2001']}\n", "--map", "names.csv")
    assert (done.code, words in done.err) == (2 if words else 0, True)


REVIEWS = [(file.parent, file.stem.partition("-")[2]) for file in sorted(AUDIT.glob("*/expected-*.json"))]
#: Types that the material tells apart and the command does not.
SAME = {"unit-lab": "unit", "digit-dropped": "typo", "digit-added": "typo"}


@pytest.mark.skipif(not REVIEWS, reason="the seeded reviews are not beside the checkout")
@pytest.mark.parametrize(
    ("folder", "number"), REVIEWS, ids=[f"{folder.name}-{number}" for folder, number in REVIEWS]
)
def test_every_seeded_error_is_found_and_nothing_else(run, folder, number):
    errors = json.loads((folder / f"expected-{number}.json").read_text(encoding="utf-8"))["errors"]
    pools = json.loads((AUDIT / "pooled.json").read_text(encoding="utf-8"))[f"{folder.name}-{number}"]
    done = run("review", f"rows-{number}.csv", "-r", "registry.yaml", "-f", "json", cwd=folder)
    lines = sorted((line, SAME.get(each["type"], each["type"])) for each in errors for line in each["lines"])
    assert sorted(types(done)) == lines
    estimates = {row["line"]: row["estimate"] for row in json.loads(done.out)["rows"]}
    for alone in pools["alone"]:  # metafor's, each error corrected by itself
        assert estimates[alone["lines"][0]] == pytest.approx(alone["estimate"], rel=1e-7)
    right = run("review", f"right-{number}.csv", "-r", "registry.yaml", "-f", "json", cwd=folder)
    assert types(right) == []


def test_a_trial_that_does_not_say_of_how_many_is_shown_so(run, tmp_path):
    (tmp_path / "trials.yaml").write_text(
        REGISTRY.replace("n: 40, randomised: 44", "randomised: 44").replace(
            "n: 36, randomised: 39", "randomised: 39"
        ),
        encoding="utf-8",
    )
    (tmp_path / "rows.csv").write_text(
        "study,n1i,m1i,sd1i,n2i,m2i,sd2i\nPlain 2001,40,33.3,6.3,36,41.9,7.9\n", encoding="utf-8"
    )
    done = run("review", "rows.csv", "--outcome", "pain", "--at", "90d", "-f", "json", cwd=tmp_path)
    (found,) = json.loads(done.out)["rows"]
    assert "pain at 90 d is 21.4 ± 6.3 (?) v 27.8 ± 7.9 (?)" in found["message"]
