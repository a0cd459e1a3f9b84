"""Which trials a question is about, and why the others are not."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from msc_evidence.analysis.attributes import attribute_values
from msc_evidence.analysis.contrast import arm_size
from msc_evidence.analysis.results import AnalysedResult, Analysis
from msc_evidence.analysis.stated import stated_attribute
from msc_evidence.analysis.trust import TrustFinding
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted, nearest_hint, quoted_value
from msc_evidence.registry.reported import Time
from msc_evidence.registry.spelling import british_spelling
from msc_evidence.registry.trust import NO_CONCERNS, SERIOUS

ANY = "any"
DESIGNS = ("controlled", "randomised", "non-randomised", "single-arm", ANY)
SORTS = ("registry", "year", "name", "size")
#: The attributes that have an option of their own: with what was treated, and who.
OWN_OPTIONS = ("cells", "origin", "route", "subtype")


class UnknownValueError(ValueError):
    """A value of a filter that no trial of the registry has."""


@dataclass(frozen=True, slots=True)
class TrialFilter:
    """What trials must be like; None for what was not asked, `any` for what does not matter."""

    design: str | None = None
    cells: str | None = None
    origin: str | None = None
    route: str | None = None
    subtype: str | None = None
    since: int | None = None
    #: Attributes with the value that they must have.
    where: tuple[tuple[str, str], ...] = ()
    #: Which trials by their judged trustworthiness: `exclude` or `only`.
    trust: str | None = None

    def filled_from(self, other: TrialFilter) -> TrialFilter:
        """This filter, with the other's criteria where it has none of its own."""
        own = {criterion.name: getattr(self, criterion.name) for criterion in fields(self)}
        return replace(other, **{name: value for name, value in own.items() if value not in (None, ())})

    def exclusion(self, trial: Trial) -> Exclusion | None:
        """Why a trial is not eligible, None where it is; what is not recorded never matches."""
        if self.design not in (None, ANY) and not _has_design(trial, str(self.design)):
            silent = (
                self.design != "controlled" and stated_attribute(trial, "design", "allocation").best is None
            )
            reason = f"not {self.design}" if self.design in ("controlled", "randomised") else "other design"
            return Exclusion("design", reason, "how they were allocated" if silent else None)
        asked = [(name, name, getattr(self, name)) for name in OWN_OPTIONS]
        asked += [("where", name, value) for name, value in self.where]
        for option, name, criterion in asked:
            recorded = attribute_values(trial, name)
            if criterion not in (None, ANY) and not _matches_recorded(criterion, recorded):
                return Exclusion(option, f"other {name}", None if recorded else f"which {name}")
        if self.trust is not None and (concern := distrust(trial, self.trust)):
            return concern
        year = trial.citation.year
        if self.since is not None and (year is None or year < self.since):
            return Exclusion(
                "since", f"before {self.since}", "when it was published" if year is None else None
            )
        return None


def distrust(trial: Trial, asked: str) -> Exclusion | None:
    """Why a trial's trustworthiness excludes it; None where it does not.

    `exclude` leaves out trials judged to raise serious concerns, and keeps those that nobody judged; `only` keeps those
    judged to raise none.
    """
    judged = trial.agreed_trust
    concern = judged.overall.concern if judged and judged.overall else None
    if asked == "exclude":
        return Exclusion("trust", f"of {SERIOUS}") if concern == SERIOUS else None
    if concern is None:
        return Exclusion("trust", "not judged")
    return Exclusion("trust", f"of {concern}") if concern != NO_CONCERNS else None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a trial is not eligible: by which option, and what the trial does not say where it is silent."""

    option: str
    reason: str
    unrecorded: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a registry: trials by id, outcomes by id, a time, and what trials must be like.

    Trials and outcomes stand in their order there, or as asked.
    """

    analysis: Analysis
    trials: tuple[str, ...]
    outcomes: tuple[str, ...]
    #: Only results at this time.
    at: Time | None = None
    #: What trials must be like; None where nobody asked, and a table may take the registry's own question.
    filter: TrialFilter | None = None
    #: Also what a table leaves out by itself.
    every: bool = False
    #: Also the number needed to treat, where a table has absolute effects.
    nnt: bool = False
    #: What the checks find in its trials, for tables that show it.
    trust_findings: Mapping[str, Sequence[TrustFinding]] | None = None
    #: Which trials are not there, in sentences.
    left_out: tuple[str, ...] = ()

    @classmethod
    def of_everything(cls, analysis: Analysis) -> Query:
        """Every trial and outcome of the registry."""
        return cls(analysis, tuple(analysis.registry.trials), tuple(analysis.registry.outcomes))

    @property
    def registry(self) -> Registry:
        """The registry that is asked."""
        return self.analysis.registry

    @property
    def records(self) -> dict[str, Trial]:
        """The trials by their ids."""
        return {name: self.registry.trials[name] for name in self.trials}

    @property
    def criteria(self) -> TrialFilter:
        """What trials must be like: nothing where nobody asked."""
        return self.filter or TrialFilter()

    @property
    def results(self) -> dict[str, tuple[AnalysedResult, ...]]:
        """Every result of the trials, by their ids, and what they count as a harm where they report nothing else."""
        from msc_evidence.analysis.harms import results_with_harms

        return {name: results_with_harms(self.analysis, name) for name in self.trials}

    @property
    def narrowed(self) -> bool:
        """Whether it is about some of the registry's outcomes only."""
        return set(self.outcomes) != set(self.registry.outcomes)


