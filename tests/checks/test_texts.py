"""What the audit of a text finds, and where it must stay silent."""

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.checks.audit.texts import audit_text
from msc_evidence.statistics.distributions import p_from_z


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


def test_a_share_is_shown_so_that_it_does_not_round_to_the_printed_one() -> None:
    (found,) = audit_text("x", "144/1378 (10.5%) recovered").findings
    assert found.message == "144 of 1378 is 10.4499%, not 10.5%"


def test_what_could_be_checked_is_counted() -> None:
    audited = audit_text(
        "x", "In 12/30 (40%), estimated 41% (12 of 30), OR 1.9 (95% CI 1.2–3.0). Sixty took part."
    )
    assert (audited.groups, audited.checked) == (3, 2)


NOTATIONS = st.sampled_from(
    [
        "OR {e} (95% CI {l} to {u}; P = {p})",
        "OR, {e}; 95% CI, {l}-{u}; P={p}",
        "OR {e} [95 % confidence interval {l}–{u}], p={p}",
        "(P = {p}; OR {e}; 95% CI: {l}, {u})",
        "OR (95% CI) = {e} ({l}–{u}), p = {p}",
    ]
)


@settings(max_examples=60)
@given(log_or=st.floats(-2, 2), se=st.floats(0.05, 0.6), decimals=st.integers(2, 3), notation=NOTATIONS)
def test_what_an_analysis_gives_is_never_flagged(
    log_or: float, se: float, decimals: int, notation: str
) -> None:
    estimate, low, high = (f"{exp(log_or + z * se):.{decimals}f}" for z in (0, -1.959964, 1.959964))
    p = p_from_z(log_or / se)
    printed = f"{p:.3f}" if p >= 0.001 else "0.001"
    sign = "=" if p >= 0.001 else "<"
    text = notation.format(e=estimate, l=low, u=high, p=printed).replace(f"= {printed}", f"{sign} {printed}")
    text = text.replace(f"={printed}", f"{sign}{printed}")
    assert [found for found in audit_text("x", text).findings if found.severity != "note"] == []


@settings(max_examples=60)
@given(n=st.integers(1, 3000), share=st.floats(0, 1), decimals=st.integers(0, 2))
def test_what_a_count_gives_is_never_flagged(n: int, share: float, decimals: int) -> None:
    events = round(n * share)
    for text in (
        f"{events}/{n} ({100 * events / n:.{decimals}f}%)",
        f"{100 * events / n:.{decimals}f}% ({events} of {n})",
    ):
        assert audit_text("x", f"They recovered: {text}.").findings == ()


PIECES = st.sampled_from(
    [
        *(
            "OR ",
            "1.9",
            " (95% CI ",
            "1.2-3.0",
            " to ",
            "; P = ",
            ".01",
            "12/30",
            " (40%)",
            " v ",
            "t(28)",
            " = ",
        ),
        *(
            "n = 39",
            ")",
            ", ",
            ". ",
            "significant ",
            "randomised ",
            "of ",
            "−",
            "\u2009",
            "\n",
            "<sup>",
            "&lt;",
        ),
        *("0.000", "five ", "%", "[", "]"),
    ]
)


@settings(max_examples=200)
@given(
    st.one_of(
        st.text(),
        st.lists(PIECES, max_size=40).map("".join),
        st.binary().map(lambda b: b.decode("utf-8", "replace")),
    )
)
def test_any_text_is_audited(text: str) -> None:
    audited = audit_text("x", text)
    assert all(text[found.start : found.end] == found.span for found in audited.findings)
    assert audited.checked <= audited.groups


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Death was rarer (p = 1.2).", ["p 1.2 is no probability: p is above 0 and at most 1"]),
        (
            "It fell (OR 1.9, 95% CI 1.2–3.0; P = 1·04).",
            ["p 1.04 is no probability: p is above 0 and at most 1"],
        ),
        ("It did not change (p = 1.00), nor later [P=1.0].", []),
        ("Linked (p = 4.93 × 10−7; P = 2.1e-5).", []),
        ("Blood was drawn (P = 12.5 mmHg) at a power of 1.2 (P 1.2).", []),
    ],
)
def test_a_p_above_1_is_found_where_brackets_close_behind_it(text: str, found: list[str]) -> None:
    assert [finding.message for finding in audit_text("x", text).findings] == found
