"""Named bounds from both sides: the last that is taken, and the first that is refused, cut or left alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from pydantic import TypeAdapter

from msc_evidence.analysis import feasible
from msc_evidence.analysis.contrast import Contrast, allocation_test, zero_events
from msc_evidence.analysis.pool import evidence, own_remarks
from msc_evidence.analysis.recompute import bases
from msc_evidence.analysis.typed_arms import typed_arms
from msc_evidence.checks import groups
from msc_evidence.cli import exits
from msc_evidence.exchange import review_manager5, review_package, workbook
from msc_evidence.reading.ctgov import study
from msc_evidence.reading.tables.grid import RawCell, laid_out
from msc_evidence.reading.texts import abstract, pages, xml
from msc_evidence.registry import document, fields, files, problems, scales
from msc_evidence.registry.design import Arm
from msc_evidence.registry.model import Outcome, Trial
from msc_evidence.registry.reported import Ratio, Reported, Span, Time
from msc_evidence.registry.values import Values
from msc_evidence.statistics.feasible.dichotomies import tables_giving
from msc_evidence.statistics.interval import Interval


class Bytes(bytes):
    """Bytes that say to be as many as are wanted, so that no test holds them."""

    size = 0

    def __len__(self) -> int:
        return self.size

    @classmethod
    def of(cls, size: int, raw: bytes = b"") -> Bytes:
        """So many bytes, which are really others."""
        made = cls(raw)
        made.size = size
        return made


class Text(str):
    """A text that says to be of the length that is wanted."""

    size = 0

    def __len__(self) -> int:
        return self.size

    @classmethod
    def of(cls, size: int) -> Text:
        """So many characters."""
        made = cls("Twelve of 15 improved.")
        made.size = size
        return made


def is_taken(function: Callable[..., object], *arguments: object) -> bool:
    """Whether a function takes its arguments without an error of its own."""
    try:
        function(*arguments)
    except (ValueError, OSError, RecursionError):
        return False
    return True


def words_of_refusal(function: Callable[..., object], *arguments: object) -> str:
    """What is said of something refused, "" where it is taken."""
    try:
        function(*arguments)
    except Exception as refused:
        return str(refused)
    return ""


def trial(n1: int, n2: int) -> Trial:
    """A randomised trial of two arms, the second without an event of harm."""
    arms = {"new": {"role": "treatment", "n": n1}, "old": {"role": "control", "n": n2}}
    parts = {"citation": {"year": 2020}, "participants": {}, "sources": {"a": {"kind": "abstract"}}}
    harms = [{"event": "death", "arms": {"old": 0}}]
    design = {"allocation": "randomised"}
    return Trial.model_validate(parts | {"arms": arms, "harms": harms, "design": design})


def scale(high: int) -> Outcome:
    """A scale from 0 in steps of 1."""
    return Outcome.model_validate({"name": "score", "type": "ordinal", "range": [0, high], "step": 1})


def has_categories(high: int) -> bool:
    """Whether a result's distribution over a scale is thought of in its categories."""
    result = SimpleNamespace(outcome=scale(high), result=SimpleNamespace(definition=None, change=False))
    return feasible._scale(result, 5)[1] is not None  # type: ignore[arg-type]


def has_pairs(discordant: int) -> bool:
    """Whether p is recomputed from so many discordant pairs."""
    pairs = SimpleNamespace(arm_only=Reported.read("1"), against_only=Reported.read(str(discordant - 1)))
    case: Any = SimpleNamespace(result=SimpleNamespace(pairs=pairs))
    return bases.from_pairs(case) is not None


def zipped(names: list[str], content: bytes = b"") -> bytes:
    """An archive of files with one content."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def is_unpacked(raw: bytes) -> bool:
    """Whether an archive of a review is looked into."""
    return "than any review does" not in words_of_refusal(
        review_package._of_zip, raw, "a.zip", review_package._Budget("a.zip"), 1
    )


def archives(depth: int) -> bytes:
    """An archive within others, so many together."""
    raw = zipped(["a.txt"])
    for _ in range(depth - 1):
        raw = zipped(["a.zip"], raw)
    return raw


def is_spent(*sizes: int) -> bool:
    """Whether so many bytes are unpacked of one review's files."""
    budget = review_package._Budget("a.zip")
    return not any(words_of_refusal(budget.spend, size, "a") for size in sizes)


