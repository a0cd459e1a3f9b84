"""The record against the figures of its sources: whatever number is changed, an error stands at its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks import msc6_sources
from msc_evidence.checks.rule import Hit
from msc_evidence.checks.run import run_checks
from msc_evidence.reading.fingerprint import fingerprint
from msc_evidence.registry.document import Document
from msc_evidence.registry.loader import load, shipped_registry
from msc_evidence.registry.numbers import recorded_numbers
from msc_evidence.registry.problems import RegistryError
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.rewrite import NewFingerprint, figures_seal, with_fingerprints

Case = Callable[[str, ModuleType], tuple[set[object], set[object]]]


def found_in(body: str, case: Case) -> None:
    found, expected = case(body, msc6_sources)
    assert found == expected


FIGURES = "figures: [30, five, 25, 1e8, p 0.011, p 0.110, 3 mo, 6 mo, 28-83, 43.6%, 2:1, class III]"
RECORDED = """\
design: {ratio: 2:1}
participants: {enrolled: 30}
arms: {msc: {role: treatment, n: 5, cells: {dose: 1 x 10(8)}}, control: {role: control, n: 25}}
baseline:
  - {variable: age, all: {range: 28 to 83}}
  - {variable: men, all: {percent: 43.6}}
results:
  - {outcome: mrs, at: 90 d, p: P = .011}
  - {outcome: mrs, at: 6 mo, p: 0.110}
