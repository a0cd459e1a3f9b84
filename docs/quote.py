"""What README.md and the pages of docs/ quote from the program; `make docs` runs it through cog."""

from __future__ import annotations

import ast
import inspect
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

if TYPE_CHECKING:
    from pydantic import BaseModel

    from msc_evidence.tables.table import Table

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "msc_evidence"

#: An invented abstract with two impossible numbers, for the commands that read a text.
ABSTRACT = """\
Within 30 days of a stroke, 62 adults were randomised to mesenchymal stem cells (n = 30) or placebo (n = 32).
A modified Rankin Scale of 0-2 at 90 days was reached by 18/30 (60%) versus 12/32 (41%); odds ratio 2.50
(95% CI 1.20 to 3.00), p = 0.08.
"""
#: A citation as reference managers write it.
CITATION = """\
TY  - JOUR
AU  - Doe, J.
TI  - Cells or placebo after stroke: an invented trial
JO  - Journal of Examples
PY  - 2024
DO  - 10.1000/example
ER  -
"""

_EXTRACTED = """\
  {id}:
    citation: {{authors: [{author}], title: Cells or placebo {year}, year: {year}}}
    design: {{allocation: randomised, masking: double-blind}}
    participants: {{condition: ischaemic stroke}}
    arms: {{cells: {{role: treatment, n: {n1}}}, placebo: {{role: control, n: {n2}}}}}
    results:
      - {{outcome: barthel, at: 90 d, arms: {{cells: {{mean: {m1}, sd: {s1}}}, placebo: {{mean: {m2}, sd: {s2}}}}}}}
    sources: {{paper: {{kind: full text}}}}
"""
#: Two invented trials as one extractor has them, and as another: an SD with two digits exchanged, another notation.
FIRST = (
    """\
registry: 1
outcomes:
  barthel: {name: Barthel Index, type: continuous, better: higher}
trials:
"""
    + _EXTRACTED.format(
        id="doe-2020", author="Doe J", year=2020, n1=40, n2=38, m1="71.2", s1="17.1", m2="62.0", s2="18.4"
    )
    + _EXTRACTED.format(
        id="roe-2022", author="Roe R", year=2022, n1=25, n2=26, m1="66.5", s1="20.3", m2="61.9", s2="19.8"
    )
)
SECOND = (
    FIRST.replace("sd: 17.1", "sd: 71.1").replace("90 d", "3 mo").replace("  roe-2022:", "  roe:")
    .replace("mean: 62.0", "mean: 62")
)  # fmt: skip
#: Rows of a review of them: a standard error for an SD in the second.
ROWS = """\
study,n1i,m1i,sd1i,n2i,m2i,sd2i
Doe 2020,40,71.2,17.1,38,62.0,18.4
Roe 2022,25,66.5,4.06,26,61.9,3.88
"""

#: The terminal that commands are quoted from.
_TERMINAL = {
    "COLUMNS": "100",
    "NO_COLOR": "1",
    "PYTHONUTF8": "1",
    "GITHUB_ACTIONS": "",
    "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
}


def shell(
    command: str, *, lines: int | None = None, code: int = 0, files: Mapping[str, str] | None = None
) -> None:
    """Prints a console block: the command and what it writes to standard output, at 100 columns.

    Given `files` it runs in a folder that holds these and nothing else; where it writes no output, what it says on
    standard error is shown.
    """
    words = shlex.split(command)
    assert words[0] == "msc-evidence"
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (files or {}).items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "msc_evidence", *words[1:]],
            cwd=ROOT if files is None else folder, env=os.environ | _TERMINAL,
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
    assert done.returncode == code, done.stderr
    shown = (done.stdout or done.stderr).splitlines()
    cut = ["…"] if lines is not None and len(shown) > lines else []
    print("\n".join(["```console", f"$ {command}", *shown[:lines], *cut, "```"]))


def block(text: str) -> None:
    """Prints a text as a block."""
    print(f"```text\n{text.rstrip()}\n```")


def excerpt(start: str, end: str, file: str = "trials.yaml") -> None:
    """Prints the lines of a registry from the one that is `start` up to the one that is `end`."""
    text = (ROOT / file).read_text(encoding="utf-8").splitlines()
    first = text.index(start)
    last = next((at for at in range(first + 1, len(text)) if text[at] == end), len(text))
    print("\n".join(["```yaml", *text[first:last], "```"]))


def watched() -> None:
    """Prints how many numbers of the registry are compared with the figures of their source."""
    from msc_evidence.registry.loader import load
    from msc_evidence.registry.numbers import TieCount, count_ties, recorded_numbers

    trials = load(ROOT / "trials.yaml").trials.values()
    ties = sum((count_ties(trial, recorded_numbers(trial)) for trial in trials), TieCount(0, 0))
    print(f"`trials.yaml` holds {ties}.")