def has_row(number: int) -> bool:
    """Whether a sheet may have a row of this number."""
    package: Any = SimpleNamespace(name="a.xlsx", _cells=lambda row: ())
    sheet = ElementTree.fromstring(f'<s xmlns="{workbook._MAIN}"><row r="{number}"/></s>')
    return not words_of_refusal(lambda: workbook._Package._sheet(package, "s", sheet, hidden=False))


def nested(tag: str, depth: int) -> str:
    """Elements within each other."""
    return f"<{tag}>" * depth + f"</{tag}>" * depth


def is_page(depth: int) -> bool:
    """Whether a page of so many nested elements is read."""
    return "too deeply" not in words_of_refusal(pages._Tree().feed, nested("div", depth))


def is_article(depth: int) -> bool:
    """Whether an article is read whose deepest element lies so many below it."""
    record = SimpleNamespace(namespaces="")
    text = f"<article>{nested('sec', depth)}</article>"
    return "too deeply" not in words_of_refusal(read_article, record, text)


def read_article(record: Any, text: str) -> object:
    """An article of this text."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(xml, "decoded", lambda _: text)
        return xml.whole_article(record)


def is_within(size: int) -> bool:
    """Whether a file of so many bytes is read, unless something else bounds it."""
    stream: Any = SimpleNamespace(read=lambda most: Bytes.of(min(size, most)))
    return is_taken(files._bounded, stream, "a", files.MOST_BYTES)


def is_registry(depth: int) -> bool:
    """Whether YAML of so many lists within each other is composed."""
    return "levels deep" not in words_of_refusal(document.compose_yaml, "[" * depth + "]" * depth)


def grid(rows: int, columns: int) -> tuple[int, int]:
    """The size of a table that has so many rows and columns."""
    made = laid_out([], [[RawCell("")] * columns] * rows)
    return len(made.places), made.width


def is_shown(count: int) -> bool:
    """Whether all of so many problems are listed."""
    return "… and" not in exits._problem_words(["a"] * count)


def is_listed(count: int) -> bool:
    """Whether all of so many known words are listed."""
    return "…" not in problems.nearest_hint("%", [f"word{at}" for at in range(count)])


def is_offered(count: int) -> bool:
    """Whether each of so many words that begin alike is offered."""
    return problems.nearest_hint("wo", [f"word{at}" for at in range(count)]).count("word") == count > 1 and (
        "did you mean" in problems.nearest_hint("wo", [f"word{at}" for at in range(count)])
    )


Taken = Callable[..., bool]
#: The last taken, the first that is not, and whether a value is.
BOUNDS: dict[str, tuple[Any, Any, Taken]] = {
    "checks/groups.LARGEST of values": (
        1_000_000,
        1_000_001,
        lambda n: (
            groups.stated_size(Values.model_validate({"n": n}), groups.Size(None, False, None)).n is not None
        ),
    ),
    "checks/groups.LARGEST of an arm": (
        1_000_000,
        1_000_001,
        lambda n: groups._group_size_of_arm(Arm.model_validate({"role": "control", "n": n}), 0).n is not None,
    ),
    "checks/groups.LARGEST_VALUE": (
        "1000000000000000",
        "1000000000000001",
        lambda text: groups.exact_number(Reported.read(text)) is not None,
    ),
    "analysis/contrast.LARGEST_ARM": (100_000, 100_001, lambda n: Contrast("a", "b", n, 5).sizes is not None),
    "analysis/contrast.LARGEST_ARM of no events": (100_000, 100_001, lambda n: any(zero_events(trial(5, n)))),
    "analysis/contrast.LARGEST_TRIAL": (
        500_000,
        500_001,
        lambda n: allocation_test(trial(500_000, n)) is not None,
    ),
    "analysis/typed_arms.LARGEST_ARM": (
        100_000,
        100_001,
        lambda n: is_taken(typed_arms, f"5,{n}", "0-6", ".05"),
    ),
    "analysis/feasible.MOST_CATEGORIES": (1_000, 1_001, has_categories),
    "analysis/feasible.MOST_CATEGORIES of a typed scale": (
        1_000,
        1_001,
        lambda high: is_taken(typed_arms, "5,5", f"0-{high}", ".05"),
    ),
    "analysis/pool/evidence.MOST_CATEGORIES": (
        19,
        20,
        lambda high: evidence.categories(scale(high)) is not None,
    ),
    "analysis/pool/own_remarks.MOST_CODES": (
        8,
        9,
        lambda codes: own_remarks.codes_remark("x", [float(at) for at in range(codes)]) != "",
    ),
    "analysis/pool/own_remarks.FEWEST_CODES": (
        3,
        2,
        lambda codes: own_remarks.codes_remark("x", [float(at) for at in range(codes)]) != "",
    ),
    "analysis/recompute/bases.LARGEST_PAIRS": (2_000, 2_001, has_pairs),
    "cli/exits.MOST_SHOWN": (50, 51, is_shown),
    "exchange/review_manager5.LARGEST": (
        67_108_864,
        67_108_865,
        lambda size: "larger than" not in words_of_refusal(review_manager5.read_rm5, Bytes.of(size), "a"),
    ),
    "exchange/review_package.LARGEST_FILE": (33_554_432, 33_554_433, is_spent),
    "exchange/review_package.LARGEST_PACKAGE": (
        33_554_432,
        33_554_433,
        lambda size: is_spent(33_554_431, size - 33_554_431, 33_554_432),
    ),
    "exchange/review_package.MOST_ENTRIES": (
        10_000,
        10_001,
        lambda count: is_unpacked(zipped([f"{at}" for at in range(count)])),
    ),
    "exchange/review_package.DEEPEST": (2, 3, lambda depth: is_unpacked(archives(depth))),
    "exchange/workbook.LARGEST_FILE": (
        10_485_760,
        10_485_761,
        lambda size: "larger than" not in words_of_refusal(workbook.read_workbook, Bytes.of(size), "a"),
    ),
    "exchange/workbook.MOST_ROWS": (100_000, 100_001, has_row),
    "reading/ctgov/study._LONGEST_COUNT": (18, 19, lambda digits: is_taken(study._whole, "9" * digits)),
    "reading/tables/grid.MOST_COLUMNS": (200, 201, lambda wide: grid(1, wide) == (1, wide)),
    "reading/tables/grid.MOST_ROWS": (5_000, 5_001, lambda high: grid(high, 1) == (high, 1)),
    "reading/texts/abstract._LONGEST": (
        2_000_000,
        2_000_001,
        lambda size: "characters" not in words_of_refusal(abstract.find_abstract, Text.of(size)),
    ),
    "reading/texts/pages._DEEPEST": (200, 201, is_page),
    "reading/texts/xml._DEEPEST": (199, 200, is_article),
    "registry/document.DEEPEST": (50, 51, is_registry),
    "registry/document.LONGEST_LINE": (
        1_000_000,
        1_000_001,
        lambda size: not words_of_refusal(document._refuse_long_lines, b"x" * size, "a"),
    ),
    "registry/fields.GREATEST": (
        "1e60",
        "1.0000000001e60",
        lambda text: not fields._magnitude_fault(Reported.read(text)),
    ),
    "registry/fields.MOST": (10**10, 10**10 + 1, lambda n: not fields._count_fault(Reported.read(str(n)))),
    "registry/files.MOST_BYTES": (200_000_000, 200_000_001, is_within),
    "registry/problems.LISTED": (40, 41, is_listed),
    "registry/problems.OFFERED": (3, 4, is_offered),
    "registry/reported.GREATEST_EXPONENT": ("9e300", "1e301", lambda text: is_taken(Reported.read, text)),
    "registry/reported.GREATEST_EXPONENT of decimals": (
        "1e-300",
        "1e-301",
        lambda text: is_taken(Reported.read, text),
    ),
    "registry/fields.LONGEST_TEXT": (
        10_000,
        10_001,
        lambda size: is_taken(TypeAdapter(fields.Text).validate_python, "x" * size),
    ),
    "registry/reported.LONGEST": (100, 101, lambda size: is_taken(Reported.read, "1".zfill(size))),
    "registry/reported.LONGEST of a time": (100, 101, lambda size: is_taken(Time.read, "9 d".zfill(size))),
    "registry/reported.LONGEST of a span": (100, 101, lambda size: is_taken(Span.read, "1-2".zfill(size))),
    "registry/reported.LONGEST of a ratio": (100, 101, lambda size: is_taken(Ratio.read, "1:2".zfill(size))),
    "registry/scales.MOST_VALUES": (
        100_000,
        100_001,
        lambda high: scales.scale_fault(Span.read(f"0-{high}"), Reported.read("1")) is None,
    ),
    "statistics/feasible/dichotomies.MOST_TABLES": (
        (1, 124_999),
        (52, 4_716),
        lambda sizes: is_taken(next, tables_giving(Interval(0, 1), *sizes, "chi2"), None),
    ),
}


@pytest.mark.parametrize("bound", BOUNDS)
def test_the_last_is_taken_and_the_next_is_not(bound: str) -> None:
    last, beyond, taken = BOUNDS[bound]
    assert taken(last)
    assert not taken(beyond)