@dataclass(frozen=True, slots=True)
class EligibleTrials:
    """The trials that a question is about by id, and of each other one why it is not."""

    names: tuple[str, ...]
    excluded: Mapping[str, Exclusion]


def eligible_trials(registry: Registry, names: Iterable[str], trial_filter: TrialFilter) -> EligibleTrials:
    """Those of the trials named that a filter lets pass, in the order given."""
    exclusions = {name: trial_filter.exclusion(registry.trials[name]) for name in names}
    kept = tuple(name for name, why in exclusions.items() if why is None)
    return EligibleTrials(kept, {name: why for name, why in exclusions.items() if why is not None})


def exclusion_sentences(eligible: EligibleTrials, typed: TrialFilter, criteria: TrialFilter) -> Iterator[str]:
    """What the registry's question leaves out, with how to see it, and what the options do."""
    options = ("design", *OWN_OPTIONS)
    default = [
        name
        for name in options
        if getattr(typed, name) is None and getattr(criteria, name) not in (None, ANY)
    ]
    by_default = [why for why in eligible.excluded.values() if why.option in default]
    as_asked = [why for why in eligible.excluded.values() if why.option not in default]
    if by_default:
        see = " ".join(f"--{name} {ANY}" for name in default)
        them = "it" if len(by_default) == 1 else "them"
        left_out = f"{counted(len(by_default), 'trial')} left out by default ({exclusion_tally(by_default)})"
        yield f"{left_out}; to see {them}: {see}"
    if as_asked:
        yield f"{counted(len(as_asked), 'trial')} left out as asked ({exclusion_tally(as_asked)})"


def recognised_filter(registry: Registry, typed: TrialFilter) -> TrialFilter:
    """The filter in the registry's spelling; raises UnknownValueError for a value that no trial can or does have."""
    design = None if typed.design is None else british_spelling(typed.design).casefold()
    if design is not None and design not in DESIGNS:
        raise UnknownValueError(f"unknown design {quoted_value(typed.design)}{nearest_hint(design, DESIGNS)}")
    given = {name: _recorded_spelling(registry, name, getattr(typed, name)) for name in OWN_OPTIONS}
    where = tuple((name, str(_recorded_spelling(registry, name, value))) for name, value in typed.where)
    cells, origin, route, subtype = given.values()
    return replace(
        typed, design=design, cells=cells, origin=origin, route=route, subtype=subtype, where=where
    )


def _recorded_spelling(registry: Registry, name: str, typed: str | None) -> str | None:
    if typed is None or typed.casefold() == ANY:
        return typed and ANY
    value, known = british_spelling(typed), recorded_values(registry, name)
    if not _matches_recorded(value, known):
        hint = (
            nearest_hint(value, [*known, ANY]) if known else f"; no trial of this registry says which {name}"
        )
        raise UnknownValueError(f"unknown {name} {quoted_value(typed)}{hint}")
    return next(
        (recorded_value for recorded_value in known if recorded_value.casefold() == value.casefold()), value
    )


def exclusion_tally(excluded: Iterable[Exclusion]) -> str:
    """`9 other cells, 1 not controlled, 3 do not say which cells`.

    >>> silent = Exclusion("cells", "other cells", "which cells")
    >>> exclusion_tally([silent, Exclusion("design", "not controlled")])
    '1 not controlled, 1 does not say which cells'
    """
    counts = Counter(excluded)
    reasons = [f"{count} {why.reason}" for why, count in counts.items() if not why.unrecorded]
    silent = [
        f"{count} {'does' if count == 1 else 'do'} not say {why.unrecorded}"
        for why, count in counts.items()
        if why.unrecorded
    ]
    return ", ".join(reasons + silent)


