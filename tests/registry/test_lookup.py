"""Trials and outcomes by the names people have for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msc_evidence.registry.loader import load, shipped_registry
from msc_evidence.registry.lookup import UnknownNameError, find_outcome, find_trial

REGISTRY = load(shipped_registry())


@pytest.mark.parametrize(
    ("name", "trial"),
    [
        ("BANG-2005", "bang-2005"),
        ("bang  2005", "bang-2005"),
        ("Isis-Hermes", "jaillard-2020"),
        ("15929052", "bang-2005"),
        ("PMID: 15929052", "bang-2005"),
        ("https://pubmed.ncbi.nlm.nih.gov/15929052/", "bang-2005"),
        ("10.1002/ANA.20501", "bang-2005"),
        ("doi:10.1002/ana.20501", "bang-2005"),
        ("https://doi.org/10.1002/ana.20501", "bang-2005"),
        ("nct02961504", "houkin-2024"),
        ("NCT01716481", "chung-2021"),  # as is that of Lee 2022, a subset of its participants
    ],
)
def test_a_trial_answers_to_all_its_names(name: str, trial: str) -> None:
    assert find_trial(REGISTRY, name) == trial


@pytest.mark.parametrize("name", ["mrs", "MRS", "mRS", "modified rankin scale"])
def test_an_outcome_answers_to_all_its_names(name: str) -> None:
    assert find_outcome(REGISTRY, name) == "mrs"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Chung 2020", "unknown trial 'Chung 2020'; did you mean 'Chung 2021'?"),
        ("zzz", "unknown trial 'zzz'; known: bang-2005, chung-2021"),
    ],
)
def test_what_no_trial_is_called(name: str, said: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        find_trial(REGISTRY, name)
    assert str(error.value).startswith(said)


def test_a_name_that_two_share_is_ambiguous() -> None:
    registry = replace(REGISTRY, trials={**REGISTRY.trials, "again": REGISTRY.trials["bang-2005"]})
    with pytest.raises(
        UnknownNameError, match="'Bang 2005' names more than one trial: bang-2005 and again; give an id"
    ):
        find_trial(registry, "Bang 2005")
    assert find_trial(registry, "bang-2005") == "bang-2005"
