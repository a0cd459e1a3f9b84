"""What is wrong with a record is said all at once, each thing at its exact place."""

from __future__ import annotations

import gc
import re
from pathlib import Path

import pytest

from msc_evidence.registry.loader import Registry, load
from msc_evidence.registry.problems import RegistryError

#: A registry without a fault; tests break it by replacing a part that occurs once.
GOOD = """\
registry: 1
outcomes:
  mrs: {name: mRS, type: ordinal, better: lower}
trials:
  one:
    citation: {year: 2020}
    design: {allocation: randomised, ratio: "2:1"}
    participants: {enrolled: 30}
    arms:
      msc: {role: treatment, n: 5}
      control: {role: control, n: 25}
    results:
      - {outcome: mrs, at: 3 mo, p: 0.110, favours: msc, primary: true}
    claims:
      - {outcome: mrs, at: [3 mo], says: benefit}
    sources:
      abstract: {kind: abstract}
    waivers:
      - {code: MSC503, because: reason}
"""


def loaded(tmp_path: Path, text: str | bytes, name: str = "r.yaml") -> Registry:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(file)


def problems(tmp_path: Path, text: str | bytes, name: str = "r.yaml") -> list[str]:
    """What is wrong with a registry, without the folder it lies in."""
    try:
        loaded(tmp_path, text, name)
    except RegistryError as error:
        return [str(problem).replace(f"{tmp_path}/", "") for problem in error.problems]
    return []