def registry_question(registry: Registry) -> TrialFilter:
    """What is asked where nobody asks otherwise: the question of the registry's summary.

    Where it states no design, controlled trials; all designs where the registry has none of these.
    """
    stated = registry.summary
    design = stated.design if stated else None
    if design is None and any(map(is_controlled, registry.trials.values())):
        design = "controlled"
    if stated is None:
        return TrialFilter(design)
    return TrialFilter(design, stated.cells, stated.origin, stated.route, stated.subtype)


def answers_question(registry: Registry, names: Iterable[str], trial_filter: TrialFilter) -> bool:
    """Whether the registry's words for its question describe these trials and what was asked of them."""
    own = registry_question(registry)
    if trial_filter.where:
        return False
    for name in OWN_OPTIONS:
        criterion, described = getattr(trial_filter, name), getattr(own, name)
        if criterion is not None and _folded_value(criterion) != _folded_value(described):
            return False
    treated = replace(own, design=None)
    return all(treated.exclusion(registry.trials[name]) is None for name in names)


def recorded_values(registry: Registry, name: str) -> list[str]:
    """Every value that trials have for a filter of what was given, the most frequent first."""
    counts = Counter(value for trial in registry.trials.values() for value in attribute_values(trial, name))
    return [value for value, _ in counts.most_common()]


def is_controlled(trial: Trial) -> bool:
    """Whether the trial has a control arm of its own; one of several arms without roles counts as controlled."""
    roles = [arm.role for arm in trial.arms.values() if not arm.historical]
    single = len(roles) < 2 or trial.design.allocation == "single-arm"
    return not single and not all(role == "treatment" for role in roles)


def sorted_trials(registry: Registry, names: Iterable[str], sort: str) -> list[str]:
    """The names by the registry, by year, by name, or by size, largest first."""
    keys: dict[str, Callable[[str], tuple[float, str]]] = {
        "registry": lambda name: (0, ""),
        "year": lambda name: (registry.trials[name].citation.year or math.inf, ""),
        "name": lambda name: (0, registry.trials[name].shown_name(name).casefold()),
        "size": lambda name: (-_participants_analysed(registry.trials[name]), ""),
    }
    return sorted(names, key=keys[sort])


def narrowed_registry(query: Query) -> Registry:
    """The registry with only the trials and results asked for; what one result does to the others (Holm) is lost."""
    trials = {name: _narrowed_trial(trial, query) for name, trial in query.records.items()}
    return replace(query.registry, trials=trials)


def reported_times(trials: Iterable[Trial], outcomes: Sequence[str]) -> Iterator[Time]:
    """The time of every result of these outcomes that has one."""
    for trial in trials:
        for result in trial.results:
            if result.outcome in outcomes and isinstance(result.at, Time):
                yield result.at


def _narrowed_trial(trial: Trial, query: Query) -> Trial:
    if query.at is None and not query.narrowed:
        return trial
    results = [
        result
        for result in trial.results
        if result.outcome in query.outcomes and query.at in (None, result.at)
    ]
    return trial.model_copy(update={"results": results})


def _has_design(trial: Trial, design: str) -> bool:
    if design == "controlled":
        return is_controlled(trial)
    return stated_attribute(trial, "design", "allocation").best == design


def _matches_recorded(criterion: str, recorded: Iterable[str]) -> bool:
    """Whether a recorded value is what was asked for, or holds its words: BM-MSC is an MSC, non-MSC none."""
    words = _folded_words(criterion)
    values = list(recorded)
    if any(_folded_value(criterion) == _folded_value(value) for value in values):
        return True
    return bool(words) and any(words <= _folded_words(value) | _parts_of_words(value) for value in values)


def _folded_words(value: str) -> set[str]:
    return {british_spelling(word) for word in re.findall(r"[\w+.–-]+", value.casefold())}


def _parts_of_words(value: str) -> set[str]:
    """The parts of hyphenated words, but those of `non-`."""
    return {part for word in _folded_words(value) if not word.startswith("non-") for part in word.split("-")}


def _folded_value(value: str | None) -> str | None:
    return None if value in (None, ANY) else british_spelling(str(value)).casefold()


def _participants_analysed(trial: Trial) -> int:
    return sum(arm_size(trial, name) or 0 for name in trial.arms)