claims: [{says: feasible, evidence-class: III}]
"""


def test_a_record_and_its_figures_agree_in_any_notation(case: Case) -> None:
    found_in(f"{RECORDED}sources: {{abstract: {{kind: abstract, {FIGURES}}}}}", case)


@pytest.mark.parametrize("printed", ["28-83", "28, 83", "28, 83%", "28%, 83%", "28, 38"])
def test_a_range_may_be_printed_as_its_two_ends(hits: Callable[..., list[Hit]], printed: str) -> None:
    body = RECORDED.replace("participants: {enrolled: 30}", "participants: {}")
    figures = FIGURES.replace("30, five", "five").replace("28-83", printed)
    found = {
        hit.reported
        for hit in hits(f"{body}sources: {{abstract: {{kind: abstract, {figures}}}}}", msc6_sources)
    }
    assert found == (set() if printed in ("28-83", "28, 83", "28%, 83%") else {"28–83", *printed.split(", ")})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ratio: 2:1}", "ratio: 3:1}  # MSC601"),
        ("enrolled: 30}", "enrolled: 31}  # MSC601"),
        ("enrolled: 30}", "enrolled: 30.0}  # MSC601"),
        ("28 to 83", "28 to 84"),
        ("percent: 43.6}}", "percent: 43.7}}  # MSC601"),
        ("percent: 43.6}}", "mean: 43.6}}  # MSC601"),
        ("p: P = .011}", "p: 0.012}  # MSC601"),
        ("p: P = .011}", "p: 0.0110}  # MSC601"),
        ("p: P = .011}", "p: <0.011}  # MSC601"),
        ("p: 0.110}", "p: 0.11}  # MSC601"),
        ("at: 6 mo, p: 0.110}", "at: 7 mo, p: 0.110}  # MSC601"),
        ("III}]", "II}]  # MSC601"),
    ],
)
def test_a_number_that_the_source_does_not_print(hits: Callable[..., list[Hit]], old: str, new: str) -> None:
    assert RECORDED.count(old) == 1
    body = f"{RECORDED.replace(old, new)}sources: {{abstract: {{kind: abstract, {FIGURES}}}}}"
    found = hits(body, msc6_sources)
    assert [hit.message for hit in found if "is not in abstract" in hit.message], found
    assert len([hit for hit in found if "neither recorded nor ignored" in hit.message]) == 1


def test_a_number_recorded_twice_in_place_of_another(case: Case) -> None:
    body = """
        results:
          - {outcome: mrs, at: 3 mo, p: 0.011}  # MSC601 warning
          - {outcome: mrs, at: 6 mo, p: 0.011}  # MSC601 warning
        sources:
          abstract:
            kind: abstract
            figures: [p 0.011, 3 mo, 6 mo,
              p 0.110]  # MSC602
    """
    found_in(body, case)


def test_sizes_that_results_repeat_are_no_second_number(case: Case) -> None:
    body = """
        arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 25}}
        subsets: [{name: imaging, arms: {msc: five, control: five}}]
        results:
          - {outcome: mrs, at: 3 mo, arms: {msc: {n: 5}, control: {n: 25}}}
          - {outcome: barthel, at: 3 mo, arms: {msc: {n: 5}, control: {n: 25}}}
        sources:
          abstract:
            kind: abstract
            figures: [5, 25, five, 3 mo,
              7]  # MSC602
    """
    found_in(body, case)


def test_one_printed_size_serves_where_it_is_used(case: Case) -> None:
    body = """
        participants: {enrolled: 30, analysed: 30}
        arms: {msc: {role: treatment, randomised: 20, n: 20}, control: {role: control, planned: 10, n: 10}}
        baseline: [{variable: men, arms: {msc: {n: 20, events: 9}}}]
        sources:
          abstract:
            kind: abstract
            figures: [30, 20, 10, 9, one, two,
              n two]  # MSC602
    """
    found_in(body, case)


def test_a_repeated_p_beside_one_that_is_not_recorded_is_a_warning(hits: Callable[..., list[Hit]]) -> None:
    body = """
        results: [{outcome: mrs, at: 3 mo, p: 0.011}, {outcome: mrs, at: 6 mo, p: 0.011}]
        sources: {abstract: {kind: abstract, figures: [p 0.011, 3 mo, 6 mo, p 0.110]}}
    """
    severities = [hit.severity for hit in hits(body, msc6_sources) if "recorded in 2 places" in hit.message]
    assert severities == ["warning", "warning"]


def test_a_number_whose_only_print_is_ignored(case: Case) -> None:
    body = """
        arms:
          msc: {role: treatment, n: one}  # MSC601
          control: {role: control, n: 25}
        sources: {abstract: {kind: abstract, figures: [one, 25], ignored: [{figure: one, because: a word}]}}
    """
    found_in(body, case)


def test_ignored_figures(case: Case) -> None:
    body = """
        arms: {msc: {role: treatment, n: 5}, control: {role: control}}
        sources:
          abstract:
            kind: abstract
            figures: [one, two, 5,
              12]  # MSC602
            ignored:
              - {figure: one, because: a word}
              - {figure: 2, because: a word in digits}
              - {figure: three, because: printed nowhere}  # MSC604
          other:
            kind: full text
            figures: [1, 1]
            ignored:
              - {figure: one, because: once}  # MSC604
              - {figure: one, because: twice}  # MSC604
              - {figure: one, because: once too often}  # MSC604
    """
    found_in(body, case)


def test_words_that_print_no_figure_need_none(case: Case) -> None:
    found_in(
        """
        harms: [{event: fever, arms: {msc: none}}]
        sources: {abstract: {kind: abstract, figures: []}}
        """,
        case,
    )


def test_numbers_are_sought_in_their_own_source(case: Case) -> None:
    body = """
        results:
          - {outcome: mrs, at: 3 mo, p: 0.011}
          - {outcome: mrs, at: 3 mo, source: report, p: 0.011}  # MSC601
          - {outcome: mrs, at: 3 mo, source: unread, p: 0.5}
        sources:
          abstract: {kind: abstract, figures: [3 mo, p 0.011]}
          report: {kind: full text, figures: [3 mo, p 0.110], ignored: [{figure: p 0.110, because: another}]}
          unread: {kind: secondary report}
    """
    found_in(body, case)


def test_a_figure_that_nobody_can_read_equals_itself(case: Case) -> None:
    body = """
        sources:
          abstract:
            kind: abstract
            figures: [about half,
              a third]  # MSC602
            ignored: [{figure: About half, because: words}]
    """
    found_in(body, case)


def test_without_figures_there_is_a_note(case: Case) -> None:
    body = """
        results: [{outcome: mrs, at: 3 mo, p: 0.011}]
        sources:
          abstract: {kind: abstract}  # MSC608
          other: {kind: full text}
    """
    found_in(body, case)


SEALED = ["p 0.011", "3 mo"]


@pytest.mark.parametrize(
    ("figures", "lines"),
    [
        ("p 0.011,\n        3 mo", []),
        ("p 0.011,\n        90 d", [1]),
        ("p 0.012,\n        3 mo", [1]),
        ("p 0.011,\n        4 mo", [2]),
        ("3 mo,\n        p 0.011", [1]),
        ("p 0.011,\n        3 mo, 3 mo", [1]),
        ("p 0.011", [1]),
    ],
)
def test_an_edited_list_of_figures_breaks_its_seal(tmp_path: Path, figures: str, lines: list[int]) -> None:
    record = f"""\
