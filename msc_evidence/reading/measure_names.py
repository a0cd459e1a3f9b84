"""What papers call an effect measure, and which one the words before an estimate name."""

from __future__ import annotations

import re

from msc_evidence.reading.effect_patterns import CI
from msc_evidence.reading.skeleton import PERCENT

#: What papers call a measure → what the checks call it. The first that matches at the latest place counts.
_LONG_NAMES = (
    ("OR", r"odds[- ]ratios?"),
    ("HR", r"hazards?[- ]ratios?"),
    (
        "RR",
        r"(?:risk|(?:incidence |incident )?(?:density )?rate|prevalence|relative risk)[- ]ratios?|relative risks?",
    ),
    ("ROM", r"ratio of (?:geometric )?means|geometric mean ratio"),
    ("SMD", r"standardi[sz]ed (?:mean )?differences?|Cohen'?s d|Hedges'? g"),
    ("RD", r"(?:absolute )?risk[- ](?:differences?|reduction)|absolute difference"),
    ("other", r"relative risk reduction|likelihood ratio|ratio of (?:odds|hazard|risk|rate)[a-z]* ratios?"),
    (
        "MD",
        r"(?:mean|between-group|treatment|group|adjusted|estimated) differences?|differences? (?:in|between)",
    ),
    ("beta", r"(?<!kappa )(?<!correlation )(?:regression )?coefficients?|slope"),
    ("r", r"correlations?(?: coefficients?)?|kappa(?: coefficients?)?|alpha"),
    (
        "other",
        r"area under|sensitivity|specificity|predictive value|accuracy|ratio|heritability|fold|median|efficacy"
        r"|effect sizes?",
    ),
)
_SHORT_NAMES = (
    ("OR", r"[amc]?ORs?(?:adj)?|AOR|COR|MOR"),
    ("HR", r"[ascm]?HRs?(?:adj)?|AHR|SHR"),
    ("RR", r"[am]?RRs?(?:adj)?|ARR(?=[ =,:(]{0,3}\Z)|a?IRRs?|AIRR|a?PR|APR|SIR|SMR"),
    ("SMD", r"S\.?M\.?D\.?|SMDs"),
    ("RD", r"RD|ARD"),
    ("MD", r"W?MDs?|AMD"),
    ("beta", r"β|beta|[Bb](?= ?=)"),
    ("r", r"r|rho|ρ|ICC|κ|rs"),
    ("other", r"AUC|AUROC|NNTB?|NNH|c-statistic|VE|[am]?RRR|[am]?ROR|d|ES"),
)
_LONG = tuple((name, re.compile(rf"(?<!\w)(?i:{pattern})(?!\w)")) for name, pattern in _LONG_NAMES)
_SHORT = tuple(
    (name, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)[^\w]{{0,8}}(?:of |was |is |were )?[^\w]{{0,3}}\Z"))
    for name, pattern in _SHORT_NAMES
)
_ADJUSTED = re.compile(r"adjust|multivaria|(?<!\w)(?:a(?:OR|RR|HR|IRR|PR)|A(?:OR|HR|IRR))|adj(?!\w)")
_HEADING = re.compile(rf"[(\[,; ]*{PERCENT}?[- ]?{CI}[)\]]?")


def measure_of(before: str) -> tuple[str, bool]:
    """The measure that the words before an estimate name, "" where none, and whether they call it adjusted.

    >>> measure_of("adjusted odds ratio for death, "), measure_of("aHR = "), measure_of("rose to ")
    (('OR', True), ('HR', True), ('', False))
    """
    adjusted = bool(_ADJUSTED.search(before))
    heading = _HEADING.sub(" ", before)
    for name, pattern in _SHORT:
        if pattern.search(heading):
            return name, adjusted
    found = [
        (match.end(), -order, name)
        for order, (name, pattern) in enumerate(_LONG)
        for match in pattern.finditer(heading)
    ]
    return (max(found)[2] if found else ""), adjusted