def at(text: str, part: str) -> str:
    """The place where a part of the text begins."""
    assert text.count(part) == 1, part
    before = text[: text.index(part)]
    return f"r.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_a_good_registry_has_no_problems(tmp_path: Path) -> None:
    assert not problems(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("p: 0.110", "p: 1.2", "1.2", "results[0].p: p is 1.2; a p-value lies between 0 and 1"),
        ("p: 0.110", "p: -0.1", "-0.1", "results[0].p: p is -0.1; a p-value lies between 0 and 1"),
        ("p: 0.110", "p: 5%", "5%", "results[0].p: p is 5%; a p-value lies between 0 and 1"),
        ("p: 0.110", "p: about 0.1", "about", "results[0].p: 'about 0.1' is not a number; expected a number"),
        ("p: 0.110", "p: [0.1]", "[0.1]", "results[0].p: found a list; expected a number as printed"),
        ("p: 0.110", "p: {value: 0.1}", "{value", "results[0].p: found a mapping; expected a number as printed"),
        ("p: 0.110", "pp: 0.110", "pp", "unknown key 'pp'; did you mean 'p'?"),
        ("n: 5}", "n: -5}", "-5", "arms.msc.n: '-5' is not a count; expected a whole number, 0 or more"),
        ("n: 5}", "n: 5.5}", "5.5", "arms.msc.n: '5.5' is not a count"),
        ("n: 5}", "n: 5%}", "5%", "arms.msc.n: '5%' is not a count"),
        ("n: 5}", "n: 5, n: 6}", "n: 6", "duplicate key 'n'; each key may occur once here"),
        ("n: 5}", "breadth: 5}", "breadth", "unknown key 'breadth'; known: role, label, planned, n, randomised"),
        ("role: treatment", "role: placebo", "placebo", "arms.msc.role: found 'placebo'; expected 'treatment'"),
        ("favours: msc", "favours: mcs", "mcs", "unknown arm 'mcs'; did you mean 'msc'?"),
        ("favours: msc", "favours: [msc]", "[msc]", "results[0].favours: found a list; expected a text"),
        ("favours: msc", "source: fulltext", "fulltext", "unknown source 'fulltext'; known: abstract"),
        ("- {outcome: mrs, at: 3 mo, p", "- {outcome: mrz, at: 3 mo, p", "mrz", "unknown outcome 'mrz'; did you mean"),
        ("primary: true", "arms: {msk: {n: 5}}", "msk", "unknown arm 'msk'; did you mean 'msc'?"),
        ("primary: true", "arms: {msc: 5}", "5}}", "results[0].arms.msc: found '5'; expected a mapping (key: value)"),
        ("primary: true", "primary: maybe", "maybe", "results[0].primary: found 'maybe'; expected true or false"),
        ("primary: true", "effect: {measure: OR, estimate: 2, level: 0.95}", "0.95", "'0.95' is no confidence level"),
        ("at: 3 mo", "at: 3", "3, p", "results[0].at: '3' is not a time; expected a time with its unit"),
        ("at: 3 mo", "at: soon", "soon", "results[0].at: 'soon' is not a time"),
        ("at: [3 mo]", "at: 3 mo", "3 mo, says", "claims[0].at: found '3 mo'; expected a list"),
        ('ratio: "2:1"', "ratio: 121", "121", "design.ratio: '121' is not a ratio; expected a ratio, treatment first"),
        ("year: 2020", "year: 1620", "1620", "citation.year: found '1620'; expected "),
        ("year: 2020", "year: soon", "soon", "citation.year: found 'soon'; expected a whole number"),
        ("year: 2020", "year: [2020]", "[2020]", "citation.year: found a list; expected a whole number"),
        ("says: benefit", "says: benefits", "benefits", "claims[0].says: found 'benefits'; expected 'benefit', 'no"),
        ("code: MSC503", "code: E501", "E501", "waivers[0].code: 'E501' is no check's code; codes look like MSC401"),
        ("code: MSC503", "code: MSC601", "{code: MSC601", "MSC601 is found of single numbers; expected figure: the"),
        ("n: 5}", "combines: [control, low]}", "low]", "unknown arm 'low'; known: control"),
        ("n: 5}", "combines: [control, msc]}", "msc]}", "unknown arm 'msc'; known: control"),
        ("n: 5}", "clusters: 5.5}", "5.5", "arms.msc.clusters: '5.5' is not a count"),
        ("primary: true", "among: [msc, control, low]", "low]", "unknown arm 'low'; known: msc, control"),
        ("primary: true", "among: [msc, control, msc], arm: msc", "{outcome: mrs, at: 3 mo, p", "`among` compares"),
        ("primary: true", "effect: {measure: OR, level: 95}", "{measure", "expected estimate, ci or both"),
        ("primary: true", "margin: 0.3", "{outcome: mrs, at: 3 mo, p", "a margin belongs to hypothesis: non-inferio"),
        ("primary: true", "arms: {msc: {per: years}}", "years", "'years' names no number of what; expected one such"),
        ("primary: true", "difference: {mean: 3}", "{mean: 3}", "the differences have no spread; expected sd, se or"),
        ("primary: true", "pairs: {both: 3}", "pairs", "'arm-only' is missing here"),
        ("primary: true", "period: first", "first", "results[0].period: found 'first'; expected a whole number"),
        ("primary: true", "icc: 2", "2}", "results[0].icc: '2' is not a probability; it lies between 0 and 1"),
        ("citation: {year: 2020}", "citation:", "6:14", "'citation' has no value; write one, or leave"),
        ("citation: {year: 2020}", "citation: {}", "citation", "'year' is missing here"),
        ("enrolled: 30", "enrolled: ~", "~", "'enrolled' has no value; write 'not reported'"),
        ("enrolled: 30", "enrolled: null", "null", "'enrolled' has no value"),
        ("- {code: MSC503, because: reason}", "- ", "19:8", "an entry without a value"),
        ("- {code: MSC503, because: reason}", "- MSC503", "MSC503", "waivers[0]: found 'MSC503'; expected a mapping"),
        ("sources:\n      abstract: {kind: abstract}", "sources: {}", "{}", "sources: found an empty mapping"),
        ("  one:", "  One:", "One", "trials.One: 'One' is no id; an id has lower-case letters, digits and hyphens"),
        ("  mrs: {name", "  mRS: {name", "mRS: {name", "outcomes.mRS: 'mRS' is no id"),
        ("registry: 1", "registry: 2", "2\n", "registry: found '2'; expected '1'"),
        ("registry: 1\n", "", "outcomes", "'registry' is missing here"),
        ("registry: 1", "registry: 1\ntitle: !!python/object/apply:os.system [true]", "!!python", "a tag ("),
        ("registry: 1", "registry: 1\ntitle: !thing x", "!thing", "a tag ('!thing') is not read here"),
        ("registry: 1", "registry: 1\n[1]: x", "[1]", "a key must be a plain word"),
        ("year: 2020", "<<: {year: 2020}, year: 2020", "<<", "unknown key '<<'"),
        ("year: 2020", f"{'y' * 1000}: 1, year: 2020", "yyyy" * 250, f"unknown key '{'y' * 60}…'; known: authors"),
    ],
)  # fmt: skip
def test_each_fault_has_its_place_and_says_what_is_allowed(
    tmp_path: Path, old: str, new: str, place: str, message: str
) -> None:
    assert GOOD.count(old) == 1
    text = GOOD.replace(old, new)
    where = f"r.yaml:{place}" if re.fullmatch(r"\d+:\d+", place) else at(text, place)
    found = problems(tmp_path, text)
    assert any(each.startswith(f"{where}: ") and message in each for each in found), (where, found)
    assert all(len(each) < 400 for each in found)


def test_all_faults_of_all_kinds_are_said_in_one_run(tmp_path: Path) -> None:
    text = (
        GOOD.replace("p: 0.110", "p: 1.2")
        .replace("favours: msc", "favours: mcs")
        .replace("n: 5}", "n: 5, n: 6}")
        .replace("enrolled: 30", "enroled: 30")
        .replace("year: 2020", "title: x")
        .replace("says: benefit", "says: ~")
    )
    assert problems(tmp_path, text) == [
        "r.yaml:6:5: 'year' is missing here",
        "r.yaml:8:20: unknown key 'enroled'; did you mean 'enrolled'?",
        "r.yaml:10:36: duplicate key 'n'; each key may occur once here",
        "r.yaml:13:37: results[0].p: p is 1.2; a p-value lies between 0 and 1",
        "r.yaml:13:51: unknown arm 'mcs'; did you mean 'msc'?",
        "r.yaml:15:42: 'says' has no value; write one, or leave the key out",
    ]


