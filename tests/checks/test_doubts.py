"""A finding about figures that grammar does not surely group is a note, whatever the check."""

from dataclasses import replace

import pytest

from msc_evidence.checks.audit.doubts import Doubts, is_certain, severity_in_text
from msc_evidence.checks.audit.texts import CODES, audit_text
from msc_evidence.reading.groups.shapes import Comparison, Group, Proportion
from msc_evidence.reading.read import read

TEXTS = (
    "RR 0.95 (95% CI 0.48 to 0.88; P = .30)",
    "21/31 (69%) recovered",
    "12/30 (40%) v 21/31 (68%), p = 0.20",
    "3/24 versus 14/24 (Fisher's exact test, P = 0.4)",
    "t(28) = 2.20, p = .06",
    "55 patients were randomised to cells (n = 39) or control (n = 15).",
    "8.1 ± 1.2 (n = 20) versus 9.3 ± 1.1 (n = 20), p = 0.5",
)


def unsure(group: Group) -> Group:
    if isinstance(group, Comparison):
        return replace(group, second=replace(group.second, sure=False))
    return replace(group, sure=False)


def joined(group: Group) -> Group | None:
    if isinstance(group, Comparison):
        return replace(group, first=replace(group.first, joined=True))
    return replace(group, joined=True) if isinstance(group, Proportion) else None


GROUPS = [group for text in TEXTS for group in read(text).groups]


def test_every_kind_of_group_that_can_be_unsure_is_among_them() -> None:
    assert len({type(group) for group in GROUPS}) == 6


@pytest.mark.parametrize("code", CODES)
def test_an_uncertain_grouping_is_never_more_than_a_note(code: str) -> None:
    for group in GROUPS:
        for other in filter(None, (unsure(group), joined(group))):
            assert severity_in_text(other, code, "error", Doubts(""), "") in ("note", None)
            assert not is_certain(other, code)


@pytest.mark.parametrize(
    ("text", "grouping"),
    [
        ("21/31 (69%) recovered", "certain"),
        ("Of 300 adults, 24 (33%) fell.", "uncertain"),
        ("HRs were 0.7 and 1.3 (95% CI 0.8–0.9 and 1.1–1.4)", "uncertain"),
        ("pain fell (95% CI −8.4 to 0.3; p = 0.03)", "uncertain"),
        ("HR 1.10 (95% CI 1.01 to 1.20) for cells as compared to placebo (P = 0.4).", "uncertain"),
    ],
)
def test_a_finding_carries_how_sure_its_grouping_is(text: str, grouping: str) -> None:
    found = audit_text("x", text).findings
    assert {finding.grouping for finding in found} == {grouping}
    assert grouping == "certain" or {finding.severity for finding in found} == {"note"}
