"""Adjusted p-values, against published examples and R's p.adjust."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics.multiplicity import METHODS, benjamini_hochberg, bonferroni, holm

CLOSED_FORM = 1e-10
REFERENCE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "reference" / "implied.json").read_text()
)["p_adjust"]
#: Families of one and of 100, ties, 0 and 1, the smallest double: by name of the function.
CORNERS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "reference" / "power.json").read_text()
)["multiplicity"]
#: Barthel Index at 3, 6, 12 mo, then modified Rankin Scale at 3, 6, 12 mo (Bang 2005).
BANG_2005 = [0.011, 0.017, 0.115, 0.076, 0.171, 0.286]
#: The fifteen p-values of Benjamini & Hochberg 1995, section 4.
NEUHAUS_1992 = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(REFERENCE) >= 27
    assert all(set(family["adjusted"]) == set(METHODS) for family in REFERENCE)
    assert {method.__name__ for method in METHODS.values()} == set(CORNERS)
    assert all(len(families) >= 11 for families in CORNERS.values())


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("holm", [0.066, 0.085, 0.345, 0.304, 0.345, 0.345]),
        ("bh", [0.051, 0.051, 0.1725, 0.152, 0.2052, 0.286]),
    ],
)
def test_bang_2005(method: str, expected: list[float]) -> None:
    assert METHODS[method](BANG_2005) == pytest.approx(expected, rel=CLOSED_FORM)


def test_chung_2021_primary_and_secondary() -> None:
    assert holm([0.732, 0.023]) == pytest.approx([0.732, 0.046], rel=CLOSED_FORM)


@pytest.mark.parametrize(("method", "rejections"), [(benjamini_hochberg, 4), (holm, 3), (bonferroni, 3)])
def test_rejections_in_benjamini_and_hochberg_1995(method: Any, rejections: int) -> None:
    assert sum(p <= 0.05 for p in method(NEUHAUS_1992)) == rejections


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("family", REFERENCE)
def test_equals_p_adjust(method: str, family: dict[str, Any]) -> None:
    assert METHODS[method](family["p"]) == pytest.approx(family["adjusted"][method], rel=CLOSED_FORM, abs=0)


@pytest.mark.parametrize("method", METHODS)
def test_small_families(method: str) -> None:
    assert METHODS[method]([]) == []
    assert METHODS[method]([0.04]) == [0.04]
    with pytest.raises(ValueError, match=r"p of 1\.2"):
        METHODS[method]([0.5, 1.2])


def test_order_of_severity() -> None:
    by_method = {name: METHODS[name](BANG_2005) for name in METHODS}
    for gentler, harsher in [("bh", "hochberg"), ("hochberg", "holm"), ("holm", "bonferroni"), ("bh", "by")]:
        assert all(a <= b for a, b in zip(by_method[gentler], by_method[harsher], strict=True))


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_hard_families_equal_p_adjust(method: Any) -> None:
    for family in CORNERS[method.__name__]:
        assert method(family["p"]) == pytest.approx(family["adjusted"], rel=CLOSED_FORM, abs=0)
