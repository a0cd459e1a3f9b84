"""The results, or the numbers typed, whose bounds are asked for: what was printed of each, and its bounds by test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from msc_evidence.analysis.feasible import USUAL_TESTS, FeasibleQuestion, feasible_questions
from msc_evidence.analysis.results import chosen_results
from msc_evidence.analysis.typed_arms import typed_arms
from msc_evidence.registry.problems import nearest_hint
from msc_evidence.statistics.feasible.tests_admitted import TESTS
from msc_evidence.tables.words import at_time, favoured_arm, significant_digits

if TYPE_CHECKING:
    from msc_evidence.analysis.filters import Query
    from msc_evidence.statistics.feasible.bounds import Feasible

Job = TypeVar("Job")
#: Shows how far a row of jobs is.
Watch = Callable[[Sequence[Job]], Iterable[Job]]


@dataclass(frozen=True, slots=True)
class FeasibleSection:
    """One result or one set of typed numbers: its heading, what was printed, its bounds."""

    title: str
    answers: tuple[Feasible, ...]
    #: Trial, outcome and time of a registry's result.
    keys: tuple[str, str, str] | None = None
    #: Why nothing is bounded.
    reason: str = ""
    #: What the two arms are called.
    arms: tuple[str, str] = ("treatment", "control")
    #: What each category is called, the worst first.
    points: tuple[str, ...] = ()


def result_section(question: FeasibleQuestion, answers: tuple[Feasible, ...]) -> FeasibleSection:
    """The section of a registry's result."""
    result, trial = question.result, question.result.trial
    sizes = result.contrast.sizes if result.contrast else None
    parts = [
        trial.shown_name(result.trial_id),
        result.label + at_time(result),
        f"{sizes[0]} v {sizes[1]}" if sizes else "sizes not reported",
        f"p {result.p}, {_favours_words(result.sign, favoured_arm(result))}",
        result.result.test or "test not reported",
        *_scale_words(question),
    ]
    names = result.contrast and [
        trial.arms[arm].label or arm for arm in (result.contrast.arm, result.contrast.against)
    ]
    return FeasibleSection(
        " · ".join(parts),
        answers,
        (result.trial_id, result.result.outcome, result.timepoint),
        question.reason,
        (names[0], names[1]) if names else ("treatment", "control"),
        scale_points(question),
    )


def _favours_words(sign: int | None, arm: str) -> str:
    return "direction not reported" if sign is None else f"favours {arm}"


def _scale_words(question: FeasibleQuestion) -> Iterator[str]:
    printed, outcome = question.printed, question.result.outcome
    if printed is None:
        return
    points = scale_points(question)
    if printed.categories == 2:
        yield "two categories"
    elif points:
        step = "" if printed.step == 1 else f", steps of {printed.step:g}"
        ends = sorted((points[0], points[-1]), key=float)
        yield f"scale {ends[0]} to {ends[1]}{step}"
    elif outcome.type == "ordinal":
        yield "step of the scale not recorded"
    else:
        yield "measurements"
    if printed.cuts:
        yield f"{len(printed.cuts)} cut{'s' * (len(printed.cuts) > 1)} printed"
    if any(moments.mean or moments.sd or moments.median for moments in printed.moments):
        yield "means, SDs or medians printed"


def scale_points(question: FeasibleQuestion) -> tuple[str, ...]:
    """What each category is called, the worst first; nothing where the scale does not say."""
    printed, outcome = question.printed, question.result.outcome
    if printed is None or printed.step is None or outcome.range is None or printed.categories == 2:
        return ()
    low = float(outcome.range.low)
    if question.result.result.change:
        low -= float(outcome.range.high)
    points = tuple(significant_digits(low + at * printed.step, 6) for at in range(printed.categories))
    return points[::-1] if outcome.better == "lower" else points


def known_tests(names: Iterable[str]) -> tuple[str, ...]:
    """The tests of these names, each once, in whatever case they are written; raises ValueError for an unknown one.

    >>> known_tests(["student", "RANK-SUM normal", "Student"])
    ('Student', 'rank-sum normal')
    """
    folded = {name.casefold(): name for name in TESTS}
    tests = []
    for name in names:
        if name.casefold() not in folded:
            raise ValueError(f"unknown test '{name}'{nearest_hint(name, TESTS)}")
        tests.append(folded[name.casefold()])
    return tuple(dict.fromkeys(tests))


def typed_section(
    sizes: str, scale: str, p: str, favours: str | None, tests: tuple[str, ...], watch: Watch[str] = iter
) -> FeasibleSection:
    """The bounds of numbers that were typed; raises ValueError, which names the option, where one is none."""
    from msc_evidence.statistics.feasible.bounds import feasible

    printed = typed_arms(sizes, scale, p, favours)
    answers = tuple(feasible(printed, test) for test in watch(tests or USUAL_TESTS))
    words = {1: "favours treatment", -1: "favours control", 0: "direction not given"}[printed.direction]
    return FeasibleSection(f"{printed.n1} v {printed.n2} · p {p}, {words} · scale {scale}", answers)


def registry_sections(
    query: Query, tests: tuple[str, ...], watch: Watch[tuple[int, str]] = iter
) -> list[FeasibleSection]:
    """The bounds of each result with a p-value between two arms, if from each test that the source admits."""
    from msc_evidence.statistics.feasible.bounds import feasible

    results, _ = chosen_results(query.analysis, query.trials, query.outcomes, at=query.at)
    questions = list(feasible_questions(results))
    answers: list[list[Feasible]] = [[] for _ in questions]
    for at, test in watch(
        [(at, test) for at, question in enumerate(questions) for test in tests or question.tests]
    ):
        printed = questions[at].printed
        if printed is not None:
            answers[at].append(feasible(printed, test))
    return [result_section(question, tuple(of)) for question, of in zip(questions, answers, strict=True)]