def first_lines() -> None:
    """Prints the first lines of `registry stats`: what is watched, recomputed and pooled."""
    from msc_evidence.registry.loader import load
    from msc_evidence.tables.stats import first_counts

    for count in first_counts(load(ROOT / "trials.yaml")):
        print(f"- {count.item}: {count.count}" + (f" of {count.of}" if count.of is not None else ""))


def pools() -> None:
    """Every outcome of which trials can be pooled, of all of them and of those of ischaemic stroke alone."""
    import msc_evidence
    from msc_evidence.analysis.pool.reach import pooled_outcomes
    from msc_evidence.analysis.pool.times import LAST_WORD, TimeWindow
    from msc_evidence.analysis.results import Analysis
    from msc_evidence.registry.loader import load

    registry = load(ROOT / "trials.yaml")
    others = [name for name, trial in registry.trials.items() if trial.participants.subtype != "ischaemic"]
    print("| Outcome | At | Measure | All trials | Of ischaemic stroke |\n| --- | --- | --- | --- | --- |")
    for item in pooled_outcomes(Analysis(registry)):
        at = LAST_WORD if isinstance(item.at, TimeWindow) else str(item.at)
        name = registry.outcomes[item.outcome].name + (f" ({item.definition})" if item.definition else "")
        found = [
            _pooled_words(
                msc_evidence.pool(
                    registry, item.outcome, at=at, measure=item.measure, definition=item.definition,
                    design="any", exclude=excluded,
                )
            )
            for excluded in ((), others)
        ]  # fmt: skip
        print(f"| {name} | {at} | {item.measure} | {' | '.join(found)} |")


def _pooled_words(pooled: Table) -> str:
    """`3 trials: 0.71 (0.44 to 0.88)`, by the first model; both ends where a trial reports no direction."""
    by_set: dict[object, Mapping[str, object]] = {}
    for row in pooled.rows:
        if row["model"] == pooled.rows[0]["model"]:
            by_set.setdefault(row["set"], row)
    rows = list(by_set.values())
    if rows[0]["k"] == 1:
        return "one trial"
    scale = "ps" if rows[0].get("ps") is not None else "ratio"
    words = (
        "{:.2f} ({:.2f} to {:.2f})".format(*(row[f"{scale}{end}"] for end in ("", "_ci_lb", "_ci_ub")))
        for row in rows
    )
    return f"{rows[0]['k']} trials: {' or '.join(words)}"


def codes() -> None:
    """Prints the table of checks."""
    from msc_evidence.checks.run import all_rules

    print("| code | severity | what it finds |\n|---|---|---|")
    for rule in all_rules():
        print(f"| {rule.code} | {rule.severity} | {rule.title} |")


def published(registry: Any, findings: Any) -> None:
    """Prints what is found about published meta-analyses, waived or not."""
    from msc_evidence.analysis.published.recorded import analysis_name
    from msc_evidence.render.table.md import escaped_markdown

    print("| Review | Of | Recomputed | Method | Kept because |\n| --- | --- | --- | --- | --- |")
    for finding in (each for each in findings if each.code.startswith("MSC7")):
        group, name, *rest = finding.path
        review = (registry.pooled if group == "pooled" else registry.reviews)[name]
        of = analysis_name(review.analyses[rest[1]]) if rest[0] == "analyses" else ""
        cells = (review.citation, of, finding.message, finding.code, finding.waived or "")
        print(f"| {' | '.join(map(escaped_markdown, cells))} |")


def history(before: str, after: str) -> None:
    """Prints the conclusions that moved between two commits; what the page has where they are not in the checkout."""
    known = subprocess.run(["git", "cat-file", "-e", before], cwd=ROOT, capture_output=True, check=False)
    if known.returncode:
        page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
        print("```text\ndiff " + page.partition("```text\ndiff ")[2].partition("```")[0] + "```")
        return
    command = [sys.executable, "-m", "msc_evidence", "diff", f"{before}..{after}"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "COLUMNS": "250"},
    )
    told = ("diff ", "‼", "  pool", "  summary", "+ pool", "- pool")
    print(
        "\n".join(["```text", *(line for line in done.stdout.splitlines() if line.startswith(told)), "```"])
    )


def check_files() -> None:
    """Prints which file each check stands in."""
    from msc_evidence.checks.run import all_checks

    files: dict[str, list[str]] = {}
    for item in all_checks():
        file = Path(item.run.__code__.co_filename).relative_to(PACKAGE).as_posix()
        files.setdefault(file, []).append(item.rule.code)
    print("| file | checks |\n|---|---|")
    for file, held in sorted(files.items()):
        print(f"| `{file}` | {', '.join(held)} |")


