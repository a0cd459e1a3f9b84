"""Every command in every format on registries of four fields: what no screen may hold, what a wrong request gets.

The registries are the shipped one and the small ones of tests/registries, the users' own data those below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from itertools import product
from pathlib import Path

import pytest

from msc_evidence.exchange.export import export_names as exports
from msc_evidence.plots import plot_names as plots
from msc_evidence.registry import loader
from msc_evidence.render import format_names
from msc_evidence.tables.review import table_named
from msc_evidence.tables.review import table_names as tables

ROOT = Path(__file__).parents[2]
REGISTRIES = {
    file.stem: file for file in (ROOT / "trials.yaml", *sorted((ROOT / "tests/registries").glob("*.yaml")))
}
LOAD = cache(loader.load)

#: What a program says that shows its inside; people's names and words such as "information" are none of it.
INSIDE = re.compile(
    r"(?<![A-Za-z])(?:nan|NaN|NAN)(?![\w-])|(?<![\w.])[-−+]?(?:inf|Infinity)(?![\w-])|\bNone\b(?! of)"
    r"|Traceback|\b[A-Z]\w*(?:Error|Warning|Exception)\b|<(?:class|function|object|module) |\bobject at 0x"
    r"|\b(?:Reported|Decimal|Span|Time|Interval|Effect|Trial|Path|PosixPath)\(|\bnumpy\b|np\.float|\bNotReported\b"
    r"|\bTrue\b|\bFalse\b|\d[eE][-+]\d\d"
)
UNFILLED = re.compile(r"\{\w*\}")
#: Formats whose own grammar has braces; elsewhere they are something left unfilled.
WITH_BRACES = ("json", "schema", "html", "latex", "sarif", "svg", "bibtex", "yaml", "help")
#: Marks that a screen must explain, each with how its explanation begins.
MARKS = {r"\S ¹": "¹ ", r"\S ²": "² ", r"±\d": "± direction"}


def faults(text: str, format: str = "table") -> list[str]:
    """Whatever of the program's inside shows in a text, and what its reader is not told."""
    plain = re.sub(r"<(style|script)\b.*?</\1>", "", text, flags=re.S) if format in ("html", "svg") else text
    found = [_around(plain, match) for match in INSIDE.finditer(_without_data(plain, format))]
    if format not in WITH_BRACES:
        found += [_around(plain, match) for match in UNFILLED.finditer(plain)]
    if format == "table":
        found += [
            f"{mark} is not explained"
            for mark, said in MARKS.items()
            if re.search(mark, plain) and not re.search(rf"(?:^\s*|; ){said}", plain, re.M)
        ]
    return found


def _without_data(text: str, format: str) -> str:
    """The text with what only machines read blanked: numbers at full precision, coordinates, hashes."""
    if format == "schema":
        return re.sub(r'"pattern": "[^\n]*|"(?:min|max)imum": [^\n]*', "", text)
    if format in ("json", "sarif", "csv", "tsv"):
        return re.sub(r"[-\d.]+e[-+]\d+", "0", text).replace(r"\n", "  ")
    return re.sub(r'"[^"]*"', lambda found: " " * len(found[0]), text) if format in ("html", "svg") else text


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 50) : match.end() + 30].replace("\n", "⏎")


