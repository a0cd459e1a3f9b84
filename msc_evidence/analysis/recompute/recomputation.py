"""Every reported statistic of a result beside its recomputation: verdict, methods, interval and reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from msc_evidence.analysis.recompute.arms import effect_from_arms
from msc_evidence.analysis.recompute.bases import BASES, Basis, Case, impossible_statistic
from msc_evidence.analysis.recompute.ordinal import effect_from_distributions
from msc_evidence.analysis.recompute.tests_named import (
    methods_named,
    names_fisher,
    names_times,
    needs_other_data,
)
from msc_evidence.analysis.recompute.verdict import RecomputedValue, Verdict, judge
from msc_evidence.analysis.significance import ALPHA
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.values import Values
from msc_evidence.statistics.distributions import p_from_z, z_from_p
from msc_evidence.statistics.interval import Interval, hull

#: The bases that a source printed beside the p-value, from the same analysis; the others are the arms' own values.
OF_THE_ANALYSIS = ("test statistic", "confidence interval")
#: The bases that take what ties participants together into account.
_OF_PAIRS = ("pairs", "differences")


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a verdict rests on: what each method gives, those that decide, and the reason in words."""

    methods: tuple[RecomputedValue, ...] = ()
    names: tuple[str, ...] = ()
    reason: str = ""


# Without slots, so that its grounds are worked out once, where somebody asks for them.
@dataclass(frozen=True)
class Recomputation:
    """One reported statistic, and what follows for it from the other numbers of the same result."""

    #: What was recomputed: `p`, or the effect measure.
    statistic: str
    reported: Reported
    verdict: Verdict
    #: From what: "counts", "means", …; empty where nothing could be recomputed.
    basis: str = ""
    inputs: str = ""
    #: Its grounds, or what works them out: most verdicts are counted and never explained.
    given: Grounds | Callable[[], Grounds] = field(default=Grounds(), repr=False)

    @cached_property
    def _grounds(self) -> Grounds:
        return self.given if isinstance(self.given, Grounds) else self.given()

    @property
    def methods(self) -> tuple[RecomputedValue, ...]:
        """What each method gives."""
        return self._grounds.methods

    @property
    def names(self) -> tuple[str, ...]:
        """The methods that the verdict rests on."""
        return self._grounds.names

    @property
    def reason(self) -> str:
        """Why the verdict is as it is."""
        return self._grounds.reason

    @property
    def interval(self) -> Interval | None:
        """Everything that the methods allow together."""
        return hull(method.interval for method in self.methods) if self.methods else None


def recomputations(case: Case) -> tuple[Recomputation, ...]:
    """The recomputations of a result's p-value, from each basis that the record offers, and of its effect."""
    of_p: list[Recomputation] = []
    if case.result.p is not None:
        of_p.extend(_p_recomputations(case, case.result.p))
    estimate = _effect_recomputation(case)
    return (*of_p, estimate) if estimate else tuple(of_p)


def _p_recomputations(case: Case, p: Reported) -> Iterator[Recomputation]:
    statistic = case.result.statistic
    bases = [basis for build in BASES if (basis := build(case)) is not None]
    impossible = impossible_statistic(statistic) if statistic else None
    if impossible or not bases:
        reason = impossible or case.dependence or f"needs {missing_data(case)}"
        yield Recomputation("p", p, Verdict.NOT_RECOMPUTABLE, given=Grounds(reason=reason))
    paired = [basis for basis in bases if basis.name in _OF_PAIRS]
    for basis in bases:
        if not paired or basis.name in (*OF_THE_ANALYSIS, *_OF_PAIRS):
            yield recomputation_from_basis(case, p, basis)


def recomputation_from_basis(case: Case, p: Reported, basis: Basis) -> Recomputation:
    """The recomputation of a p-value from one basis, by the methods that the test which the source names admits."""
    refusal = _refusal(case, basis)
    if refusal is not None:
        refused = partial(_grounds_of_refusal, case, basis, refusal)
        return Recomputation("p", p, Verdict.NOT_RECOMPUTABLE, basis.name, basis.inputs, refused)
    methods = tuple(admissible_methods(case.result.test, basis))
    verdict, names = judge(p, methods, alpha=ALPHA)

    def grounds() -> Grounds:
        return Grounds(methods, names, _verdict_reason(verdict, methods, names, basis))

    return Recomputation("p", p, verdict, basis.name, basis.inputs, grounds)