registry: 1
outcomes: {{mrs: {{name: mRS, type: ordinal}}}}
trials:
  one:
    citation: {{year: 2020}}
    design: {{}}
    participants: {{}}
    arms: {{msc: {{}}}}
    results: [{{outcome: mrs, at: 3 mo, p: 0.011}}]
    sources:
      abstract: {{kind: abstract, figures-sha256: {figures_seal(SEALED)}, figures: [{figures}]}}
"""
    (tmp_path / "r.yaml").write_text(record)
    report = run_checks(Analysis(load(tmp_path / "r.yaml")), select=["MSC609"])
    assert [found.line - 10 for found in report.findings] == lines
    assert all(found.severity == "error" for found in report.findings)


TEXT = "We randomised 30 patients: 5 received cells and 25 did not (p = 0.011 at 3 months). " * 2


def texted(tmp_path: Path, text: str, **parts: str) -> list[tuple[str, str | None, str | None]]:
    """What MSC603 says of a text whose fingerprint was taken from TEXT."""
    taken = fingerprint(TEXT)
    record = f"""\
registry: 1
outcomes: {{mrs: {{name: mRS, type: ordinal}}}}
trials:
  one:
    citation: {{year: 2020}}
    design: {{}}
    participants: {{}}
    arms: {{msc: {{}}}}
    sources:
      abstract: {{kind: abstract, sha256: {taken.sha256}, figures: [{", ".join(taken.figures)}]}}
