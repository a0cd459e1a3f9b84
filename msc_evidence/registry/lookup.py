"""Trials and outcomes by whatever people call them: id, name, abbreviation, PMID, DOI, registration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Outcome, Trial
from msc_evidence.registry.problems import nearest, shown

#: Sources that are the publication of the trial itself; a review of several trials identifies none.
OWN_TEXTS = ("abstract", "full text", "preprint")
#: What stands before an identifier where it is copied from a page.
_LABEL = re.compile(
    r"(?:https?://)?(?:(?:dx\.)?doi\.org/|(?:www\.)?pubmed\.(?:ncbi\.nlm\.nih\.)?gov/)"
    r"|(?:pmid|doi|registration)\b\s*:?\s*"
    r"|(?:EudraCT|EUCTR|CTIS|EU[ -]?CT)\s?(?=\d)",
    re.IGNORECASE,
)


class UnknownNameError(ValueError):
    """A name that nothing in the registry has, or that several have."""


def find_trial(registry: Registry, name: str) -> str:
    """The id of the trial with this id, name, PMID, PMCID, DOI or registration, in any case.

    What a trial shares with a subset of its participants is the trial's. Raises UnknownNameError where there is no
    such trial, or more than one.
    """
    trials = registry.trials
    keys = {trial_id: _trial_names(trial_id, trial) for trial_id, trial in trials.items()}
    found = _matching(name, keys)
    return _only("trial", name, keys, [each for each in found if trials[each].part_of not in found])


def find_outcome(registry: Registry, name: str) -> str:
    """The id of the outcome with this id, name or abbreviation, in any case; raises as find_trial does."""
    keys = {outcome_id: _outcome_names(outcome) for outcome_id, outcome in registry.outcomes.items()}
    return _only("outcome", name, keys, _matching(name, keys))


def _trial_names(trial_id: str, trial: Trial) -> list[str]:
    cited = trial.citation
    named = [trial.shown_name(trial_id), cited.pmid, cited.pmcid, cited.doi, *_registrations(trial)]
    texts = [source for source in trial.sources.values() if source.kind in OWN_TEXTS]
    named += [number for source in texts for number in (source.pmid, source.doi)]
    return [name for name in named if name]


def _registrations(trial: Trial) -> Iterator[str]:
    if isinstance(trial.registration, list):
        yield from trial.registration


def _outcome_names(outcome: Outcome) -> list[str]:
    return [name for name in (outcome.name, outcome.short) if name]


def _matching(name: str, keys: Mapping[str, Iterable[str]]) -> list[str]:
    """The id that is the name, else those that have such a name."""
    wanted = _folded(name)
    by_id = [each for each in keys if _folded(each) == wanted]
    return by_id or [each for each, names in keys.items() if wanted in map(_folded, names)]


def _only(kind: str, name: str, keys: Mapping[str, Iterable[str]], found: Sequence[str]) -> str:
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownNameError(f"{shown(name)} names more than one {kind}: {' and '.join(found)}; give an id")
    close = nearest(name, [*keys, *(each for names in keys.values() for each in names)])
    hint = close if close.startswith("; did you mean") else nearest(name, keys)
    raise UnknownNameError(f"unknown {kind} {shown(name)}{hint}")


def _folded(name: str) -> str:
    plain = " ".join(name.split())
    return _LABEL.sub("", plain, count=1).casefold().rstrip("/") if _LABEL.match(plain) else plain.casefold()