#: A refusal in words, which may need what the methods give.
_Refusal = Callable[[tuple[RecomputedValue, ...]], str]


def _refusal(case: Case, basis: Basis) -> _Refusal | None:
    """Why a basis can say nothing about the p-value, None where it can; methods that take long are not gone through."""
    result, dependence = case.result, case.dependence
    others = f"needs the data of the test the source names ({result.test})"
    if result.sides == "one" and (
        basis.name != "test statistic" or not admissible_methods(result.test, basis)
    ):
        return lambda _: "the reported p is one-sided and the side is not recorded"
    if dependence and basis.name not in (*OF_THE_ANALYSIS, *_OF_PAIRS):
        return lambda _: _dependence_reason(case, basis)
    if dependence and result.hypothesis != "superiority":
        return lambda _: dependence
    if (altered := result.altered) and basis.name not in OF_THE_ANALYSIS:
        return lambda methods: _alteration_reason("p", altered, basis, methods, 3) if methods else others
    return None if admissible_methods(result.test, basis) else lambda _: others


def _grounds_of_refusal(case: Case, basis: Basis, refusal: _Refusal) -> Grounds:
    methods = tuple(admissible_methods(case.result.test, basis))
    return Grounds(methods if case.result.sides == "two" else (), (), refusal(methods))


def _dependence_reason(case: Case, basis: Basis) -> str:
    """Why the arms' values alone do not give the p, or what they give at the design effect that is known."""
    effect = case.design_effect
    known = [method.value for method in basis.methods if 0 < method.value < 1]
    if effect is None or effect < 1 or case.between_clusters is None or not known:
        return case.dependence or ""
    inflated = sorted(p_from_z(z_from_p(p) / math.sqrt(effect)) for p in known)
    low, high = f"{inflated[0]:.2g}", f"{inflated[-1]:.2g}"
    given = low if low == high else f"{low} to {high}"
    return f"clustered; at a design effect of {effect:.3g} the arms' values give about {given}"


def _alteration_reason(
    quantity: str, altered: str, basis: Basis, methods: Sequence[RecomputedValue], digits: int
) -> str:
    """That a number is adjusted or of imputed values, and what the arms' values as printed give in its place."""
    values = [method.value for method in methods]
    low, high = f"{min(values):.{digits}g}", f"{max(values):.{digits}g}"
    given = low if low == high else f"{low} to {high}"
    arms = "distributions" if basis.name == "distributions" else "arms' values"
    return f"the {quantity} is {altered}; the {arms} alone give {given}"


def admissible_methods(test: str | None, basis: Basis) -> list[RecomputedValue]:
    """The methods that fit the test which the source names; all of them where it names none."""
    names = methods_named(test)
    if basis.name in _OF_PAIRS:
        return _methods_of_pairs(test, basis)
    if basis.name in OF_THE_ANALYSIS:
        student = "Student" in names and "Welch" not in names
        return [method for method in basis.methods if not (student and method.method.startswith("Welch"))]
    if needs_other_data(test):
        return []
    if not names:
        return list(basis.methods)
    return [method for method in basis.methods if any(part in method.method for part in names)]


def _methods_of_pairs(test: str | None, basis: Basis) -> list[RecomputedValue]:
    """The tests of pairs that a source's words admit: a t test of differences, McNemar's of events."""
    named = (test or "").casefold()
    if basis.name == "differences":
        other = methods_named(test) and not {"Student", "Welch"} & set(methods_named(test))
        return [] if other or "signed" in named else list(basis.methods)
    exact, mid, corrected = "exact" in named, "mid" in named, "correct" in named or "yates" in named
    words = ["mid-p"] if mid else ["exact"] if exact else ["correction"] if corrected else [""]
    return [method for method in basis.methods if any(word in method.method for word in words)]


def _verdict_reason(
    verdict: Verdict, methods: Sequence[RecomputedValue], names: tuple[str, ...], basis: Basis
) -> str:
    give = "give" if names[1:] else "gives"
    if verdict is Verdict.REPRODUCED:
        return f"{' and '.join(names)} {give} it"
    if verdict is Verdict.CONSISTENT:
        return f"{' and '.join(names)} {give} it within rounding"
    if verdict is Verdict.UNINFORMATIVE:
        possible = hull(method.interval for method in methods)
        return f"the inputs allow any p from {possible.lo:.2g} to {possible.hi:.2g}"
    return _disagreement_reason(verdict, methods, basis)


