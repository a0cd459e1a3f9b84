"""The list of references: every report of a study, each document once, numbered as the report numbers them."""

from __future__ import annotations

from pathlib import Path

import pytest

import msc_evidence
from msc_evidence.analysis.filters import Query, eligible_trials, registry_question
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import Registry, load
from msc_evidence.tables.report import report_evidence
from msc_evidence.tables.review import table_named
from msc_evidence.tables.review.references import numbered_references
from msc_evidence.tables.table import Line

REGISTRY = """\
registry: 1
outcomes: {}
trials:
  doe-2022:
    part-of: doe-2020
    citation: {authors: [Doe J], title: Images., journal: J Example, year: 2022, doi: 10.1000/images}
    registration: [NCT00000001, DRKS00000002]
    design: {}
    participants: {}
    arms: {a: {}}
    sources: {abstract: {kind: abstract, doi: 10.1000/images}, protocol: {kind: protocol, pmid: 22}}
  lone-2019:
    name: LONE
    citation: {year: 2019}
    registration: not reported
    design: {}
    participants: {}
    arms: {a: {}}
    sources: {page: {kind: press report, citation: A company, url: "javascript:alert(1)"}}
  doe-2020:
    citation:
      authors: [Doe J, Roe R]
      title: A trial of cells
      journal: J Example
      year: 2020
      volume: 5
      issue: 2
      pages: 1-9
      doi: 10.1000/whole
      pmid: 20
      pmcid: PMC20
    registration: [NCT00000001]
    design: {}
    participants: {}
    arms: {a: {}}
    sources:
      abstract: {kind: abstract, doi: 10.1000/whole}
      full-text: {kind: full text, url: "https://example.org/whole"}
      register: {kind: trial registration, citation: NCT00000001}
      review: {kind: secondary report, citation: "A review 2021;1:1", doi: 10.1000/review}
"""
DESIGN, PART = "included, design only", "Doe 2022 (part of Doe 2020)"
WHOLE = "Doe J, Roe R. A trial of cells. J Example. 2020;5(2):1-9"


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    file = tmp_path / "registry.yaml"
    file.write_text(REGISTRY, encoding="utf-8")
    return load(file)


def test_a_page_lists_each_document_once(registry: Registry) -> None:
    made = table_named("references").page_table(Query.of_everything(Analysis(registry)))
    assert [tuple(row[key] for key in made.keys) for row in made.rows] == [
        (DESIGN, "1.", "Doe 2020", "publication", f"{WHOLE}. doi: 10.1000/whole; PMID: 20; PMCID: PMC20"),
        (DESIGN, "1.", "Doe 2020", "trial registration", "NCT00000001. https://clinicaltrials.gov/study/NCT00000001"),
        (DESIGN, "1.", "Doe 2020", "full text", "https://example.org/whole"),
        (DESIGN, "1.", "Doe 2020", "secondary report", "A review 2021;1:1. doi: 10.1000/review"),
        (DESIGN, "2.", PART, "publication",
         "Doe J. Images. J Example. 2022. Not seen: volume, pages. doi: 10.1000/images"),
        (DESIGN, "2.", PART, "trial registration", "DRKS00000002. https://drks.de/search/en/trial/DRKS00000002"),
        (DESIGN, "2.", PART, "protocol", "PMID: 22"),
        ("ongoing or unpublished", "3.", "LONE", "publication", "2019, no publication recorded"),
        ("ongoing or unpublished", "3.", "LONE", "press report", "A company. javascript:alert(1)"),
    ]  # fmt: skip


def test_a_year_that_is_to_do_is_named_as_not_recorded(tmp_path: Path) -> None:
    file = tmp_path / "registry.yaml"
    file.write_text(REGISTRY.replace("year: 2022", "year: to do").replace("year: 2019", "year: to do"))
    made = table_named("references").page_table(Query.of_everything(Analysis(load(file))))
    said = [row["reference"] for row in made.rows if row["kind"] == "publication"]
    assert said[1:] == [
        "Doe J. Images. J Example. Not seen: year, volume, pages. doi: 10.1000/images",
        "no publication recorded",
    ]


