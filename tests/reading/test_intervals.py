"""The signs and words in which an interval, its limits and its level are printed; and whose they are."""

import pytest

from msc_evidence.reading.groups.shapes import EffectGroup, LoneInterval, StatisticGroup
from msc_evidence.reading.read import read

OPENED = (
    "95% CI 1.2-3.0",
    "95%-CI 1.2–3.0",
    "95% C.I.: 1.2, 3.0",
    "CI 95%: 1.2; 3.0",
    "CI95 1.2–3.0",
    "CI95%: 1.2; 3.0",
    "IC95% 1.2–3.0",
    "95CI 1.2–3.0",
    "CI.95 1.2–3.0",
    "CI0.95 = 1.2–3.0",
    "CI 0.95: 1.2, 3.0",
    "95 % 95 % CI: 1.2 to 3.0",
    "95% confidence interval [95% CI], 1.2 to 3.0",
    "95% CI (95% CI 1.2 to 3.0)",
    "CIIT=1.2-3.0",
    "CI_IT=1.2 to 3.0",
    "CIΔ 1.2-3.0",
    "CI ∆ 1.2-3.0",
    "95% CI for the OR 1.2 to 3.0",
    "95% CI around the ratio: 1.2 to 3.0",
    "95% CI diff: 1.2, 3.0",
    "95 CI% 1.2, 3.0",
    "95% Cl range 1.2–3.0",
    "95% confidence bounds 1.2 to 3.0",
    "95% uncertainty interval 1.2–3.0",
    "95% HDI 1.2–3.0",
    "95% CI {1.2, 3.0}",
    "95% CI ranged between 1.2 and 3.0",
    "95% CI US$ 1.2 to US$3.0",
    "95% CI AUD 1.2 to AUD 3.0",
    "95% CI 1.2 € to 3.0 €",
    "95% CI Rs 1.2 to Rs 3.0",
    "95% CI 1.2 per year to 3.0 per year",
    "95% CI 1.2 months to 3.0 months",
    "CI (95) = 1.2–3.0",
)
PARTED = (
    "1.2–3.0",
    "1.2 ~ 3.0",
    "1.2 — 3.0",
    "1.2/3.0",
    "1.2 | 3.0",
    "1.2 at 3.0",
    "1.2 & 3.0",
    "1.2 and 3.0",
    "1.2 through 3.0",
    "[1.2; 3.0]",
    "between 1.2 and 3.0",
    "ranging from 1.2 to 3.0",
    "LL = 1.2, UL = 3.0",
    "lower 1.2, upper 3.0",
    "lower limit 1.2, upper limit 3.0",
    "1.2 kg to 3.0 kg",
    "1.2 cm2 to 3.0 cm2",
    "1.2 cm 2 to 3.0 cm 2",
)
CLOSED = ("1.2–3.0; 95% CI", "1.2 to 3.0, 95% CI", "1.2, 3.0; CI", "1.2-3.0 [95% confidence interval]")


def intervals(text: str) -> list[str]:
    """`1.9 1.2 3.0` for every interval with its estimate, `? 1.2 3.0` for one without."""
    found = [group for group in read(text).groups if isinstance(group, EffectGroup | LoneInterval)]
    return [f"{getattr(group, 'value', '?')} {group.low} {group.high}" for group in found]


@pytest.mark.parametrize("printed", [*OPENED, *(f"95% CI {ends}" for ends in PARTED), *CLOSED])
def test_signs_of_an_interval(printed: str) -> None:
    assert intervals(f"Relapse was as common (OR 1.9 ({printed})).") == ["1.9 1.2 3.0"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The number in the sentence that is the middle of an interval, wherever it stands.
        (
            "It differed by 12.1 points (t = 3.4). The 95% confidence interval was (9.1, 15.1).",
            ["12.1 9.1 15.1"],
        ),
        ("They lost 1.84 kg (F(1, 17) = 10.8, p = .004, CIΔ 0.65-3.03).", ["1.84 0.65 3.03"]),
        ("The rate was 1.3/100 person-years (py; 95% CI, 1.0-1.6).", ["1.3 1.0 1.6"]),
        # In its brackets, where the text names intervals anywhere: words between, what it is of before it.
        (
            "By 0.17 points (95% CI −1.28 to 0.93), and 1.08 points better with rest (−0.97 to 3.12).",
            ["0.17 -1.28 0.93", "1.08 -0.97 3.12"],
        ),
        ("The estimate and 95% CI for the interaction was −1.49 (−3.73 to 0.75).", ["-1.49 -3.73 0.75"]),
        (
            "Cure was 35/36 or 97.2% (95% CI 85.5–99.9) and 32/32 or 100% (89.1–100).",
            ["97.2 85.5 99.9", "100 89.1 100"],
        ),
        ("The visits took 1.08 hours longer than planned (0.90 to 3.12); CIs are 95%.", []),
        # Where none is, the interval is read alone.
        ("The 95% CI included zero (−0.4 to 3.6).", ["? -0.4 3.6"]),
        ("The 95% CIs overlapped (−0.4 to 3.6 and 1.2 to 4.8).", ["? -0.4 3.6", "? 1.2 4.8"]),
        ("Changes of −3.2 and −1.0 (95% CI −5.1, −1.3 and −2.8, 0.8).", ["-3.2 -5.1 -1.3", "-1.0 -2.8 0.8"]),
        ("The 95% CI was 1.2 to 3.4, and 5 to 10 patients were lost.", ["? 1.2 3.4"]),
        ("The lower and upper limits of the 95% CI were −0.4 and 3.6.", ["? -0.4 3.6"]),
        ("It changed from 4.3 to 2.9 ng (95% CI −1.87, −1.03).", ["? -1.87 -1.03"]),
        ("There was no difference (t 16 = 0.71, P = .48, CIΔ −0.31 to 0.62).", ["? -0.31 0.62"]),
        ("Use of a centre was preferred (OR 2.94; 1.15, 7.50) and so on.", ["2.94 1.15 7.50"]),
        ("Visits were 2.94; 1.15, 7.50 and so on.", []),
    ],
)
def test_whose_an_interval_is(text: str, expected: list[str]) -> None:
    assert intervals(text) == expected


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("It was longer (t 11 = 5.4, p < .001).", False),
        ("By a t-test it was longer (t 11 = 5.4, p < .001).", True),
        ("It was longer (t11 = 5.4, p < .001).", True),
        ("It was longer (t(11) = 5.4, p < .001).", True),
        ("It was longer (t 11 = −.54, p = .60).", False),
    ],
)
def test_degrees_of_freedom_whose_subscript_was_lost(text: str, sure: bool) -> None:
    found = [group for group in read(text).groups if isinstance(group, StatisticGroup)]
    assert [(group.df[0].text, group.sure) for group in found] == [("11", sure)]
