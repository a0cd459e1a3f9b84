"""Cells of a user's file that hold several numbers, such as `0.80 (0.60-1.07)`, read apart."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from msc_evidence.registry.problems import quoted_value
from msc_evidence.registry.studies import StudyFile
from msc_evidence.registry.study_numbers import is_missing

_NUMBER = r"([-+−–]?(?:[0-9]+[.,·]?[0-9]*|[.·][0-9]+))"
_RANGE = rf"{_NUMBER}\s*(?:to|bis|[-–—−;]|,(?=\s))\s*{_NUMBER}"
_INTERVAL = re.compile(rf"[(\[]?\s*(?:95\s*%\s*CI:?\s*)?{_RANGE}\s*[)\]]?", re.IGNORECASE)
_WITH_INTERVAL = re.compile(rf"{_NUMBER}\s*[(\[,;]\s*(?:95\s*%\s*CI:?\s*)?{_RANGE}\s*[)\]]?", re.IGNORECASE)
_MEAN_AND_SPREAD = re.compile(rf"{_NUMBER}\s*(?:±|\+/-|\+-)\s*{_NUMBER}")
#: What says in a column's name that it holds intervals, with the level and brackets around it.
_OF_INTERVAL = re.compile(r" ?[(\[]? ?([0-9]{2} ?%?)? ?\b(?:CI|confidence interval)\b ?[)\]]?", re.IGNORECASE)


def with_cells_apart(studies: StudyFile, estimates: Container[str]) -> StudyFile:
    """The file with a column for each number of intervals, and of estimates with their intervals.

    A column is read apart whose name says that it holds intervals or is one of `estimates`, and whose cells all do.
    """
    for column in studies.header:
        words = " ".join(column.replace("_", " ").split())
        says_interval = _OF_INTERVAL.search(words)
        if says_interval is None and column.casefold() not in estimates:
            continue
        level = (says_interval[1] or "") if says_interval else ""
        limits = [f"{level} CI {end}".strip() for end in ("lower", "upper")]
        name = _OF_INTERVAL.sub("", words).strip()
        for pattern, names in ((_INTERVAL, limits), (_WITH_INTERVAL, [name or "estimate", *limits])):
            if says_interval is None and pattern is _INTERVAL:
                continue
            parts = _parts(studies, column, pattern)
            if parts and not {*names} & {*studies.header} - {column}:
                studies = studies.apart(column, names, parts)
                break
    return studies


def spreads_hint(studies: StudyFile) -> str:
    """Into what columns of means beside their SDs must be split; "" without such columns."""
    for column in studies.header:
        if _parts(studies, column, _MEAN_AND_SPREAD):
            cell = next(cell for cell in studies.text_column(column) if not is_missing(cell))
            arms = f"{quoted_value(f'{column} mean')} and {quoted_value(f'{column} SD')} (or SE)"
            return f"{column} holds two numbers ({cell}): split it into {arms}"
    return ""


def _parts(studies: StudyFile, column: str, pattern: re.Pattern[str]) -> Sequence[Sequence[str]]:
    """The numbers of each cell, none where it is missing; nothing where a cell holds anything else."""
    cells = studies.text_column(column)
    found = [pattern.fullmatch(cell) for cell in cells]
    if not any(found) or not all(match or is_missing(cell) for match, cell in zip(found, cells, strict=True)):
        return []
    return [match.groups() if match else [""] * pattern.groups for match in found]
