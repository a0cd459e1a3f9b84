"""What the audit of a text finds, and where it must stay silent."""

import pytest

from msc_evidence.checks.texts import audit_text


def codes(text: str) -> list[str]:
    return [f"{found.code} {found.severity}" for found in audit_text("x", text).findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The examples of the rules, as abstracts print them.
        ("(RR 0.95, 95% CI 0.48–0.88)", ["MSC401 error"]),
        ("HR 0.80 (95% CI 0.45 to 0.99)", ["MSC402 warning"]),
        ("HR 0.78 (95% CI 0.62–0.98; P = .30)", ["MSC403 error", "MSC404 error"]),
        ("RR 0.58 (CI 0.35–0.96, p = 0.065)", ["MSC403 warning", "MSC404 warning"]),
        ("t(28) = 2.20, p = .06", ["MSC405 error"]),
        ("12/30 (40%) v 21/31 (68%), p = 0.20", ["MSC406 warning"]),
        ("21/31 (67%) recovered", ["MSC205 error"]),
        ("31 of 21 (148%) recovered", ["MSC202 error"]),
        ("pain was significantly lower (P = 0.2)", ["MSC413 error"]),
        ("it did not change; z = 2.20, p = 0.000", ["MSC405 error", "MSC411 warning"]),
        ("it rose (p = 0.000) and fell (P < .00)", ["MSC411 warning", "MSC411 error"]),
        ("55 patients were randomised to cells (n = 39) or control (n = 15).", ["MSC201 warning"]),
    ],
)
def test_found(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "(RR 0.81, 95% CI 0.70 to 0.94; P = .005)",
        "OR 1·9 (95% CI 1·2–3·0), p=0·006",
        "HR 0.78 (95% CI 0.62–0.98; P for trend = .30)",
        "12/30 (40%) v 21/31 (68%), p = 0.03",
        "12/30 (40%) v 21/31 (68%), p = 0.055",
        "12/30 (40%) v 21/31 (68%), p = 0.041",
        "cumulative incidence was 41% (12 of 30)",
        "actuarial survival was 41% (12 of 30) compared to 68% (21 of 31), p = 0.20",
        "the difference was −1.2 (95% CI −3.4 to 1.0; p = 0.29)",
        "r(17) = −0.20, p = 0.412",
        "54 patients were randomised to cells (n = 39) or control (n = 15).",
        "sensitivity was 83% (95% CI 74 to 89)",
        "AUC 0.83 (95% CI 0.74–0.89)",
        "pain was significantly lower (P = 0.02)",
    ],
)
def test_silent(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        # Words carry the sign, the limits run from the smaller change to the larger, or the interval is skewed.
        "fell by 3.9 days (95% CI −5.5 to −2.3)",
        "lost 7.3 kg (95% CI −5.8 to −8.8)",
        "OR 3.46 (95% CI 0.34 to 54.3)",
        "mean difference in costs 1.02 (95% CI −1.60 to 1.65)",
        "r(17) = −0.20, p = 0.44",
    ],
)
def test_only_noted(text: str) -> None:
    assert {found.severity for found in audit_text("x", text).findings} == {"note"}


def test_a_finding_carries_its_place() -> None:
    text = "Results: 30 took part.  RR&nbsp;was 0.95 (95%&nbsp;CI 0.48–0.88)."
    (found,) = audit_text("PMC1", text).findings
    assert (found.id, found.span) == ("PMC1", "0.95 (95%&nbsp;CI 0.48–0.88")
    assert text[found.start : found.end] == found.span
    assert found.message.startswith("RR 0.95 (0.48–0.88): the estimate 0.95 is above the upper limit 0.88")


def test_what_could_be_checked_is_counted() -> None:
    audited = audit_text(
        "x", "In 12/30 (40%), estimated 41% (12 of 30), OR 1.9 (95% CI 1.2–3.0). Sixty took part."
    )
    assert (audited.groups, audited.checkable, audited.checked) == (3, 2, 2)
