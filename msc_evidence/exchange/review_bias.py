"""Risk of bias as a Cochrane data package tables it: a column of judgements and one of reasons for each domain."""

from __future__ import annotations

from collections.abc import Mapping

from msc_evidence.exchange.formats.robvis import OPTIONAL, BiasRow, risk_named
from msc_evidence.exchange.study_rows import RowCells, each_row
from msc_evidence.registry.risk_of_bias import OVERALL, ROB_1, ROB_2, Instrument
from msc_evidence.registry.studies import StudyFile

_JUDGED, _SUPPORTED = "Domain (judgement): ", "Domain (support): "
#: The domains of an instrument by a word that its name has there and no other's.
_WORDS: Mapping[Instrument, tuple[str, ...]] = {
    ROB_2: ("randomi", "deviation", "missing outcome", "measurement", "selection of the reported", "overall"),
    ROB_1: (
        "sequence generation", "allocation concealment", "participants and personnel", "outcome assessment",
        "incomplete outcome", "selective reporting", "other bias", "overall",
    ),
}  # fmt: skip
#: What is no judgement.
_SILENT = ("not applicable", "not judged", "")


def is_review_bias(studies: StudyFile) -> bool:
    """Whether this is a package's table of risk of bias."""
    return "Study" in studies.header and any(name.startswith(_JUDGED) for name in studies.header)


def read_review_bias(studies: StudyFile) -> list[BiasRow]:
    """What each line judges: by an instrument where all its domains are there, else in the words of the table."""
    domains = {name: name.removeprefix(_JUDGED) for name in studies.header if name.startswith(_JUDGED)}
    tool, keys = next(filter(None, (_keys(tool, domains) for tool in _WORDS)), (ROB_2, {}))
    return each_row(studies, lambda cells: _row(cells, domains, tool, keys))


def _keys(tool: Instrument, domains: Mapping[str, str]) -> tuple[Instrument, dict[str, str]] | None:
    """The columns of an instrument's domains with the keys of these; None where one that it needs is not there."""
    words = dict(zip(_WORDS[tool], (*tool.domains, OVERALL), strict=True))
    keys = {
        name: key
        for name, domain in domains.items()
        for word, key in words.items()
        if word in domain.casefold()
    }
    needed = {key for key in words.values() if tool is ROB_2 or key not in OPTIONAL}
    whole = needed <= set(keys.values()) and len(set(keys.values())) == len(keys) == len(domains)
    return (tool, keys) if whole else None


def _row(cells: RowCells, domains: Mapping[str, str], tool: Instrument, keys: Mapping[str, str]) -> BiasRow:
    study = cells.text("Study")
    if not study:
        raise cells.error("Study", "Study is empty; every line needs its study")
    cell_words = {name: cells.text(name) for name in domains}
    given = {name: words for name, words in cell_words.items() if words.casefold() not in _SILENT}
    support = {name: cells.text(f"{_SUPPORTED}{domain}") for name, domain in domains.items()}
    line = cells.studies.lines[cells.row]
    if keys and set(given) >= set(keys):
        judged = {key: (risk_named(cells, name, tool), support[name]) for name, key in keys.items()}
        return BiasRow(line, study, "", judged, tool)
    words = tuple(
        f"{domains[name].rstrip('?:')} {risk}" + (f" ({support[name]})" if support[name] else "")
        for name, risk in given.items()
    )
    return BiasRow(line, study, "", {}, words=words)
