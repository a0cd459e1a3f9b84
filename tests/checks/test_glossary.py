"""The glossary: each word once, and the kinds of cells of the shipped registry among them."""

from __future__ import annotations

from msc_evidence.checks.glossary import GLOSSARY, glossary_term
from msc_evidence.registry.loader import load, shipped_registry


def test_each_word_is_explained_once() -> None:
    names = [name.casefold() for term in GLOSSARY for name in term.names]
    assert sorted(set(names)) == sorted(names)
    assert all(term.meaning.endswith(".") and term.subject for term in GLOSSARY)


def test_the_cells_of_the_shipped_registry_are_explained() -> None:
    arms = [arm for trial in load(shipped_registry()).trials.values() for arm in trial.arms.values()]
    types = {part for arm in arms if arm.cells and arm.cells.type for part in arm.cells.type.split("/")}
    assert {word for word in types if glossary_term(word) is None} == set()