"""
    (tmp_path / "r.yaml").write_text(record)
    report = run_checks(
        Analysis(load(tmp_path / "r.yaml")), select=["MSC603"], texts={"one": {"abstract": text}}
    )
    return [(found.message, found.reported, found.recomputed) for found in report.findings]


def test_a_text_that_says_the_same(tmp_path: Path) -> None:
    assert not texted(tmp_path, TEXT)
    assert not texted(tmp_path, TEXT.upper().replace("P = 0.011", "p=0.011"))


def test_other_words_about_the_same_figures_are_a_note(tmp_path: Path) -> None:
    other = TEXT.replace("We randomised", "There were").replace("3 months", "90 days")
    assert texted(tmp_path, other) == [
        (
            "the numbers of abstract are those of its text, whose words are others than those once read",
            None,
            None,
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "reported", "recomputed", "said"),
    [
        ("30", "31", "n 30", "n 31", "the fingerprint has n 30 where the text of abstract has n 31"),
        (
            "0.011",
            "0.11",
            "p 0.011",
            "p 0.11",
            "the fingerprint has p 0.011 where the text of abstract has p 0.11",
        ),
        (
            "30 patients",
            "patients",
            "n 30",
            None,
            "the fingerprint has n 30, and the text of abstract does not",
        ),
        ("25 did", "25 or 26 did", None, "26", "the text of abstract has 26, and the fingerprint does not"),
    ],
)
def test_a_text_that_says_something_else(
    tmp_path: Path, old: str, new: str, reported: str | None, recomputed: str | None, said: str
) -> None:
    ((message, *values),) = texted(tmp_path, TEXT.replace(old, new, 1))
    assert message.startswith(said)
    assert "characters" in message
    assert values == [reported, recomputed]


# Changing any one number of either abstract, in the record or in its fingerprint, is an error at that line.

ROMAN = {"I": "II", "II": "III", "III": "IV", "IV": "I"}
WORDS = {"one": "two", "two": "three", "five": "six"}


def sealed_registry() -> str:
    """The founding trials as shipped, their figures sealed as `--update-fingerprints` seals them."""
    registry = load(shipped_registry())
    new = {}
    for name, trial in list(registry.trials.items())[:2]:
        source = trial.sources[trial.first_source]
        assert source.sha256, name
        assert source.figures, name
        new[(name, trial.first_source)] = NewFingerprint(source.sha256, source.figures)
    text = with_fingerprints(next(iter(registry.documents.values())), new)
    return text[: text.index(f"\n  {list(registry.trials)[2]}:\n") + 1]


@dataclass(frozen=True)
class Mutation:
    """One number of the text, what it becomes, and the line it stands on."""

    start: int
    end: int
    new: str
    line: int
    name: str


def mutated(printed: str) -> str:
    """The number with its last digit, word or numeral one further."""
    if printed in WORDS:
        return WORDS[printed]
    head, _, numeral = printed.rpartition(" ")
    if numeral in ROMAN:
        return f"{head} {ROMAN[numeral]}".lstrip()
    digit = re.search(r"\d(?=\D*$)", printed)
    assert digit, printed
    return f"{printed[: digit.start()]}{(int(digit[0]) + 1) % 10}{printed[digit.end() :]}"


def scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from scalars(item)


def mutations(text: str, document: Document) -> Iterator[Mutation]:
    """One for every number that comes from an abstract, and for every figure of its fingerprint."""
    for name, trial in load(Path(document.name)).trials.items():
        first = trial.first_source
        paths: list[tuple[str | int, ...]] = [
            number.path
            for number in recorded_numbers(trial)
            if number.source == first and not (isinstance(number.value, Reported) and number.value.stated)
        ]
        ignored = range(len(trial.sources[first].ignored))
        paths += [
            ("sources", first, "figures"),
            *(("sources", first, "ignored", i, "figure") for i in ignored),
        ]
        for path in paths:
            for node in scalars(document.node_at(("trials", name, *path))):
                start, end = node.start_mark.index, node.end_mark.index
                new = re.sub(r"[^\"]+", lambda inside: mutated(inside[0]), text[start:end])
                label = f"{name} {'.'.join(map(str, path))} {text[start:end]} → {new}"
                yield Mutation(start, end, new, node.start_mark.line + 1, label)


def lines_with_errors(file: Path) -> set[int]:
    try:
        return {
            found.line
            for found in run_checks(Analysis(load(file))).findings
            if found.severity == "error" and not found.waived
        }
    except RegistryError as error:
        return {problem.place.line for problem in error.problems}


def test_changing_any_number_of_an_abstract_is_an_error_at_its_line(tmp_path: Path) -> None:
    text = sealed_registry()
    file = tmp_path / "trials.yaml"
    file.write_text(text, encoding="utf-8")
    assert not lines_with_errors(file)
    todo = list(mutations(text, Document(file)))
    assert len({change.line for change in todo}) >= 30
    assert len(todo) >= 75
    missed = []
    for change in todo:
        file.write_text(text[: change.start] + change.new + text[change.end :], encoding="utf-8")
        if change.line not in lines_with_errors(file):
            missed.append(change.name)
    assert not missed
