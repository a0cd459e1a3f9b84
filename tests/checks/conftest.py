"""Case files: a record whose offending lines carry, as a comment, the code of the check that finds them.

Where a finding has another severity than its rule's, that stands behind the code: `# MSC305 note`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest
import yaml

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.rule import Check, Hit, Subject
from msc_evidence.checks.run import all_rules
from msc_evidence.registry.loader import Registry, load

CASES = Path(__file__).parent / "cases"
#: Code, line and severity of each finding.
Found = set[tuple[str, int, str]]
Modules = ModuleType | tuple[ModuleType, ...]

OUTCOMES = """\
outcomes:
  mrs: {name: modified Rankin Scale, short: mRS, type: ordinal, range: [0, 6], step: 1, better: lower}
  barthel: {name: Barthel Index, type: ordinal, range: [0, 100], step: 5, better: higher}
  nihss: {name: NIHSS, type: ordinal, range: [0, 42], step: 1, better: lower}
  motricity: {name: Motricity Index, type: continuous, range: [0, 100], better: higher}
  likert: {name: one item, type: ordinal, range: [1, 7], step: 1}
  two-items: {name: mean of two items, type: ordinal, range: [1, 7], step: 1, items: 2}
  five-items: {name: sum of integers, type: ordinal, step: 1}
  no-step: {name: graded scale, type: ordinal}
  infarct: {name: infarct volume, type: continuous, better: lower}
  responders: {name: responders, type: binary, better: higher}
  survival: {name: survival, type: time-to-event, better: higher}
"""
SEVERITIES = {rule.code: rule.severity for rule in all_rules()}
#: What a body may leave out: the keys that every trial has and that the case is not about.
DEFAULTS = {
    "citation": "{authors: [Doe J], year: 2020}",
    "registration": "[NCT01716481]",
    "design": "{allocation: not reported}",
    "participants": "{}",
    "arms": "{msc: {role: treatment}, control: {role: control}}",
    "sources": "{abstract: {kind: abstract}}",
}


def registry_text(body: str) -> str:
    """A registry around `body`: a whole registry already, or its `trials:`, or the keys of one trial."""
    body = textwrap.dedent(body).strip("\n") + "\n"
    if re.search(r"^registry:", body, re.MULTILINE):
        return body
    if re.search(r"^trials:", body, re.MULTILINE):
        return f"registry: 1\n{OUTCOMES}{body}"
    own = set(re.findall(r"^([a-z]+):", body, re.MULTILINE))
    defaults = "".join(f"{key}: {value}\n" for key, value in DEFAULTS.items() if key not in own)
    return f"registry: 1\n{OUTCOMES}trials:\n  case:\n{textwrap.indent(defaults + body, '    ')}"


def _plain(text: str) -> Any:
    """YAML with every scalar as it is written."""
    return yaml.load(text, Loader=yaml.CBaseLoader)


@pytest.fixture
def whole_registry() -> Callable[[str], dict[str, Any]]:
    """The registry around an example, the keys of one trial or `trials:` and `pooled:` or `reviews:`, or a case."""

    def made(record: str, case: bool = False) -> dict[str, Any]:
        if case:
            return cast("dict[str, Any]", _plain(registry_text(record)))
        keys = _plain(record)
        trials = keys.pop("trials", None)
        others = {group: keys.pop(group) for group in ("pooled", "reviews", "plausible") if group in keys}
        given = {key: _plain(value) for key, value in DEFAULTS.items()}
        filled = {name: given | trial for name, trial in (trials or {"case": keys}).items()}
        return {"registry": "1", **_plain(OUTCOMES), "trials": filled, **others}

    return made


def expected(text: str) -> Found:
    """The codes in the comments of a text, each with its line and severity."""
    lines = enumerate(text.splitlines(), 1)
    return {
        (code, number, severity or SEVERITIES[code])
        for number, line in lines
        for code, severity in re.findall(r"(MSC\d{3})(?: (error|warning|note)\b)?", _comment(line))
    }


def _comment(line: str) -> str:
    return line.partition(" #")[2]


def checks_of(modules: Modules) -> Iterator[Check]:
    """The checks that a family's module, or several of them, define."""
    for module in (modules,) if isinstance(modules, ModuleType) else modules:
        yield from (item for item in vars(module).values() if isinstance(item, Check))


def subjects(registry: Registry) -> Iterator[Subject]:
    """The trials of a registry as checks see them."""
    dois: dict[str, tuple[str, ...]] = {}
    for name, trial in registry.trials.items():
        if trial.citation.doi:
            doi = trial.citation.doi.casefold()
            dois[doi] = (*dois.get(doi, ()), name)
    analysis = Analysis(registry)
    for name in registry.trials:
        yield Subject(name, analysis, dois=dois)


@pytest.fixture
def case(
    tmp_path: Path,
) -> Callable[[str, Modules], tuple[Found, Found]]:
    """(found, expected) for a record and the module or modules of a family."""

    def run(body: str, modules: Modules) -> tuple[Found, Found]:
        text = registry_text(body)
        file = tmp_path / "case.yaml"
        file.write_text(text, encoding="utf-8")
        registry = load(file)
        found = {
            (
                check.rule.code,
                registry.where(("trials", subject.id, *hit.path)).line,
                hit.severity or check.rule.severity,
            )
            for subject in subjects(registry)
            for check in list(checks_of(modules))
            for hit in check.run(subject)
        }
        return found, expected(text)

    return run


def case_bodies(family: str) -> Iterator[tuple[str, str]]:
    """The bodies of every case file of a family (`MSC2`), each with its name; `---` separates them."""
    for file in sorted(CASES.glob(f"{family}*.yaml")):
        for index, body in enumerate(re.split(r"^---.*\n", file.read_text(encoding="utf-8"), flags=re.M)):
            if body.strip():
                yield f"{file.stem}-{index}", body


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Gives `case_body` every case of the test module's FAMILY, `any_case` those of all."""
    if "any_case" in metafunc.fixturenames:
        names, bodies = zip(*case_bodies("MSC"), strict=True)
        metafunc.parametrize("any_case", bodies, ids=names)
    if "case_body" in metafunc.fixturenames:
        names, bodies = zip(*case_bodies(metafunc.module.FAMILY), strict=True)
        metafunc.parametrize("case_body", bodies, ids=names)


@pytest.fixture
def flagged_and_silent() -> Callable[[str], tuple[set[str], set[str]]]:
    """The codes that some case of a family expects, and those whose file has a case without them."""

    def codes(family: str) -> tuple[set[str], set[str]]:
        flagged: set[str] = set()
        silent: set[str] = set()
        for name, body in case_bodies(family):
            own = {code for code, *_ in expected(body)}
            flagged |= own
            silent |= {name[:6]} - own
        return flagged, silent

    return codes


@pytest.fixture
def codes() -> Callable[[Modules], set[str]]:
    """The codes of a family's modules."""
    return lambda modules: {check.rule.code for check in checks_of(modules)}


@pytest.fixture
def hits(tmp_path: Path) -> Callable[[str, Modules], list[Hit]]:
    """Every hit in a record, in the order of the checks, where its words matter."""

    def run(body: str, modules: Modules) -> list[Hit]:
        file = tmp_path / "case.yaml"
        file.write_text(registry_text(body), encoding="utf-8")
        registry = load(file)
        return [
            hit
            for subject in subjects(registry)
            for check in checks_of(modules)
            for hit in check.run(subject)
        ]

    return run
