"""The trials as they are shipped, the two founding ones first: what the record holds, what follows, what does not."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence

import pytest

from msc_evidence.analysis.contrast import allocation_test, trial_capacity
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import AnalysedResult, Analysis
from msc_evidence.checks.finding import Finding
from msc_evidence.checks.run import run_checks
from msc_evidence.registry.loader import load, shipped_registry
from msc_evidence.registry.model import Result
from msc_evidence.registry.numbers import recorded_numbers
from msc_evidence.registry.values import Values

REGISTRY = load(shipped_registry())
ANALYSIS = Analysis(REGISTRY)
FINDINGS = run_checks(ANALYSIS).findings


def analysed(trial: str, source: str = "abstract") -> list[AnalysedResult]:
    return [found for found in ANALYSIS.results(trial) if found.source == source]


@pytest.mark.parametrize("trial", list(REGISTRY.trials))
def test_only_the_founding_trials_have_warnings_that_are_not_waived(trial: str) -> None:
    found = [item for item in FINDINGS if item.trial == trial and item.severity != "note" and not item.waived]
    assert bool(found) == (trial in ("bang-2005", "chung-2021"))


def findings(trial: str, code: str) -> Sequence[Finding]:
    return [found for found in FINDINGS if (found.trial, found.code) == (trial, code)]


def test_nothing_in_the_record_is_impossible() -> None:
    assert not [found for found in FINDINGS if found.severity == "error" and not found.waived]


@pytest.mark.parametrize("trial", ["bang-2005", "chung-2021"])
def test_every_number_of_the_abstract_is_tied_to_it(trial: str) -> None:
    record = REGISTRY.trials[trial]
    assert record.first_source == "abstract"
    assert record.sources["abstract"].figures
    assert [number for number in recorded_numbers(record) if number.source == "abstract"]
    assert not [
        found
        for found in FINDINGS
        if found.trial == trial and found.code.startswith("MSC60") and found.code != "MSC607"
    ]


@pytest.mark.parametrize(
    ("trial", "p"),
    [
        ("bang-2005", ["0.011", "0.017", "0.115", "0.076", "0.171", "0.286"]),
        ("chung-2021", ["0.732", "0.023"]),
    ],
)
def test_every_p_of_the_abstracts_is_there_and_none_can_be_recomputed(trial: str, p: list[str]) -> None:
    found = analysed(trial)
    assert [str(each.p) for each in found] == p
    assert {each.verdict for each in found} == {Verdict.NOT_RECOMPUTABLE}
    assert all(item.reason.startswith("needs ") for each in found for item in each.recomputations)


def test_one_p_is_on_the_other_side() -> None:
    """The volumes of eleven participants at one centre of RECOVER-Stroke: 22.9 ± 15.5 v 4.04 ± 12.5, p 0.046."""
    every = [(trial, each) for trial in REGISTRY.trials for each in ANALYSIS.results(trial)]
    found = [trial for trial, each in every if each.verdict is Verdict.DECISION_ERROR]
    assert found == ["savitz-2019"]


@pytest.mark.parametrize(
    ("trial", "code", "words"),
    [
        ("bang-2005", "MSC207", ["5 of 30", "p 0.000325", "no ratio stated"]),
        ("bang-2005", "MSC501", ["modified Rankin Scale", "0.076", "0.171", "0.286"]),
        ("bang-2005", "MSC502", ["consistent", "4 of 6"]),
        (
            "bang-2005",
            "MSC503",
            ["2 of 6", "Holm", "0.066, 0.085, 0.345, 0.304, 0.345, 0.345", "0.051, 0.051, 0.1725, 0.152"],
        ),
        ("chung-2021", "MSC505", ["modified Rankin Scale", "p 0.732", "d ≥ 0.867"]),
        ("chung-2021", "MSC506", ["chronic", "6 mo", "90 d"]),
        ("chung-2021", "MSC504", ["primary", "0.732", "0.023"]),
        ("chung-2021", "MSC607", ["mean age 68", "63.03 and 64.27"]),
    ],
)
def test_what_does_not_hold_up_is_said(trial: str, code: str, words: list[str]) -> None:
    (found,) = findings(trial, code)
    assert all(word in found.message for word in words), found.message
    assert found.severity == ("note" if code == "MSC504" else "warning")


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("MSC207", ("trials", "chung-2021", "arms")),
        ("MSC3", ("trials", "chung-2021", "baseline", 0)),
        ("MSC3", ("trials", "chung-2021", "baseline", 1)),
        ("MSC301", ("trials", "chung-2021")),
        ("MSC6", ("trials", "bang-2005")),
    ],
)
def test_what_holds_up_is_silent(code: str, place: tuple[str | int, ...]) -> None:
    assert not [
        found for found in FINDINGS if found.code.startswith(code) and found.path[: len(place)] == place
    ]


@pytest.mark.parametrize(
    ("trial", "sizes", "ratio", "stated", "p"),
    [("bang-2005", (5, 25), "1:1", False, 0.000325), ("chung-2021", (39, 15), "2:1", True, 0.4708)],
)
def test_allocation(trial: str, sizes: tuple[int, int], ratio: str, stated: bool, p: float) -> None:
    found = allocation_test(REGISTRY.trials[trial])
    assert found is not None
    assert ((found.n1, found.n2), found.ratio, found.stated) == (sizes, ratio, stated)
    assert found.p == pytest.approx(p, rel=1e-3)


@pytest.mark.parametrize(
    ("trial", "significant", "detectable"), [("bang-2005", 1.0035, 1.422), ("chung-2021", 0.610, 0.867)]
)
def test_what_the_group_sizes_could_have_shown(trial: str, significant: float, detectable: float) -> None:
    found = trial_capacity(REGISTRY.trials[trial])
    assert found is not None
    assert found.smallest_significant_d == pytest.approx(significant, abs=5e-4)
    assert found.detectable_d == pytest.approx(detectable, abs=5e-4)


def test_the_smallest_attainable_p_of_bang() -> None:
    found = trial_capacity(REGISTRY.trials["bang-2005"])
    assert found is not None
    assert found.smallest_rank_sum_p == pytest.approx(1.403e-05, rel=5e-4)


def test_families() -> None:
    bang = analysed("bang-2005")
    assert [each.holm_p for each in bang] == pytest.approx([0.066, 0.085, 0.345, 0.304, 0.345, 0.345])
    assert [each.bh_p for each in bang] == pytest.approx([0.051, 0.051, 0.1725, 0.152, 0.2052, 0.286])
    assert [each.holm_p for each in analysed("chung-2021")] == pytest.approx([0.732, 0.046])


def test_directions_are_those_reported() -> None:
    assert [each.sign for each in analysed("bang-2005")] == [1] * 6
    assert [each.sign for each in analysed("chung-2021")] == [None, 1]


def test_the_leg_score_of_the_secondary_report() -> None:
    (found,) = (
        each for each in analysed("chung-2021", "news-report") if each.result.arms and str(each.p) == "0.023"
    )
    (item,) = found.recomputations
    assert item.verdict is Verdict.INCONSISTENT
    assert {method.method: round(method.value, 4) for method in item.methods} == {
        "Student": 0.0666,
        "Welch": 0.0204,
    }


def test_the_tables_of_treasure_agree_with_each_other() -> None:
    """Houkin 2024, table 2: the distributions of the mRS, its cuts and the deaths."""
    trial = REGISTRY.trials["houkin-2024"]
    shares = {
        str(result.at): [
            [count.count or 0 for count in values.distribution or ()] for values in arms.values()
        ]
        for result in trial.results
        if result.outcome == "mrs" and not result.definition and (arms := result.arms)
    }
    assert {at: [sum(counts) for counts in pair] for at, pair in shares.items()} == {
        "90 d": [104, 102],
        "365 d": [104, 102],
    }
    cuts = {result.definition: result.arms for result in trial.results if result.outcome == "mrs"}
    for definition, best in (("mRS 0-1", 2), ("mRS 0-2", 3)):
        events = [values.events.count for values in (cuts[definition] or {}).values() if values.events]
        assert events == [sum(counts[:best]) for counts in shares["90 d"]]
    deaths = {
        str(result.at): [values.events.count for values in (result.arms or {}).values() if values.events]
        for result in trial.results
        if result.outcome == "death"
    }
    assert deaths == {at: [counts[6] for counts in pair] for at, pair in shares.items()}
    sizes = [line(result) for result in trial.results if result.outcome == "death"]
    assert sizes == [
        "death@90d cells /104 6 5.8% placebo /102 3 2.9%",
        "death@365d cells /104 13 12.5% placebo /102 10 9.8%",
    ]


@pytest.mark.parametrize(
    ("trial", "outcome", "verdicts"),
    [
        ("houkin-2024", "excellent-outcome", {Verdict.REPRODUCED}),
        ("lin-2024", "death-or-disability", {Verdict.REPRODUCED}),  # 2/14 v 7/14: Fisher's p .1032
        ("prasad-2014", "barthel", {Verdict.NOT_RECOMPUTABLE}),  # means without SDs
        ("hess-2017", "barthel", {Verdict.NOT_RECOMPUTABLE}),  # percentages without group sizes
    ],
)
def test_verdicts_of_the_field(trial: str, outcome: str, verdicts: set[Verdict]) -> None:
    found = [each for each in ANALYSIS.results(trial) if each.result.outcome == outcome]
    assert {each.verdict for each in found if each.p} == verdicts


def test_the_direction_of_lin_2024_is_that_of_its_numbers_and_not_of_its_conclusion() -> None:
    (found,) = findings("lin-2024", "MSC507")
    assert "50.0% in cells and 14.3% in control" in found.message
    assert found.waived


def test_every_trial_has_results_or_says_that_they_were_not_seen() -> None:
    silent = {name for name, trial in REGISTRY.trials.items() if not trial.results}
    assert silent == {
        *(
            "law-2021",
            "moniche-2023",
            "bhatia-2018",
            "masters2-2023",
            "zhu-2015",
            "vahidy-2019",
        ),
    }
    partly = {name for name, trial in REGISTRY.trials.items() if trial.not_seen}
    assert partly == silent | {
        *("hess-2017", "jin-2017", "de-celis-ruiz-2022", "actissima-2020", "savitz-2019", "chernykh-2016"),
        *("honmou-2011", "sung-2018", "chang-2016"),
    }


def test_the_imaging_subset_is_part_of_its_trial() -> None:
    assert {name: trial.part_of for name, trial in REGISTRY.trials.items() if trial.part_of} == {
        "lee-2022": "chung-2021"
    }


#: Houkin 2024, table 2 (PMC10792497/table/noi230096t2): endpoint, day, events and n of the cells and of placebo,
#: adjusted risk difference in per cent with its 95 % interval, p.
TREASURE = """
excellent-outcome,,90,12,104,10,102,0.5,-7.3,8.3,.90
excellent-outcome,observed values alone,90,12,103,10,98,0.4,-7.6,8.4,.92
stroke-recovery,,90,20,96,16,94,0.9,-9.0,10.9,.86
mrs,mRS 0-1,90,14,97,11,95,1.1,-7.7,9.9,.81
mrs,mRS 0-2,90,34,97,23,95,8.3,-3.6,20.2,.17
nihss,NIHSS 0-1,90,19,85,19,85,-2.3,-13.9,9.3,.71
nihss,improved by 75 % or more,90,30,85,29,85,-1.6,-15.4,12.2,.82
barthel,Barthel ≥95,90,31,97,24,93,3.7,-8.0,15.3,.54
excellent-outcome,,365,16,104,11,102,3.4,-5.0,11.8,.43
excellent-outcome,observed values alone,365,14,97,11,93,0.4,-8.1,8.9,.93
"""
#: The same table: participants in each category of the mRS from 0 to 6 by day and arm, and the p of the distributions.
MRS_OF_TREASURE = {
    "90 d": ("5 9 20 15 31 18 6", "3 8 12 17 39 20 3", ".62"),
    "365 d": ("9 11 18 15 22 16 13", "1 13 13 17 33 15 10", ".42"),
}


def test_every_row_of_the_endpoints_of_treasure() -> None:
    rows = [
        [
            *(result.outcome, result.definition or "", str(result.at).removesuffix(" d")),
            *(
                str(getattr(values, key))
                for values in (result.arms or {}).values()
                for key in ("events", "n")
            ),
            *(str(result.effect.estimate).removesuffix("%"), str(result.effect.ci.low)),
            *(str(result.effect.ci.high), str(result.p)),
        ]
        for result in REGISTRY.trials["houkin-2024"].results
        if result.effect and result.effect.ci
    ]
    assert rows == list(csv.reader(TREASURE.split("\n")[1:-1]))


def test_both_distributions_of_treasure() -> None:
    found = {
        str(result.at): (*(" ".join(map(str, values.distribution or ())) for values in arms.values()), str(result.p))
        for result in REGISTRY.trials["houkin-2024"].results
        if (arms := result.arms) and any(values.distribution for values in arms.values())
    }  # fmt: skip
    assert found == MRS_OF_TREASURE


#: What the sources print of each result, transcribed from them a second time without a look at the registry:
#: outcome@time, the values of the arms (% per cent, P probability, m mean, ± SD, / n), p, S or NS for what is said in
#: words, > the arm that did better. Fingerprints watch that a figure is printed; these rows, where it stands.
PRINTED = {
    "bang-2005": """
        barthel@3mo p0.011 >msc
        barthel@6mo p0.017 >msc
        barthel@12mo p0.115 >msc
        mrs@3mo p0.076 >msc
        mrs@6mo p0.171 >msc
        mrs@12mo p0.286 >msc""",
    "chung-2021": """
        mrs@3mo p0.732 NS
        motricity-leg@? p0.023 S >msc
        motricity-leg@? msc m14.8 ±23.8 control m2.6 ±13.0 p0.023
        motricity-leg@? p0.129
        mrs@90d msc 33.3% control 26.7% p0.732
        fugl-meyer@? p0.292
        ambulation@? p0.763
        motricity-side@? p0.090
        motricity-arm@? p0.741
        recovery-prep@? p0.032
        recovery-prep2@? p0.017""",
    "lee-2010": """
        death@5y msc 4 25% control 21 58.3%
        survival@260wk msc P0.72 control P0.34 p.058
        mrs@? p.046 >msc""",
    "prasad-2014": """
        barthel@180d cells m63.1 control m63.6 p0.92
        mrs@180d p0.53
        mrs@180d cells 47.5% control 49.2% p0.85
        nihss@180d cells m6.3 control m7.0 p0.53
        infarct-volume@180d cells m-11.1 control m-7.36 p0.63""",
    "hess-2017": """
        excellent-outcome@1y cells 23.1% placebo 8.2% p0.02
        excellent-outcome@1y cells /65 23.1% placebo /61 8.2%
        excellent-outcome@1y cells 29% p<0.01
        excellent-outcome@1y cells /31 29%
        barthel@1y cells 61.5% placebo 44.3% p0.05 >cells
        barthel@1y cells 67.7% placebo 44.3% p0.03 >cells
        hospital-stay@? MD-2.9
        death@? >cells
        serious-adverse-event@? >cells
        death@? cells 5 8% placebo 9 15%
        serious-adverse-event@1y cells 22 34% placebo 24 39%""",
    "jaillard-2020": """
        feasibility@? msc 80%
        barthel@? NS
        nihss@? NS
        mrs@? NS
        nihss-motor@? p0.004 >msc
        fugl-meyer-motor@? p0.028 >msc
        fmri-mi-4a@? p0.031 >msc
        fmri-mi-4p@? p0.002 >msc""",
    "lin-2024": """
        angiogenesis@? p<0.001
        sdf-1-epc@? p<0.005
        nihss@30d >cells
        nihss@90d >cells
        perfusion@180d p0.046 >cells
        death-or-disability@? cells 50.0% control 14.3% p0.103
        procedure@? cells 100%""",
    "moniche-2012": """
        beta-ngf@? p0.02
        function@180d NS
        barthel@? r0.56 p0.09""",
    "chen-2014": """
        nihss@12mo S >cells
        european-stroke-scale@12mo S >cells
        ems@12mo S >cells
        mrs@12mo S >cells
        fibre-asymmetry@?
        motor-evoked-potential@? cells /15 9""",
    "fang-2019": """
        death@4y NS
        function@? NS
        scandinavian-stroke-scale@3mo S
        serious-adverse-event@? >epc""",
    "jin-2017": """
        nihss@1y p>0.05
        nihss@2y p>0.05
        nihss@3y p>0.05
        nihss@4y p<0.05 >cells
        barthel@4y p>0.05
        mrs@4y p>0.05
        functional-independence@4y p>0.05
        barthel@5y p<0.05
        mrs@5y p<0.05
        functional-independence@5y p<0.05""",
    "bhasin-2013": """
        modified-barthel@? p<0.05 >cells
        fmri-clusters@?""",
    "taguchi-2015": """
        function@? >high
        perfusion-metabolism@6mo
        function@? S""",
    "ghali-2016": """
        function@12mo NS >cells
        infarct-volume@12mo NS""",
    "lee-2022": """
        fugl-meyer@90d S >msc
        tract-anisotropy@90d S
        interhemispheric-connectivity@? S
        interhemispheric-connectivity@? S""",
    "de-celis-ruiz-2022": """
        nihss@6mo msc md2.5 iqr1.75–3.50 placebo md5 iqr4.0–7.50 NS
        mrs@6mo msc md3 iqr3.0–3.25 placebo md4 iqr3.0–4.0 NS""",
    "actissima-2020": """
        fugl-meyer-motor@6mo low /55 7 12.7% sham /52 7 13.5%
        fugl-meyer-motor@6mo high /56 9 16.1% sham /52 7 13.5%""",
    "savitz-2019": """
        mrs@90d NS
        infarct-reduction@90d cells /5 m22.9 ±15.5 sham /6 m4.04 ±12.5 p0.046 >cells""",
    "chernykh-2016": """
        death@6mo cells one control two >cells
        nihss@6mo p0.007
        nihss@6mo p0.07
        nihss@6mo cells 75% control 18% p0.03 >cells""",
    "li-2013": """
        nihss@6mo cells m10.09 ±8.86 control m14.35 ±10.14 p<0.01 >cells
        barthel@6mo cells m57.39 ±23.51 control m46.90 ±20.29 p<0.01 >cells
        improvement@6mo cells 52 86.7% control 17 42.5% p0.001 >cells""",
    "al-fauzi-2017": """
        nihss@? cells five""",
    "honmou-2011": """
        nihss@1wk msc md0.36
        nihss@? msc md0.04""",
    "pisces2-2020": """
        action-research-arm@3mo cells /23 one
        action-research-arm@6mo cells three
        action-research-arm@12mo cells three""",
    "kondziolka-2000": """
        european-stroke-scale@? cells m2.9 p0.046
        european-stroke-scale@? cells six
        pet-uptake@6mo cells /11 six""",
    "laskowitz-2018": """
        mrs@3mo cells m2.8 ±0.9
        nihss@3mo cells m5.9 ±1.4""",
    "sharma-2014": """
        improvement@? cells /24 12
        improvement@? cells /24 10
        improvement@? cells /24 6
        improvement@? cells /24 9""",
    "sung-2018": """
        barthel@6mo cells /9 4 44.4%
        procedure@? cells 100%
        angiogenesis@? p<0.001
        sdf-1-epc@? p<0.05
        cognition@6mo p<0.01""",
    "chang-2016": """
        function@60mo >both""",
}
MARKS = {
    "n": "/{}",
    "events": "{}",
    "percent": "{}%",
    "probability": "P{}",
    "mean": "m{}",
    "sd": "±{}",
    "median": "md{}",
    "iqr": "iqr{}",
    "range": "range{}",
}


def as_printed(values: Values) -> Iterator[str]:
    for name in type(values).model_fields:
        if (found := getattr(values, name)) is not None:
            yield MARKS[name].format(found)


def line(result: Result) -> str:
    """The result in the notation of PRINTED."""
    at, effect, statistic = str(result.at).replace("not reported", "?"), result.effect, result.statistic
    words = [f"{result.outcome}@{at.replace(' ', '')}"]
    for arm, values in (result.arms or {}).items():
        words += [arm, *as_printed(values)]
    words += [f"{effect.measure}{effect.estimate}"] if effect else []
    words += [f"{statistic.kind}{statistic.value}"] if statistic else []
    words += [f"p{result.p}"] if result.p else []
    words += [{"significant": "S", "not significant": "NS"}[result.wording]] if result.wording else []
    return " ".join(words + [f">{result.direction}"] * bool(result.direction))


def test_every_trial_with_results_is_compared_with_print() -> None:
    assert {name for name, trial in REGISTRY.trials.items() if trial.results} == set(PRINTED) | {
        "houkin-2024"
    }


@pytest.mark.parametrize("trial", list(PRINTED))
def test_every_result_as_it_is_printed(trial: str) -> None:
    found = [line(result) for result in REGISTRY.trials[trial].results]
    assert found == [row.strip() for row in PRINTED[trial].strip().split("\n")]


#: What the sources print of each arm: n analysed, r randomised, p planned, dose, dose per kg, number of doses.
ARMS = {
    "bang-2005": "msc n5 1e8 | control n25",
    "chung-2021": "msc n39 | control n15",
    "lee-2010": "msc n16 | control n36",
    "moniche-2012": "cells n10 1.59e8 | control n10",
    "bhasin-2013": "cells 5e7–6e7 | control",
    "prasad-2014": "cells 280.75e6 | control",
    "chen-2014": "cells n15 3e6–8e6 | control n15",
    "taguchi-2015": "low n6 2.5e8 | high n6 3.4e8 | both | historical",
    "ghali-2016": "cells n21 | control n18",
    "hess-2017": "cells 4e8–1.2e9 xone | placebo",
    "jin-2017": "cells 1e7 | control",
    "bhatia-2018": "cells n10 | control n10",
    "fang-2019": "epc | msc | placebo",
    "jaillard-2020": "msc n16 | control",
    "law-2021": "msc rnine 2e6/kg | control reight",
    "de-celis-ruiz-2022": "msc n4 1e6/kg | placebo n9",
    "lee-2022": "msc n31 | control n13",
    "moniche-2023": "control r38 | low r20 2e6/kg | high r19 5e6/kg",
    "lin-2024": "cells n14 3.0e7 | control n14",
    "houkin-2024": "cells n104 xone | placebo n102",
    "actissima-2020": "low r55 | high r56 | sham r52",
    "savitz-2019": "cells | sham",
    "masters2-2023": "cells 1.2e9 xone | placebo",
    "chernykh-2016": "cells n13 21.9e6 | control nthirteen",
    "li-2013": "cells n60 | control n40",
    "zhu-2015": "cells n114 2e9 | control n96",
    "al-fauzi-2017": "cells neight",
    "chang-2016": "autologous n7 | allogeneic n9 | both | control n8",
    "honmou-2011": "msc n12",
    "pisces2-2020": "cells n23 20e6",
    "kondziolka-2000": "cells n12",
    "laskowitz-2018": "cells nten xone",
    "sharma-2014": "cells n24",
    "sung-2018": "cells nnine 3.0e7",
    "vahidy-2019": "cells n25 10e6/kg",
}


def arms(trial: str) -> Iterator[str]:
    for name, arm in REGISTRY.trials[trial].arms.items():
        sizes = {"n": arm.n, "r": arm.randomised, "p": arm.planned}
        said = [
            f"{mark}{size}"
            for mark, size in sizes.items()
            if size is not None and str(size) != "not reported"
        ]
        if arm.cells:
            dose = str(arm.cells.dose or arm.cells.dose_range or "").replace("not reported", "")
            said += [dose + f"/{arm.cells.per}" * bool(arm.cells.per)] if dose else []
            said += [f"x{arm.cells.times}"] if arm.cells.times else []
        yield " ".join([name, *said])


def test_every_arm_as_it_is_printed() -> None:
    assert {trial: " | ".join(arms(trial)) for trial in REGISTRY.trials} == ARMS


#: What the sources print of participants at entry, in the notation of PRINTED.
AT_ENTRY: Mapping[str, str] = {
    "bang-2005": "age msc m63.0 ±7.5 control m59.3 ±11.5; men msc 4 control 14; women msc 1 control 11",
    "chung-2021": (
        "age all m68 range28–83; time from stroke to randomisation all m20.2 range5–89; "
        "age msc m63.03 ±14.36 control m64.27 ±13.25; men msc 43.6% control 66.7%; "
        "body mass index msc m23.2 ±3.59 control m23.47 ±2.92"
    ),
    "moniche-2023": (
        "age all m62.4 ±12.7; men all 46 60%; thrombectomy all 63 82%; NIHSS all md12 iqr9–15; "
        "time from stroke to injection all md6 iqr4–7"
    ),
    "prasad-2014": (
        "age cells m50.7 ±11.6 control m52.5 ±12.1; "
        "men cells 41 control 36; "
        "women cells 19 control 24; "
        "time from stroke to infusion cells md18.5"
    ),
    "moniche-2012": (
        "NIHSS all m15.6; "
        "age cells m66.9 ±13.9 control m67.4 ±12.7; "
        "men cells 5 control 7; "
        "women cells 5 control 3"
    ),
    "law-2021": "mRS all md4.0; Barthel Index all md5.0; NIHSS all md16.0",
    "lin-2024": "follow-up all m4.1 ±1.3",
    "lee-2010": (
        "age msc m64.9 ±14.5 control m64.0 ±11.6; "
        "men msc 8 control 26; "
        "women msc 8 control 10; "
        "NIHSS msc m10.17 ±3.60 control m10.63 ±3.00; "
        "mRS msc m4.40 ±0.90 control m4.80 ±0.50"
    ),
    "bhasin-2013": (
        "age cells m45.1 ±12.1 control m45.2 ±11.8; men cells 18 control 17; women cells 2 control 3"
    ),
    "bhatia-2018": ("age cells m57 ±12.2 control m66.0 ±7.3; men cells 6 control 8; women cells 4 control 2"),
    "savitz-2019": (
        "age cells m59.3 ±10.03 sham m62.9 ±10.81; "
        "men cells 20 sham 15; "
        "women cells 9 sham 4; "
        "stroke volume cells /5 m103.9 ±96.2 sham /6 m70.2 ±46"
    ),
    "chernykh-2016": ("men cells 12; women cells 1; age cells md63"),
    "li-2013": (
        "age cells m56.3 ±2.9 control m55.9 ±4.7; "
        "men cells 37 control 23; "
        "women cells 23 control 17; "
        "age all m56.3 range39–74; "
        "time from stroke to the cells cells m5.9 range5–7"
    ),
    "zhu-2015": ("age all m57.2 range32–75; time from stroke to the first cells cells m5.5 range3.01–6.89"),
    "honmou-2011": ("age all m59.2 range41–73"),
    "pisces2-2020": ("time from stroke to implantation all md7"),
    "sharma-2014": (
        "age all /24 m57 range27–79; "
        "time from stroke to the cells all m40.5 range4–144; "
        "follow-up all m30 range6–54"
    ),
    "sung-2018": ("time from stroke all m8.6 ±6.4"),
    "kondziolka-2000": "age all /12 range44–75",
    "ghali-2016": "age cells m55.5 ±5.3 control m56.25 ±4.5; men cells 12 control 10; women cells 9 control 8",
}


@pytest.mark.parametrize("trial", list(AT_ENTRY))
def test_participants_at_entry(trial: str) -> None:
    rows = []
    for row in REGISTRY.trials[trial].baseline:
        groups = {"all": row.all} if row.all else row.arms or {}
        words = (word for name, values in groups.items() for word in (name, *as_printed(values)))
        rows.append(" ".join([row.variable, *words]))
    assert "; ".join(rows) == AT_ENTRY[trial]


@pytest.mark.parametrize(
    ("trial", "counted"),
    [
        ("jaillard-2020", ["6 mo msc 10 control 12", "2 y msc 16 control 24"]),
        ("de-celis-ruiz-2022", ["1 wk placebo one", "24 mo msc 2 placebo 9"]),
        ("moniche-2012", [*["6 mo cells none control none"] * 3, "3 mo cells 2"]),
        ("fang-2019", ["4 y placebo 3"]),
    ],
)
def test_harms_with_a_time(trial: str, counted: list[str]) -> None:
    found = [harm for harm in REGISTRY.trials[trial].harms if harm.at]
    assert counted == [
        " ".join([str(harm.at), *(f"{arm} {count}" for arm, count in (harm.arms | harm.events).items())])
        for harm in found
    ]


def test_the_founding_question_is_asked_in_seven_outcomes_and_judged_by_nobody() -> None:
    assert REGISTRY.summary is not None
    assert REGISTRY.summary.intervention == "mesenchymal stem cells (MSC)"
    assert len(REGISTRY.summary.outcomes) == 7
    assert not REGISTRY.certainty