@pytest.fixture(autouse=True)
def _read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registries are frozen: each is read once for all of these tests."""
    monkeypatch.setattr(loader, "load", LOAD)


@pytest.fixture
def shows(run, tmp_path):
    """Runs a command and says what is wrong with what it left on both streams and in a file."""

    def ran(*arguments: str, format: str = "table", file: str | None = None) -> list[str]:
        written = ("-o", file) if file else ()
        done = run(*arguments, *written)
        found = [*faults(done.out, format), *faults(done.err, "text")]
        if file and (tmp_path / file).exists() and not file.endswith(".zip"):
            found += faults((tmp_path / file).read_text(encoding="utf-8"), format)
            (tmp_path / file).unlink()
        if done.code not in (0, 1, 2):
            found.append(f"exit {done.code}: {done.err}")
        if done.code == 2 and not re.search(r"\w+ \w+ \w+", done.err):
            found.append(f"exit 2 without a reason: {done.err!r}")
        found += [f"two spaces: {line!r}" for line in done.err.splitlines() if re.search(r"\S  \S", line)]
        return [f"{' '.join(arguments)}: {each}" for each in found]

    return ran


def _each(shows, commands: Iterator[tuple[str, ...]], format: str = "table") -> list[str]:
    return [each for command in commands for each in shows(*command, format=format)]


def _table_commands() -> Iterator[tuple[str, ...]]:
    yield from (
        ("summarize",),
        ("compare",),
        ("recompute",),
        ("recompute", "--by-verdict"),
        ("registry", "stats"),
    )
    yield ("summarize", "--wide", "--all-sources", "--design", "any", "--cells", "any")
    for name in tables():
        yield ("table", name)
        if "--all" in table_named(name).options:
            yield ("table", name, "--all")


@pytest.mark.parametrize("format", format_names("table"))
@pytest.mark.parametrize("registry", REGISTRIES)
def test_tables(shows, registry, format):
    given = ("-r", str(REGISTRIES[registry]), "-f", format)
    assert not _each(shows, ((*command, *given) for command in _table_commands()), format)


@pytest.mark.parametrize("registry", REGISTRIES)
def test_findings(shows, registry):
    given = ("check", "-r", str(REGISTRIES[registry]))
    found = [
        each for format in format_names("findings") for each in shows(*given, "-f", format, format=format)
    ]
    assert not found + shows(*given, "-v", "--ascii", format="text")


@pytest.mark.parametrize("registry", REGISTRIES)
def test_pictures(shows, registry):
    given = ("-r", str(REGISTRIES[registry]))
    found = _each(shows, (("plot", name, *given) for name in plots()), "plot")
    for name in plots() if registry != "trials" else ():  # its figures are in its report
        found += shows("plot", name, *given, format="svg", file="x.svg")
    assert not found


@pytest.mark.parametrize("file", ["report.html", "report.md"])
@pytest.mark.parametrize("registry", REGISTRIES)
def test_reports_have_neither_commands_nor_backticks(run, tmp_path, registry, file):
    ran = run("report", "-q", "-r", str(REGISTRIES[registry]), "-o", file)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert not faults(text, file.rpartition(".")[2])
    if file == "report.html":
        text = unescape(re.sub(r"<(style|script)\b.*?</\1>|<!--.*?-->", "", text, flags=re.S))
        assert "`" not in text
    assert not re.search(r"(?<![\w-])--[a-z]|msc-evidence [a-z]", text)


@pytest.mark.parametrize("registry", REGISTRIES)
def test_what_is_exported_comes_back(run, shows, tmp_path, registry):
    outcomes = LOAD(REGISTRIES[registry]).outcomes
    given = ("-r", str(REGISTRIES[registry]))
    for name in exports():
        file = "x.zip" if name == "datapackage" else f"x.{name}"
        assert not shows("export", name, *given, format=name, file=file)
        if (
            run("export", name, *given, "--outcome", next(iter(outcomes)), "-o", file).code == 0
            and name != "datapackage"
        ):
            assert not shows("import", file, format="yaml")


@pytest.mark.parametrize("registry", REGISTRIES)
def test_pools(shows, registry):
    given = ("-r", str(REGISTRIES[registry]))
    how = (
        ("SMD",), ("MD", "--influence"), ("OR", "--information"), ("RR", "--model", "MH", "--cumulative", "given"),
        ("RD", "--model", "peto"),
    )  # fmt: skip
    outcomes = list(LOAD(REGISTRIES[registry]).outcomes)[:6]
    assert not _each(shows, (("pool", each, *given, "--measure", *more) for each in outcomes for more in how))
    assert not _each(
        shows,
        (("plot", name, *given, "--measure", "RD", "--model", "MH") for name in ("forest", "funnel")),
        "plot",
    )


#: Data of users that leave something without an answer.
OWN = {
    "no events in one arm": "study,ai,n1i,ci,n2i\nA,0,20,3,22\nB,0,15,2,14\nC,0,12,1,12\n",
    "no events": "study,ai,n1i,ci,n2i\nA,0,20,0,22\nB,0,15,0,14\n",
    "events in all": "study,ai,n1i,ci,n2i\nA,20,20,22,22\nB,14,15,14,14\n",
    "one study": "study,ai,n1i,ci,n2i\nA,2,20,5,22\n",
    "no spread": "study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,4,0,9,4,0,8\nB,5,1,9,4,1,8\n",
    "far apart": "study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,6,1.2,15,-5,1,14\nB,0,1,20,5.1,1.3,20\nC,5.5,1.1,20,5.1,1.3,20\n",
    "alike": "study,yi,vi\n" + "".join(f"S{at},0.5,0.04\n" for at in range(12)),
    "on one line": "study,yi,vi\n" + "".join(f"S{at},{0.1 * at},{(0.1 * at) ** 2}\n" for at in range(1, 13)),
    "tiny": "study,yi,vi\nA,0.0002,1e-10\nB,0.0003,2e-10\n",
    "huge": "study,yi,vi\nA,400,90000\nB,-300,40000\n",
    "no sizes of some": "study,yi,vi,n1i,n2i\nA,0.2,0.04,,\nB,0.4,0.05,20,20\n",
    "other letters": "study,ai,n1i,ci,n2i\n王小明 2020,2,15,6,14\nLee 2010,4,20,9,22\n",
}


#: Measures of each kind of data, and the models that need counts.
OF_COLUMNS = {"ai": ("OR", "RR", "RD"), "m1i": ("SMD", "ROM", "PS"), "yi": ("GEN",)}
BESIDE = (
    ("--leave-one-out", "--cumulative", "given"), ("--influence",), ("--information",), ("--bias", "--force"),
    ("--ci", "hk"),
)  # fmt: skip


@pytest.mark.parametrize("data", OWN)
def test_own_data(shows, tmp_path, data):
    (tmp_path / "d.csv").write_text(OWN[data], encoding="utf-8")
    measures = next(known for column, known in OF_COLUMNS.items() if f",{column}," in OWN[data])
    for measure in measures:
        given = ("--data", "d.csv", "--measure", measure)
        asked = [*(("--model", model) for model in ("DL", "MH")), *BESIDE]
        assert not _each(shows, (("pool", *given, *more) for more in asked), "text")
        assert not shows("pool", *given, "-f", "json", format="json")
        drawn = [*product(("forest",), ("REML", "MH")), ("funnel", "common")]
        assert not _each(shows, (("plot", name, *given, "--model", model) for name, model in drawn), "plot")
    if data in ("huge", "no events", "other letters"):
        assert not shows(
            "plot", "forest", "--data", "d.csv", "--measure", measures[-1], format="svg", file="x.svg"
        )


@pytest.mark.parametrize("data", ["no events in one arm", "no events"])
def test_what_cannot_be_estimated_is_no_result(run, tmp_path, data):
    (tmp_path / "d.csv").write_text(OWN[data], encoding="utf-8")
    ran = run("pool", "--data", "d.csv", "--measure", "OR", "--model", "MH")
    assert "excludes no difference" not in ran.out
    assert ("not estimable" if ran.code == 0 else "no study is left") in ran.out + ran.err


TEXT = """\
We randomised 40 patients (20 v 20). Scores were 3.4 ± 1.2 and 4.1 ± 1.3 (p = 0.000); none of 20 died, p<0.0000001.
The OR was 0.00 (95% CI 0.00 to 9.1), t(38) = 2.1, p = .04. The ratio was 1e5 to 1.
"""


def test_texts(shows, tmp_path):
    (tmp_path / "t.txt").write_text(TEXT, encoding="utf-8")
    for command, format in product(
        (("read", "t.txt"), ("audit", "t.txt", "--jobs", "1")), ("text", "table", "csv", "json", "md")
    ):
        assert not shows(*command, "-f", format, format=format if format in ("json", "csv") else "text")
    assert not shows("read", "t.txt", "--draft", format="yaml")


def test_what_explains_the_program(shows):
    commands = ("summarize", "check", "pool", "plot", "table", "report", "export", "import", "read", "audit")
    assert not _each(shows, ((command, "--help") for command in commands), "help")
    assert not _each(shows, (("explain",), ("explain", "MSC4"), ("plot",), ("table",), ("export",)), "help")
    assert not shows("init", "-", format="yaml") + shows("schema", format="schema")


#: A value that no command can know for every option that names something, and what the answer says.
WRONG = {
    "--format": ("xml", "unknown format 'xml'"),
    "--outcome": ("nosuch", "unknown outcome 'nosuch'; known: death"),
    "--at": ("soon", "'soon' is not a time; expected"),
    "--sort": ("nosuch", "unknown order 'nosuch'; known: registry"),
    "--select": ("NOSUCH", "NOSUCH"),
    "--ignore": ("NOSUCH", "NOSUCH"),
    "--measure": ("XX", "unknown measure 'XX'; known: OR, RR"),
    "--model": ("XX", "unknown model 'XX'; known: common"),
    "--exclude": ("nosuch", "unknown trial 'nosuch'"),
    "--registry": ("nosuch.yaml", "nosuch.yaml: no such file"),
    "--since": ("soon", "'--since'"),
    "--texts": ("nosuch", "nosuch"),
    "--ci": ("nosuch", "unknown interval 'nosuch'; known: z"),
    "--level": ("nan", "between 50 and 100"),
    "--output": ("nosuch/f.x", "nosuch"),
}
COMMANDS = (
    *(
        "summarize",
        "compare",
        "recompute",
        "check",
        "table results",
        "plot forest death",
        "pool death --measure RR",
    ),
    *("report", "export metafor --outcome death --at last", "registry stats"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_value_is_named_and_what_would_be_right(run, command):
    first = command.split()
    known = run(*first[: 2 if first[0] == "registry" else 1], "--help").out
    given = ("-r", str(REGISTRIES["statins"]))
    for option, (value, said) in WRONG.items():
        if f"{option} " in known and not (option == "--outcome" and "death" in first):
            kept = first.index(option) if option in first else len(first)
            typed = (*first[:kept], *first[kept + 2 :], *(given if option != "--registry" else ()))
            ran = run(*typed, option, value)
            assert (ran.code, ran.out) == (2, ""), (option, ran)
            assert said in ran.err, (option, ran.err)
            assert not INSIDE.search(ran.err.replace("level of nan", ""))


@pytest.mark.parametrize(
    "command", ["summarize", "compare", "recompute", "check", "export ris", "table claims"]
)
def test_an_unknown_trial_is_named(run, command):
    ran = run(*command.split(), "nosuch", "-r", str(REGISTRIES["statins"]))
    assert (ran.code, ran.out) == (2, "")
    assert "unknown trial 'nosuch'; known: alder-2015" in ran.err


@pytest.mark.parametrize("command", ["table", "plot", "export"])
def test_an_unknown_name_is_answered_with_those_there_are(run, command):
    ran = run(command, "nosuch", "-r", str(REGISTRIES["statins"]))
    assert (ran.code, ran.out) == (2, "")
    assert re.search(r"unknown \w+ 'nosuch'", ran.err)


@pytest.mark.parametrize(
    ("option", "said"), [("--by", "no column"), ("--batch", "no column"), ("--measure", "unknown measure")]
)
def test_an_empty_value_is_none(run, tmp_path, option, said):
    (tmp_path / "d.csv").write_text(OWN["one study"], encoding="utf-8")
    ran = run("pool", "--data", "d.csv", option, "")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the odds ratio is nan", True),
        ("−inf to 3", True),
        ("p 7.57e-245", True),
        ("ValueError: no", True),
        ("None", True),
        ("None of the trials; Nan G, Jin Y; information, infinitely, nano", False),
    ],
)
def test_the_eye_of_these_tests(text, shown):
    assert bool(faults(text, "text")) == shown


def test_json_of_a_pool_has_no_number_that_json_lacks(run, tmp_path):
    (tmp_path / "d.csv").write_text(OWN["no events in one arm"], encoding="utf-8")
    ran = run("pool", "--data", "d.csv", "--measure", "OR", "--model", "MH", "-f", "json")
    json.loads(ran.out, parse_constant=lambda name: pytest.fail(name))
