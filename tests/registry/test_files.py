"""Registries in folders, JSON and JSON lines: the same model, and places as exact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.registry.document import Document
from msc_evidence.registry.json_document import JsonDocument, NotPlainJsonError
from msc_evidence.registry.json_places import JsonPlaces
from msc_evidence.registry.loader import load
from msc_evidence.registry.problems import RegistryError

OUTCOMES = {"mrs": {"name": "mRS", "type": "ordinal"}}


def trial(**parts: Any) -> dict[str, Any]:
    """A trial with no faults but those given."""
    good = {
        "citation": {"year": 2020},
        "design": {},
        "participants": {},
        "arms": {"msc": {"role": "treatment", "n": 5}},
        "results": [{"outcome": "mrs", "at": "3 mo", "p": 0.11}],
        "sources": {"abstract": {"kind": "abstract"}},
    }
    return good | parts


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def refused(path: Path, folder: Path) -> list[str]:
    with pytest.raises(RegistryError) as error:
        load(path)
    return [str(problem).replace(f"{folder}/", "") for problem in error.value.problems]


def registry(trials: dict[str, Any], **parts: Any) -> str:
    return json.dumps({"registry": 1, "trials": trials} | parts, indent=1)


def test_a_folder_is_one_registry(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        a__yaml=registry({"one": trial()}),
        b__json=registry({}, outcomes=OUTCOMES, title="MSC"),
        c__jsonl=f'{{"registry": 1}}\n{json.dumps(trial() | {"id": "two"})}\n',
        d__yml=registry({"three": trial()}),
        notes__txt="no registry",
    )
    found = load(folder)
    assert list(found.trials) == ["one", "two", "three"]
    assert found.title == "MSC"
    assert found.where(("trials", "two", "results", 0, "p")).file.endswith("c.jsonl")


def test_a_trial_in_two_files_is_an_error_that_names_both(tmp_path: Path) -> None:
    both = registry({"one": trial()}, outcomes=OUTCOMES)
    written(tmp_path, a__yaml=both, b__json=both)
    assert [each.replace(str(tmp_path) + "/", "") for each in refused(tmp_path, tmp_path)] == [
        "b.json:4:3: 'one' is already in a.yaml",
        "b.json:31:3: 'mrs' is already in a.yaml",
    ]


def test_the_faults_of_every_file_are_said_together(tmp_path: Path) -> None:
    written(
        tmp_path,
        a__yaml="registry: 1\ntrials: {one: [\n",
        b__yaml="registry: 2\n",
        c__jsonl='{"registry": 1}\nnot json\n',
    )
    files = [problem.split(":")[0] for problem in refused(tmp_path, tmp_path)]
    assert files == ["a.yaml", "b.yaml", "c.jsonl"]


def test_outcomes_of_an_unreadable_file_are_not_called_unknown(tmp_path: Path) -> None:
    written(tmp_path, a__yaml="outcomes: [", b__json=registry({"one": trial()}))
    assert all(problem.startswith("a.yaml") for problem in refused(tmp_path, tmp_path))


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_places_in_json(tmp_path: Path, between: str) -> None:
    text = registry({"one": trial(results=[{"outcome": "mrs", "at": "3 mo", "p": 1.5}])}, outcomes=OUTCOMES)
    text = text.replace("\n", between)
    line = next(number for number, each in enumerate(text.splitlines(), 1) if '"p"' in each)
    column = text.splitlines()[line - 1].index("1.5") + 1
    written(tmp_path, r__json=text)
    (problem,) = refused(tmp_path / "r.json", tmp_path)
    assert problem == f"r.json:{line}:{column}: results[0].p: p is 1.5; a p-value lies between 0 and 1"


def paths(data: object, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every path of plain data."""
    yield here
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, inner in steps:
        yield from paths(inner, (*here, step))


