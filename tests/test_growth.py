"""A file twice as long takes twice the work of whatever reads it, and a field that is one long run is read at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest

from msc_evidence.checks.registration.tables import PostedTables
from msc_evidence.exchange.importing import imported
from msc_evidence.reading.ctgov.study import read_registrations
from msc_evidence.reading.tables.article import article_tables
from msc_evidence.reading.texts.pages import article_of_page
from msc_evidence.registry.loader import load
from msc_evidence.registry.problems import RegistryError

CallsMade = Callable[[Callable[[], object]], int]
POSTED = json.loads((Path(__file__).parent / "exchange/data/NCT99900099.json").read_text(encoding="utf-8"))
#: A field of this many signs: looked at anew from every one of them it would take many minutes.
LENGTH = 100_000
FEW = 8


def ris(field: str, times: int) -> str:
    return (
        f"TY  - JOUR\nTI  - {field}\nAU  - {field}\nPY  - 2020\nSP  - {field}\nDO  - {field}\nER  - \n"
        * times
    )


def bibtex(field: str, times: int) -> str:
    bare = field.translate({ord(sign): None for sign in "{}"})
    fields = ", ".join(f"{key} = {{{bare}}}" for key in ("title", "author", "pages", "doi", "year", "pmid"))
    return "".join(f"@article{{k{number}, {fields}}}\n" for number in range(times))


def studies(field: str, times: int) -> str:
    quoted = '"{}"'.format(field.replace('"', '""'))
    return "study,ai,n1i,ci,n2i,note\n" + "".join(
        f"s{number},1,20,3,20,{quoted}\n" for number in range(times)
    )


def judgements(field: str, times: int) -> str:
    quoted = '"{}"'.format(field.replace('"', '""'))
    rows = (f"s{number},Low,Low,Low,High,Low,High,{quoted}\n" for number in range(times))
    return "Study,D1,D2,D3,D4,D5,Overall,Weight\n" + "".join(rows)


def registration(field: str, times: int) -> str:
    record = json.loads(json.dumps(POSTED))
    outcomes = record["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"]
    first = outcomes[0] | {"title": field, "timeFrame": field, "description": field, "unitOfMeasure": field}
    record["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"] = [
        *outcomes,
        *(first | {"title": f"{field} {number}"} for number in range(times)),
    ]
    registered = record["protocolSection"]["outcomesModule"]["primaryOutcomes"]
    registered += [{"measure": field, "timeFrame": field}] * times
    return json.dumps(record)


def table(field: str, times: int) -> str:
    shown = escape(field)
    rows = f"<tr><td>{shown}</td><td>1 ± 2 {shown}</td><td>3 (20)</td><td>{shown}</td></tr>" * times
    head = f"<tr><th>{shown}</th><th>A (n=10)</th><th>B (n=11) {shown}</th><th>p</th></tr>"
    return (
        f"<article><body><table-wrap><label>Table 1</label><caption><p>{shown}</p></caption><table><thead>{head}"
        f"</thead><tbody>{rows}</tbody></table></table-wrap></body></article>"
    )


def page(field: str, times: int) -> str:
    return f"<html><body>{f'<h2>{escape(field)}</h2><p>{escape(field)}</p>' * times}</body></html>"


def registry(field: str, times: int) -> str:
    written = json.dumps(field)
    trial = (
        f"    citation: {{title: {written}, doi: {written}, pmid: {written}}}\n    registration: [{written}]\n"
        "    design: {allocation: randomised}\n    participants: {enrolled: 30}\n"
        "    arms: {msc: {role: treatment, n: 15}, control: {role: control, n: 15}}\n"
        f"    results:\n      - {{outcome: mrs, at: 3 mo, p: {written}}}\n"
        f"    sources: {{abstract: {{kind: abstract, figures: [{written}]}}}}\n"
    )
    head = "registry: 1\noutcomes:\n  mrs: {name: m, type: ordinal, range: [0, 6], better: lower}\ntrials:\n"
    return head + "".join(f"  t{number}:\n{trial}" for number in range(times))


def imports(name: str, text: str) -> None:
    with suppress(RegistryError):
        imported(Path(name), text.encode(), name)


def loads(folder: Path, text: str) -> None:
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    with suppress(RegistryError):
        load(folder / "r.yaml")


def posted(text: str) -> None:
    for study in read_registrations(text, "NCT.json"):
        tables = PostedTables(study)
        assert tables.outcomes is not None
        assert tables.analyses is not None


READERS: dict[str, tuple[Callable[[str, int], str], Callable[[str, Path], Any]]] = {
    "ris": (ris, lambda text, _: imports("x.ris", text)),
    "bibtex": (bibtex, lambda text, _: imports("x.bib", text)),
    "studies": (studies, lambda text, _: imports("x.csv", text)),
    "judgements": (judgements, lambda text, _: imports("rob.csv", text)),
    "registration": (registration, lambda text, _: imports("NCT.json", text)),
    "posted": (registration, lambda text, _: posted(text)),
    "table": (table, lambda text, _: article_tables(ElementTree.fromstring(text))),
    "page": (page, lambda text, _: article_of_page(text)),
    "registry": (registry, lambda text, folder: loads(folder, text)),
}


@pytest.mark.parametrize(
    "piece", [" ", "\n", "1", "a", "(", "%", "_", "-", "a ", "1,", "1 month ", "n=", "a-"]
)
@pytest.mark.parametrize("name", READERS)
def test_one_long_field_is_read_or_refused_at_once(name: str, piece: str, tmp_path: Path) -> None:
    write, read = READERS[name]
    read(write((piece * LENGTH)[:LENGTH], 1), tmp_path)


@pytest.mark.parametrize("name", READERS)
def test_twice_as_many_records_take_twice_the_work(name: str, calls_made: CallsMade, tmp_path: Path) -> None:
    write, read = READERS[name]
    few, many = (partial(read, write("12 mo (30%)", times), tmp_path) for times in (FEW, 2 * FEW))
    few()
    assert calls_made(many) <= 2.2 * calls_made(few)


@pytest.mark.parametrize("name", READERS)
def test_a_field_twice_as_long_takes_at_most_twice_the_work(
    name: str, calls_made: CallsMade, tmp_path: Path
) -> None:
    write, read = READERS[name]
    short, long = (partial(read, write("1 month, n=3 (4%) and " * times, 1), tmp_path) for times in (50, 100))
    short()
    assert calls_made(long) <= 2.2 * calls_made(short)