def test_numbers_keep_their_text(tmp_path: Path) -> None:
    trial = loaded(tmp_path, GOOD.replace("ordinal", "ordinal, short: NO")).trials["one"]
    assert str(trial.results[0].p) == "0.110"
    assert str(trial.design.ratio) == "2:1"
    assert str(loaded(tmp_path, GOOD.replace('"2:1"', "2:1")).trials["one"].design.ratio) == "2:1"


def test_no_is_a_word_and_not_false(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD.replace("name: mRS", "name: NO")).outcomes["mrs"].name == "NO"
    assert (
        loaded(tmp_path, GOOD.replace("primary: true", "primary: NO")).trials["one"].results[0].primary
        is False
    )


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("registry: 1", "\ufeffregistry: 1")])
def test_line_ends_and_byte_order_mark_move_nothing(tmp_path: Path, change: tuple[str, str]) -> None:
    text = GOOD.replace("p: 0.110", "p: 1.2").replace(*change)
    assert problems(tmp_path, text) == [
        "r.yaml:13:37: results[0].p: p is 1.2; a p-value lies between 0 and 1"
    ]


def test_columns_count_characters_and_not_bytes(tmp_path: Path) -> None:
    text = GOOD.replace(
        "{outcome: mrs, at: 3 mo, p: 0.110", "{definition: é𝔄–, outcome: mrs, at: 3 mo, p: 1.2"
    )
    assert problems(tmp_path, text)[0].startswith(f"{at(text, '1.2')}: ")


def test_a_silent_source_is_a_value(tmp_path: Path) -> None:
    trial = loaded(tmp_path, GOOD.replace("enrolled: 30", "enrolled: not reported")).trials["one"]
    assert str(trial.participants.enrolled) == "not reported"
    assert trial.participants.analysed is None
    (result,) = loaded(tmp_path, GOOD.replace("p: 0.110", "p: not reported")).trials["one"].results
    assert (result.p, "p" in result.model_fields_set) == (None, True)
    assert problems(tmp_path, GOOD.replace("p: 0.110", "effect: {measure: OR, estimate: not reported}"))


def test_the_place_of_a_missing_part_is_that_of_what_holds_it(tmp_path: Path) -> None:
    registry = loaded(tmp_path, GOOD)
    place = registry.where(("trials", "one", "results", 0, "effect", "ci"))
    assert (place.line, place.column) == (13, 9)
    key = registry.where(("trials", "one", "arms"), key=True)
    assert (key.line, key.column) == (9, 5)


def test_places_in_a_long_mapping(tmp_path: Path) -> None:
    one = GOOD[GOOD.index("  one:") :]
    text = GOOD + "".join(one.replace("  one:", f"  t{number}:") for number in range(60))
    registry = loaded(tmp_path, text)
    for number in (0, 30, 59):
        line = text[: text.index(f"  t{number}:")].count("\n") + 1
        assert registry.where(("trials", f"t{number}"), key=True).line == line
        assert registry.where(("trials", f"t{number}", "citation", "year")).line == line + 1


TYPED = {
    "trials.yaml": "registry: 1\noutcomes: {}\ntrials: {one: %s}\n",
    "trials.json": '{"registry": "1", "outcomes": {}, "trials": {"one": %s}}\n',
    "trials.jsonl": '{"registry": "1", "outcomes": {}}\n%s\n',
}


@pytest.mark.parametrize("name", TYPED)
def test_what_was_typed_is_there_again_for_who_compares_it(tmp_path, name):
    own_id = '"id": "one", ' if name == "trials.jsonl" else ""
    arms = '"arms": {"msc": {"role": "treatment", "n": "05"}}'
    known = '"citation": {"year": "2020"}, "design": {}, "participants": {}, "sources": {"p": {"kind": "preprint"}}'
    (tmp_path / name).write_text(TYPED[name].replace("%s", f"{{{own_id}{known}, {arms}}}"), encoding="utf-8")
    registry = load(tmp_path / name)
    assert registry.documents["one"].data["trials"]["one"]["arms"]["msc"]["n"] == "05"


def test_only_a_process_that_asked_for_it_keeps_what_was_read_from_the_collector(tmp_path: Path) -> None:
    file = tmp_path / "trials.yaml"
    file.write_text(GOOD, encoding="utf-8")
    gc.unfreeze()
    load(file)
    assert gc.get_freeze_count() == 0
    try:
        gc.freeze()
        before = gc.get_freeze_count()
        read = load(file)
        assert gc.get_freeze_count() > before
        assert read.trials
    finally:
        gc.unfreeze()