def test_trials_that_the_question_leaves_out_stand_at_the_end_with_the_reason() -> None:
    """PRISMA 2020, item 16b (BMJ 372:n71): those that might appear to meet the criteria, and why they do not."""
    shipped = msc_evidence.load()
    asked = registry_question(shipped)
    names = eligible_trials(shipped, shipped.trials, asked).names
    made = table_named("references").page_table(
        Query(Analysis(shipped), names, tuple(shipped.outcomes), filter=asked)
    )
    lists = list(dict.fromkeys(row["list"] for row in made.rows))
    assert lists[:2] == ["included", "included, design only"]
    assert lists[2:] == ["excluded, with the reason"]
    excluded = [str(row["study"]) for row in made.rows if row["list"] == lists[2]]
    assert {name.partition(": ")[2] for name in excluded} == {
        *("other cells", "not controlled", "other subtype"),
    }
    assert excluded == sorted(excluded, key=lambda study: study.partition(": ")[0].casefold())
    included = [str(row["study"]).casefold() for row in made.rows if row["list"] == "included"]
    whole = [name for name in included if "part of" not in name]
    assert whole == sorted(whole)


def test_a_pipeline_gets_every_source_and_what_identifies_it(registry: Registry) -> None:
    made = table_named("references").table(Query.of_everything(Analysis(registry)))
    whole = [row for row in made.rows if row["trial"] == "doe-2020"]
    assert [(row["report"], row["kind"], row["source"]) for row in whole] == [
        (1, "publication", None),
        (2, "trial registration", "register"),
        (3, "abstract", "abstract"),
        (4, "full text", "full-text"),
        (5, "secondary report", "review"),
    ]
    assert [whole[0][key] for key in ("doi", "pmid", "pmcid")] == ["10.1000/whole", "20", "PMC20"]
    assert [row["part_of"] for row in made.rows if row["trial"] == "doe-2022"] == ["doe-2020"] * 5
    assert {key for row in made.rows for key in row} <= set(made.keys)


def test_a_subset_follows_its_trial_wherever_both_are_chosen(registry: Registry) -> None:
    def listed(*names: str) -> list[tuple[int, str]]:
        return [(each.number, each.trial) for each in numbered_references(registry, names)]

    assert listed("doe-2022", "doe-2020") == [(1, "doe-2020"), (2, "doe-2022")]
    assert listed("doe-2022", "lone-2019") == [(1, "doe-2022"), (2, "lone-2019")]
    alone = table_named("references").page_table(Query(Analysis(registry), ("doe-2022",), ()))
    assert [row["kind"] for row in alone.rows] == ["publication", *["trial registration"] * 2, "protocol"]


def test_trials_that_are_parts_of_each_other_are_listed_too(tmp_path: Path) -> None:
    trial = (
        "citation: {year: 2020}, design: {}, participants: {}, arms: {x: {}}, sources: {s: {kind: abstract}}"
    )
    file = tmp_path / "circle.yaml"
    file.write_text(
        "registry: 1\ntrials:\n"
        + "".join(f"  {name}: {{part-of: {whole}, {trial}}}\n" for name, whole in ("ab", "ba", "ca", "dc")),
        encoding="utf-8",
    )
    circle = load(file)
    assert sorted(each.trial for each in numbered_references(circle)) == ["a", "b", "c", "d"]
    assert [each.number for each in numbered_references(circle)] == [1, 2, 3, 4]


def test_an_address_that_could_act_is_no_link(registry: Registry) -> None:
    (lone,) = numbered_references(registry, ["lone-2019"])
    assert [link.address for source in lone.sources for link in source.links] == [None]


def test_a_terminal_shows_a_list(registry: Registry) -> None:
    lines = [
        block.text
        for block in table_named("references").screen(Query.of_everything(Analysis(registry))).blocks
        if isinstance(block, Line)
    ]
    assert lines[0] == "Included, design only:"
    assert lines[1].startswith(f"  1.  Doe 2020. {WHOLE}")
    assert lines[2].startswith("     ·  trial registration: NCT00000001")


def test_the_characteristics_close_with_the_publications(registry: Registry) -> None:
    notes = (
        table_named("characteristics")
        .page_table(Query(Analysis(registry), ("doe-2020", "lone-2019"), ()))
        .notes
    )
    assert notes == (
        "References to studies included:",
        f"1. Doe 2020. {WHOLE}. doi: 10.1000/whole; PMID: 20; PMCID: PMC20",
        "2. LONE. 2019, no publication recorded",
    )


def test_a_report_has_one_list_of_references() -> None:
    shipped = msc_evidence.load()
    made = report_evidence(Query.of_everything(Analysis(shipped)))
    assert "references" not in [part.name for part in made.parts]
    assert not [note for part in made.parts for note in part.table.notes if "References to studies" in note]
    assert {each.trial for each in made.references} == set(shipped.trials)


def test_every_shipped_trial_and_source_is_in_the_list() -> None:
    shipped = msc_evidence.load()
    rows = table_named("references").table(Query.of_everything(Analysis(shipped))).rows
    found = {(row["trial"], row["source"]) for row in rows if row["source"]}
    assert found == {(name, key) for name, trial in shipped.trials.items() for key in trial.sources}
