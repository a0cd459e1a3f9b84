"""What sources call their tests, and which methods that leaves."""

from __future__ import annotations

import pytest

from msc_evidence.analysis.recompute import tests_named

CHI_SQUARED = ("Pearson", "Yates", "N−1")


@pytest.mark.parametrize(
    ("test", "methods"),
    [
        ("Fisher's exact test", ("Fisher",)),
        ("Fisher's exact test (mid-p)", ("mid-p",)),
        ("mid-P Fisher exact", ("mid-p",)),
        ("Pearson chi-square", CHI_SQUARED),
        ("χ² test", CHI_SQUARED),
        ("Yates' corrected", ("Yates",)),
        ("likelihood ratio chi-square", ("likelihood ratio",)),
        ("chi-squared or Fisher's exact test", ("Fisher", *CHI_SQUARED)),
        ("Fisher's exact test or mid-p", ("mid-p", "Fisher")),
        ("Welch t-test", ("Welch",)),
        ("Student's t-test", ("Student",)),
        ("Student's t test or Mann-Whitney U test", ("Student", "rank-sum")),
        ("two-sample t-test", ("Student", "Welch")),
        ("Wilcoxon rank-sum test", ("rank-sum",)),
        ("Wald", ("Wald",)),
        ("z-test of proportions", (*CHI_SQUARED, "Wald")),
        ("log-rank", ()),
        ("ANCOVA", ()),
        (None, ()),
    ],
)
def test_methods_named(test: str | None, methods: tuple[str, ...]) -> None:
    assert tests_named.methods_named(test) == methods


@pytest.mark.parametrize(
    ("test", "other"),
    [
        ("paired t-test", True),
        ("unpaired t-test", False),
        ("un-paired t-test", False),
        ("non-paired t-test", False),
        ("Wilcoxon signed-rank test", True),
        ("logrank", True),
        ("McNemar", True),
        (None, False),
    ],
)
def test_data_of_another_kind(test: str | None, other: bool) -> None:
    assert tests_named.needs_other_data(test) is other


@pytest.mark.parametrize(
    ("test", "unknown"),
    [
        ("unpaired t-test", False),
        ("paired t-test", True),
        ("logistic regression", True),
        ("Cochran-Mantel-Haenszel chi-square", True),
        ("something new", True),
        ("Mann-Whitney U", False),
        (None, False),
    ],
)
def test_unknown_tests(test: str | None, unknown: bool) -> None:
    assert tests_named.is_unknown_test(test) is unknown


@pytest.mark.parametrize(
    ("test", "measure", "gives", "beside"),
    [
        ("t test", "MD", True, False),
        ("t test", "SMD", False, True),
        ("t test", "OR", False, True),
        ("Wald test", "OR", True, False),
        ("logistic regression", "OR", False, False),
        ("Cox regression", "HR", False, False),
        ("profile likelihood", "OR", False, False),
        ("likelihood ratio test", "OR", False, True),
        ("log-rank", "HR", False, True),
        ("Mann-Whitney", "MD", False, True),
        ("Fisher", "RR", False, True),
        ("Yates", "RD", False, True),
        (None, "HR", False, False),
    ],
)
def test_the_test_and_the_interval(test: str | None, measure: str, gives: bool, beside: bool) -> None:
    found = tests_named.gives_interval(test, measure), tests_named.beside_interval(test, measure)
    assert found == (gives, beside)


@pytest.mark.parametrize(
    ("words", "asymmetric"),
    [
        ("profile likelihood", True),
        ("profile-likelihood interval", True),
        ("exact confidence interval", True),
        ("score 95 % interval", True),
        ("Clopper-Pearson", True),
        ("bootstrap", True),
        ("posterior interval", True),
        ("Fisher's exact test", False),
        ("baseline NIHSS score", False),
        ("posterior circulation", False),
        ("lipid profile", False),
        (None, False),
    ],
)
def test_intervals_that_need_not_be_symmetric(words: str | None, asymmetric: bool) -> None:
    assert tests_named.asymmetric_interval(words) is asymmetric
