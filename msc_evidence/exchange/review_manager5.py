"""What Review Manager 5 wrote, `.rm5` and its export of data and analyses, as the data rows of its successor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from msc_evidence.reading.texts.xml import UnreadableText, parsed
from msc_evidence.registry.problems import Place, Problem, RegistryError
from msc_evidence.registry.review_rows import AnalysisSettings, measure_named, pool_model, row_kind
from msc_evidence.registry.studies import StudyFile

if TYPE_CHECKING:
    from msc_evidence.registry.review_rows import AnalysisKey

#: Bytes of an .rm5 file; the longest reviews have a tenth of it.
LARGEST = 64 << 20
_ROOT, _ENCODING = b"<COCHRANE_REVIEW", re.compile(rb"""<\?xml[^>]*?\sencoding=["']([\w.-]+)["']""")
#: The attributes of a study's data by the column that they are.
_ATTRIBUTES = {
    "EVENTS_1": "Experimental cases", "TOTAL_1": "Experimental N", "MEAN_1": "Experimental mean",
    "SD_1": "Experimental SD", "EVENTS_2": "Control cases", "TOTAL_2": "Control N", "MEAN_2": "Control mean",
    "SD_2": "Control SD", "O_E": "O-E", "VAR": "Variance", "ESTIMATE": "GIV Mean", "SE": "GIV SE",
    "EFFECT_SIZE": "Mean", "CI_START": "CI start", "CI_END": "CI end",
}  # fmt: skip
#: Which of these each kind of analysis means by its own; RevMan writes a standard error and a variance of any effect.
_OF_EVERY = ("TOTAL_1", "TOTAL_2", "EFFECT_SIZE", "CI_START", "CI_END")
_OF_KIND = {
    "DICH": ("EVENTS_1", "EVENTS_2"),
    "CONT": ("MEAN_1", "SD_1", "MEAN_2", "SD_2"),
    "IV": ("ESTIMATE", "SE"),
    "IPD": ("EVENTS_1", "EVENTS_2", "O_E", "VAR"),
}
_HEADER = (
    *("Analysis group", "Analysis number", "Analysis name", "Subgroup", "Study", "Study year"),
    *_ATTRIBUTES.values(),
)
_DATA = re.compile(r"<(?:DICH|CONT|IV|IPD)_DATA[\s/>]")


@dataclass(frozen=True, slots=True)
class Review:
    """The data rows of a review, and the settings of its analyses."""

    rows: StudyFile
    settings: Mapping[AnalysisKey, AnalysisSettings]


def is_rm5(raw: bytes) -> bool:
    """Whether these bytes begin a file of Review Manager 5."""
    return _ROOT in raw[:4096]


def read_rm5(raw: bytes, name: str) -> Review:
    """The data rows of an .rm5 file; raises RegistryError where its XML is malformed, hostile or without data."""
    if len(raw) > LARGEST:
        raise _refused(name, "larger than any review; not read")
    declared = _ENCODING.match(raw.lstrip(b"\xef\xbb\xbf \t\r\n"))
    try:
        text = raw.decode(declared[1].decode("ascii") if declared else "utf-8-sig")
        root = parsed(text.removeprefix("\ufeff"))
    except (UnicodeDecodeError, LookupError):
        raise _refused(name, "not in the encoding that it names") from None
    except (UnreadableText, RecursionError) as error:
        raise _refused(name, str(error)) from None
    studies = {each.get("ID", ""): each for each in root.iter("STUDY")}
    found = list(_analyses(root, studies))
    rows = tuple(row for _, _, own in found for row in own)
    if not rows:
        raise _refused(name, "a review without data of two arms")
    lines = _lines(text, len(rows))
    settings = {key: analysis for key, analysis, _ in found}
    return Review(StudyFile(name, _HEADER, rows, lines, table=False), settings)


_Rows = list[Mapping[str, str]]


def _analyses(
    root: Element, studies: Mapping[str, Element]
) -> Iterator[tuple[AnalysisKey, AnalysisSettings, _Rows]]:
    """The analyses of two arms in the order of the file, each with its rows."""
    for comparison in root.iter("COMPARISON"):
        for outcome in comparison:
            word = outcome.tag.removesuffix("_OUTCOME")
            if word not in _OF_KIND:
                continue
            key = comparison.get("NO", ""), outcome.get("NO", "")
            measure = measure_named(outcome.get("EFFECT_MEASURE", ""))
            how = pool_model(outcome.get("METHOD", ""), outcome.get("RANDOM", ""))
            printed = tuple(outcome.get(name, "") for name in ("EFFECT_SIZE", "CI_START", "CI_END"))
            level = outcome.get("CI_STUDY") or "95"
            analysis = AnalysisSettings(row_kind(word), measure, level, how, printed)
            head = dict(zip(_HEADER, (*key, _text(outcome, "NAME")), strict=False))
            yield key, analysis, [row | head for row in _rows(outcome, word, studies)]


def _rows(outcome: Element, word: str, studies: Mapping[str, Element]) -> Iterator[dict[str, str]]:
    for subgroup, entry in _entries(outcome, f"{word}_DATA", f"{word}_SUBGROUP"):
        study = studies.get(entry.get("STUDY_ID", ""), entry)
        cells = {_ATTRIBUTES[name]: entry.get(name, "") for name in (*_OF_EVERY, *_OF_KIND[word])}
        label = study.get("NAME", "") or entry.get("STUDY_ID", "")
        labelled: dict[str, str] = {"Subgroup": subgroup, "Study": label, "Study year": study.get("YEAR", "")}
        yield dict.fromkeys(_HEADER, "") | labelled | cells


def _entries(outcome: Element, data: str, subgroup: str) -> Iterator[tuple[str, Element]]:
    for child in outcome:
        if child.tag == data:
            yield "", child
        elif child.tag == subgroup:
            yield from ((_text(child, "NAME"), entry) for entry in child.iterfind(data))


def _text(element: Element, name: str) -> str:
    return " ".join("".join(found.itertext()).split()) if (found := element.find(name)) is not None else ""


def _lines(text: str, count: int) -> tuple[int, ...]:
    """The line of each entry of data, as they follow each other; all 1 where a comment hides another."""
    lines, line, at = [], 1, 0
    for found in _DATA.finditer(text):
        line += text.count("\n", at, found.start())
        at = found.start()
        lines.append(line)
    return tuple(lines) if len(lines) == count else (1,) * count


def _refused(name: str, message: str) -> RegistryError:
    return RegistryError([Problem(Place(name), message)])


#: The columns of RevMan 5's export by those of its successor.
_COLUMNS = {
    "Comparison Number": "Analysis group", "Outcome Number": "Analysis number", "Name": "Study",
    "Year of study": "Study year", "Events 1": "Experimental cases", "Total 1": "Experimental N",
    "Mean 1": "Experimental mean", "SD 1": "Experimental SD", "Events 2": "Control cases", "Total 2": "Control N",
    "Mean 2": "Control mean", "SD 2": "Control SD", "Effect Estimate": "Mean", "CI Start": "CI start",
    "CI End": "CI end",
}  # fmt: skip
_NUMBERS = ("Comparison Number", "Outcome Number", "Subgroup Number")


#: How a file of the program before RevMan 5 begins, and what to do with it.
REVMAN_4 = "METAVIEW:"
OF_REVMAN_4 = "a file of RevMan 4; open it in Review Manager 5 and save it as .rm5"


def is_revman5_table(studies: StudyFile) -> bool:
    """Whether this is RevMan 5's export of data and analyses."""
    return {*_NUMBERS, "Name", "Data Type"} <= set(studies.header)


def read_revman5_table(table: StudyFile) -> Review:
    """The data rows of RevMan 5's export; headings of comparisons, outcomes and subgroups are no studies."""
    settings: dict[AnalysisKey, AnalysisSettings] = {}
    names: dict[tuple[str, ...], str] = {}
    kept: list[tuple[int, dict[str, str]]] = []
    for row, line in zip(table.rows, table.lines, strict=True):
        comparison, outcome, subgroup = numbers = tuple(row[name] for name in _NUMBERS)
        if numbers not in names:
            names[numbers] = row["Name"]
            if row["Data Type"] and (comparison, outcome) not in settings:
                measure = measure_named(row.get("Effect Measure", ""))
                how = pool_model(row.get("Statistical Method", ""), row.get("Analysis Model", ""))
                printed = tuple(row.get(name, "") for name in ("Effect Estimate", "CI Start", "CI End"))
                settings[comparison, outcome] = AnalysisSettings(
                    row_kind(row["Data Type"]), measure, model=how, pooled=printed
                )
            continue
        named = {
            "Analysis name": names.get((comparison, outcome, "0"), ""),
            "Subgroup": names[numbers] if subgroup != "0" else "",
        }
        kept.append((line, {_COLUMNS.get(key, key): cell for key, cell in row.items()} | named))
    if not kept:
        raise _refused(table.file, "headings alone, no study below them")
    renamed = table.renamed(_COLUMNS)
    rows, lines = tuple(row for _, row in kept), tuple(line for line, _ in kept)
    header = (*renamed.header, "Analysis name", "Subgroup")
    return Review(replace(renamed, header=header, rows=rows, lines=lines), settings)