@pytest.mark.parametrize("indent", [None, 1])
def test_json_has_the_data_and_the_places_that_it_has_as_yaml(tmp_path: Path, indent: int | None) -> None:
    file = tmp_path / "r.json"
    note = 'a "quoted" comma, a brace } and \u00e9'
    data = json.loads(registry({"one": trial(), "two": trial(name=note)}, outcomes=OUTCOMES))
    file.write_text("\n" + json.dumps(data, indent=indent), encoding="utf-8")
    yaml_document, json_document = Document(file), JsonDocument(file)
    assert json_document.data == yaml_document.data
    for path in [*paths(yaml_document.data), ("trials", "none"), ("trials", "one", "results", 9, "p")]:
        for key in (False, True):
            assert json_document.where(path, key=key) == yaml_document.where(path, key=key), path


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"a": null}',
        '{"a": [1, null]}',
        '{"a": "\\ud800"}',
        '{"a": NaN}',
        '{"a": "\x7f"}',
        "{a: 1}",
        '{"a": 1} # once',
        "[" * 60 + "]" * 60,
    ],
)
def test_what_json_reads_otherwise_than_yaml_is_read_as_yaml(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.json").write_text(text, encoding="utf-8")
    with pytest.raises(NotPlainJsonError):
        JsonDocument(tmp_path / "r.json")


def test_items_of_a_list_have_their_own_places_in_json() -> None:
    text = '{"a": [1, [22, 23], 333]}'
    places = JsonPlaces(text)
    assert [text[places.offset(["a", at]) :][:2] for at in range(3)] == ["1,", "[2", "33"]
    assert places.offset(["a", 1, 1]) == text.index("23")


def test_places_in_json_take_each_trial_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mappings that are gone through for one place in each of n trials: the file, its trials, and in each trial two."""
    walked: list[int] = []
    children = JsonPlaces._children
    monkeypatch.setattr(JsonPlaces, "_children", lambda self, at: walked.append(at) or children(self, at))
    for n in (20, 40):
        walked.clear()
        places = JsonPlaces(json.dumps({"trials": {str(at): {"results": [{"p": 0.5}]} for at in range(n)}}))
        offsets = [places.offset(["trials", str(at), "results", 0, "p"]) for at in range(n)]
        assert len(set(offsets)) == n
        assert len(walked) == 2 + 3 * n  # a trial, its results, and the one of them


def lines(*trials: dict[str, Any] | str, header: object = None) -> str:
    first = header if header is not None else {"registry": 1, "outcomes": OUTCOMES}
    return "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in (first, *trials))


def test_json_lines_point_at_line_and_column(tmp_path: Path) -> None:
    entry = trial(results=[{"outcome": "mrz", "at": "3 mo", "p": 1.5}], id="one")
    text = lines(trial(id="zero"), entry)
    written(tmp_path, r__jsonl=text)
    line = text.splitlines()[2]
    assert refused(tmp_path / "r.jsonl", tmp_path) == [
        f"r.jsonl:3:{line.index('mrz')}: unknown outcome 'mrz'; did you mean 'mrs'?",
        f"r.jsonl:3:{line.index('1.5') + 1}: results[0].p: p is 1.5; a p-value lies between 0 and 1",
    ]


def test_json_lines_say_every_fault(tmp_path: Path) -> None:
    text = lines(
        '{"id": "a", "id": "b"}',
        '{"id": "a",',
        "[1]",
        trial(),
        trial(id="a", citation={}),
        trial(id="a"),
        {"registry": 1},
        '{"id": "c", "citation": null}',
        '{"id": "d", "name": "\\ud800"}',
    )
    written(tmp_path, r__jsonl=text)
    problems = refused(tmp_path / "r.jsonl", tmp_path)
    assert problems.pop(1).startswith("r.jsonl:3:12: not readable as JSON: ")
    assert problems == [
        "r.jsonl:2:1: duplicate key 'id'",
        "r.jsonl:4:1: expected a JSON object",
        "r.jsonl:5:1: a trial needs its 'id'",
        "r.jsonl:6:2: 'year' is missing here",
        "r.jsonl:7:1: trial id 'a' is already on line 6",
        "r.jsonl:8:1: 'registry' is already on line 1; it opens the file once",
        "r.jsonl:9:1: 'citation' has no value; write one, or leave the key out",
        "r.jsonl:10:1: half of a surrogate pair, which is no character",
    ]


def test_json_lines_keep_characters_and_number_text(tmp_path: Path) -> None:
    name = "\U0001d504 \u2028 é"
    entry = json.dumps(trial(id="one", name=name)).replace("0.11}", "0.110}")
    written(tmp_path, r__jsonl=lines(entry))
    found = load(tmp_path / "r.jsonl")
    assert found.trials["one"].name == name
    assert str(found.trials["one"].results[0].p) == "0.110"
    assert found.where(("trials", "one", "results")).line == 2
    raw = entry.replace("\\u2028", "\u2028").replace("\\u00e9", "é")
    written(tmp_path, r__jsonl=lines(raw) + "\n" + lines(trial(id="two"), header=""))
    assert load(tmp_path / "r.jsonl").where(("trials", "two", "results")).line == 5


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            '{"id": "x"}',
            "r.jsonl:1:1: no line is an object with 'registry': 1 and 'outcomes'; the first must be",
        ),
        (
            '{"registry": 1, "trials": {}}',
            "r.jsonl:1:1: 'trials' on the first line; here each trial has a line",
        ),
        ('{"registry": 3}', "r.jsonl:1:14: registry: found '3'; expected '1'"),
    ],
)
def test_the_first_of_json_lines(tmp_path: Path, header: str, message: str) -> None:
    written(tmp_path, r__jsonl=header + "\n")
    assert any(problem.startswith(message) for problem in refused(tmp_path / "r.jsonl", tmp_path))
