"""Risk of bias as a Cochrane data package tables it: a column of judgements and one of reasons for each domain."""

from __future__ import annotations

from collections.abc import Mapping

from msc_evidence.exchange.formats.robvis import COLUMNS, BiasRow, risk_named
from msc_evidence.exchange.study_rows import RowCells, each_row
from msc_evidence.registry.studies import StudyFile

_JUDGED, _SUPPORTED = "Domain (judgement): ", "Domain (support): "
#: RoB 2's domains by a word that its name has and no other's; older tools have other domains.
_WORDS = ("randomi", "deviation", "missing outcome", "measurement", "selection of the reported", "overall")
_ROB2: Mapping[str, str] = dict(zip(_WORDS, COLUMNS, strict=True))
#: What is no judgement.
_SILENT = ("not applicable", "not judged", "")


def is_review_bias(studies: StudyFile) -> bool:
    """Whether this is a package's table of risk of bias."""
    return "Study" in studies.header and any(name.startswith(_JUDGED) for name in studies.header)


def read_review_bias(studies: StudyFile) -> list[BiasRow]:
    """What each line judges: by RoB 2 where all its domains are there, else in the words of the table."""
    domains = {name: name.removeprefix(_JUDGED) for name in studies.header if name.startswith(_JUDGED)}
    keys = {name: _rob2_key(domain) for name, domain in domains.items()}
    whole = sorted(filter(None, keys.values())) == sorted(COLUMNS)
    return each_row(studies, lambda cells: _row(cells, domains, keys if whole else {}))


def _rob2_key(domain: str) -> str:
    folded = domain.casefold()
    return next((key for word, key in _ROB2.items() if word in folded), "")


def _row(cells: RowCells, domains: Mapping[str, str], keys: Mapping[str, str]) -> BiasRow:
    study = cells.text("Study")
    if not study:
        raise cells.error("Study", "Study is empty; every line needs its study")
    cell_words = {name: cells.text(name) for name in domains}
    given = {name: words for name, words in cell_words.items() if words.casefold() not in _SILENT}
    support = {name: cells.text(f"{_SUPPORTED}{domain}") for name, domain in domains.items()}
    line = cells.studies.lines[cells.row]
    if keys and set(given) >= {name for name, key in keys.items() if key}:
        judged = {key: (risk_named(cells, name), support[name]) for name, key in keys.items() if key}
        return BiasRow(line, study, "", judged)
    words = tuple(
        f"{domains[name].rstrip('?:')} {risk}" + (f" ({support[name]})" if support[name] else "")
        for name, risk in given.items()
    )
    return BiasRow(line, study, "", {}, words=words)
