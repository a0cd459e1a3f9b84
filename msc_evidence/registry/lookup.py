"""Trials and outcomes by whatever people call them: id, name, abbreviation, PMID, DOI, registration."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import nearest_hint, quoted_value

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
    matches = _ids_named(name, keys)
    return _single_match("trial", name, keys, [one for one in matches if trials[one].part_of not in matches])


def find_outcome(registry: Registry, name: str) -> str:
    """The id of the outcome with this id, name or abbreviation, in any case; raises as find_trial does."""
    keys = {
        outcome_id: [text for text in (outcome.name, outcome.short) if text]
        for outcome_id, outcome in registry.outcomes.items()
    }
    return _single_match("outcome", name, keys, _ids_named(name, keys))


def _trial_names(trial_id: str, trial: Trial) -> list[str]:
    cited = trial.citation
    registrations = trial.registration if isinstance(trial.registration, list) else []
    named = [trial.shown_name(trial_id), cited.pmid, cited.pmcid, cited.doi, *registrations]
    texts = [source for source in trial.sources.values() if source.kind in OWN_TEXTS]
    named += [number for source in texts for number in (source.pmid, source.doi)]
    return [name for name in named if name]


def _ids_named(name: str, keys: Mapping[str, Iterable[str]]) -> list[str]:
    """The id that equals the name, else the ids whose other names include it."""
    folded = _folded_name(name)
    by_id = [item_id for item_id in keys if _folded_name(item_id) == folded]
    return by_id or [item_id for item_id, names in keys.items() if folded in map(_folded_name, names)]


def _single_match(kind: str, name: str, keys: Mapping[str, Iterable[str]], matches: Sequence[str]) -> str:
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UnknownNameError(
            f"{quoted_value(name)} names more than one {kind}: {' and '.join(matches)}; give an id"
        )
    close = nearest_hint(name, [*keys, *(other_name for names in keys.values() for other_name in names)])
    hint = close if close.startswith("; did you mean") else nearest_hint(name, keys)
    raise UnknownNameError(f"unknown {kind} {quoted_value(name)}{hint}")


def _folded_name(name: str) -> str:
    plain = " ".join(name.split())
    return _LABEL.sub("", plain, count=1).casefold().rstrip("/") if _LABEL.match(plain) else plain.casefold()


def shown_names(trials: Mapping[str, Trial]) -> dict[str, str]:
    """The names of trials by their ids; two of one name have their id beside it."""
    names = {key: trial.shown_name(key) for key, trial in trials.items()}
    several = [name for name, count in Counter(names.values()).items() if count > 1]
    return {key: f"{name} ({key})" if name in several else name for key, name in names.items()}