def _disagreement_reason(verdict: Verdict, methods: Sequence[RecomputedValue], basis: Basis) -> str:
    names = [method.method for method in methods]
    tried = (
        f"not reproduced by {', '.join(names[:-1])} or {names[-1]}"
        if names[1:]
        else f"not what {names[0]} gives"
    )
    if verdict is Verdict.DECISION_ERROR:
        every = " by every one of them" if names[1:] else ""
        tried += f"; recomputed, p is on the other side of {ALPHA}{every}"
    elif significant_methods := _methods_below_alpha(methods):
        tried += f"; p < {ALPHA} by {significant_methods}"
    if basis.name == "means":
        tried += "; a rank test cannot be recomputed from means"
    return tried


def _methods_below_alpha(methods: Sequence[RecomputedValue]) -> str | None:
    """The methods whose p is below α whatever was rounded, None where all or none of them are."""
    below = [method.method for method in methods if method.interval.hi < ALPHA]
    others = [method.method for method in methods if method.interval.hi >= ALPHA]
    if not below or not others:
        return None
    if len(others) < len(below):
        return f"all tests except {' and '.join(others)}"
    return f"{' and '.join(below)} only"


def missing_data(case: Case) -> str:
    """What it would take to recompute the p-value, by name."""
    if case.contrast.sizes is None:
        return "both group sizes"
    if case.result.altered:
        return f"the data of the {'adjusted' if case.result.adjusted else 'imputed'} analysis"
    if case.outcome.type == "time-to-event" or names_times(case.result.test):
        return _NEEDED["time-to-event"]
    pair = case.values()
    partly = _missing_values(pair) if pair else None
    # A definition on a scale (mRS 0-2) makes two groups of it.
    return partly or _NEEDED["binary" if case.result.definition else case.outcome.type]


_NEEDED = {
    "ordinal": "each arm's distribution over the categories or mean and SD of both arms",
    "continuous": "mean and SD of both arms",
    "binary": "events in both arms",
    "time-to-event": "a hazard ratio with CI or the log-rank statistic",
}


def _missing_values(pair: tuple[Values, Values]) -> str | None:
    if all(values.mean is not None for values in pair):
        return "SDs of both arms"
    if all(values.median is not None for values in pair):
        return "the values behind the medians (a p-value does not follow from medians)"
    if any(values.percent is not None for values in pair):
        return "percentages that some whole number of participants gives"
    return None


def _effect_recomputation(case: Case) -> Recomputation | None:
    """The reported effect estimate beside the one that the arms' values give."""
    effect, basis = case.result.effect, effect_from_arms(case) or effect_from_distributions(case)
    if effect is None or effect.estimate is None or basis is None:
        return None
    verdict, names = judge(effect.estimate, basis.methods)
    reason = f"the arms give {' or '.join(dict.fromkeys(f'{method.value:.4g}' for method in basis.methods))}"
    if names and basis.name == "distributions" and verdict is Verdict.REPRODUCED:
        reason = f"{' and '.join(names)} {'give' if names[1:] else 'gives'} it"
    if case.dependence:
        verdict, names, reason = (
            Verdict.NOT_RECOMPUTABLE,
            (),
            f"{reason}; {case.dependence.partition(':')[0]}",
        )
    elif case.result.altered:
        reason = _alteration_reason("effect", case.result.altered, basis, basis.methods[:1], 4)
        reason += "%" if str(effect.estimate).endswith("%") else ""
        verdict, names = Verdict.NOT_RECOMPUTABLE, ()
    elif effect.measure == "OR" and names_fisher(case.result.test) and verdict is Verdict.INCONSISTENT:
        reason += "; the odds ratio of Fisher's test is conditional on the margins"
        verdict, names = Verdict.NOT_RECOMPUTABLE, ()
    return Recomputation(
        effect.measure,
        effect.estimate,
        verdict,
        basis.name,
        basis.inputs,
        Grounds(basis.methods, names, reason),
    )