def methods() -> None:
    """Prints which tests a p-value is recomputed by, from each kind of values of two arms."""
    from msc_evidence.analysis.recompute import shift
    from msc_evidence.statistics.two_arms import categories, counts, means

    ordinal = [found.method for found in shift.shift_tests([3, 2, 1], [1, 2, 3])]
    print("| of both arms | by |\n|---|---|")
    print(f"| events, or percentages and group sizes | {'; '.join(counts.METHODS)} |")
    print(f"| mean and SD, or SE | {'; '.join(means.METHODS)} |")
    print(f"| distribution of an ordinal outcome | {'; '.join(ordinal)} |")
    print(f"| distribution over categories without order | {'; '.join(categories.METHODS)} |")


def finding_place(trial: str, code: str) -> None:
    """Prints what a finding carries and where the runner says that it is."""
    from msc_evidence.analysis.results import Analysis
    from msc_evidence.checks.run import run_checks
    from msc_evidence.registry.loader import load

    (found,) = run_checks(Analysis(load(ROOT / "trials.yaml")), [trial], select=[code]).findings
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in found.path[2:])
    place = f"{Path(found.file).name}:{found.line}:{found.column}"
    print(f"{code} carries the path `{path.removeprefix('.')}`; the runner turns it into `{place}`.")


def command_files() -> None:
    """Prints the file of each command and the files of the other rooms that it calls."""
    print("| command | its file | calls |\n|---|---|---|")
    for name, file in sorted(_commands()):
        called = ", ".join(f"`{each}`" for each in _called(file))
        print(f"| `{name}` | `{file.relative_to(PACKAGE).as_posix()}` | {called or '–'} |")


def _commands() -> Iterator[tuple[str, Path]]:
    from msc_evidence.cli.app import app

    groups = [("", app), *((f"{group.name} ", group.typer_instance) for group in app.registered_groups)]
    for prefix, group in groups:
        assert group is not None
        for command in group.registered_commands:
            assert command.callback is not None
            module = sys.modules[command.callback.__module__]
            yield prefix + (command.name or command.callback.__name__), Path(str(module.__file__))


def _called(file: Path) -> list[str]:
    """The files of other rooms that a file of cli/ imports, for typing alone or not."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    parts = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    names = {_imported(node.module or "", alias.name) for node in parts for alias in node.names}
    # What every command uses says nothing of one: options and streams, and how problems are worded.
    return sorted(name for name in names if name and not name.startswith(("cli/", "registry/problems")))


def _imported(module: str, name: str) -> str:
    """The file of ours that `from module import name` reads, a folder for its `__init__.py`; empty for none."""
    if not module.startswith("msc_evidence."):
        return ""
    place = PACKAGE.joinpath(*module.split(".")[1:])
    inner = place / f"{name}.py"
    found = inner if inner.is_file() else place if place.is_dir() else place.with_suffix(".py")
    return found.relative_to(PACKAGE).as_posix() + "/" * found.is_dir()


def keys() -> None:
    """Prints the keys of a registry, a table for each part of it, from the models that read it."""
    from msc_evidence.registry.model import RegistryFile

    places: dict[type[BaseModel], list[str]] = {RegistryFile: ["a file"]}
    for place, part in _parts("", RegistryFile):
        places.setdefault(part, []).append(f"`{place}`")
    for part, (first, *others) in places.items():
        also = f" Also {', '.join(others)}." if others else ""
        print(f"### {first}\n\n{inspect.getdoc(part)}{also}\n\n| key | holds |\n|---|---|")
        for name, field in part.model_fields.items():
            needed = "; **required**" * field.is_required()
            print(f"| `{field.alias or name}` | {(field.description or '').replace('<', '&lt;')}{needed} |")
        print()


def _parts(place: str, part: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """The parts within a part of the registry, depth first, each with the keys that lead to it."""
    for name, field in part.model_fields.items():
        for inner, ending in _models(field.annotation):
            there = f"{place}.{field.alias or name}".removeprefix(".") + ending
            yield there, inner
            yield from _parts(there, inner)


def _models(annotation: object, ending: str = "") -> Iterator[tuple[type[BaseModel], str]]:
    """The parts that a field holds, with `.ID` for each of a mapping and `[]` for each of a list."""
    from msc_evidence.registry.fields import Part

    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation, ending
    kind = {dict: ".ID", list: "[]"}.get(get_origin(annotation), ending)  # type: ignore[arg-type]
    for inner in get_args(annotation):
        yield from _models(inner, kind)


def glossary() -> None:
    """Prints the glossary, a table for each subject."""
    from msc_evidence.checks.glossary import GLOSSARY, SUBJECTS

    for subject in SUBJECTS:
        print(f"## {subject.capitalize()}\n\n| word | meaning |\n|---|---|")
        for term in GLOSSARY:
            if term.subject == subject:
                print(f"| {term.title} | {term.meaning} |")
        print()
